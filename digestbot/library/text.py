"""Searching all text: words, "phrases", -excluded words; ranked, with the place where it was found."""

import itertools
import re
import sqlite3
from dataclasses import dataclass

from digestbot.library import cut, folding, plain
from digestbot.library import query as queries
from digestbot.library.folding import CJK, FOLDING, Word
from digestbot.models import Hit, Paper

SNIPPET = 200
"""Characters of a snippet at most."""

BEFORE = 50
"""Characters of a snippet before its first mark, about a line on a phone."""

SHORTEST_START = 2
"""Letters of the shortest last word that may go on: nearly every paper has a word that begins with a given letter."""

_RANK = "bm25(texts, 10, 5, 5, 1, 3, 3, 1)"
"""Weights of title, keypoints, topics, body, venue, authors, parts: a word of the title says what a paper is about."""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂「」『』", '"'))
_PART = re.compile(r'(-?)"([^"]*)"?|(-?)([^\s"]+)')
_LETTER = rf"[^\W_{CJK}]"


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a query: words that follow each other; the last may go on unless it was quoted."""

    words: tuple[Word, ...]
    compounds: tuple[str, ...]
    excluded: bool
    prefix: bool

    def expression(self) -> str:
        """Return the FTS5 expression: the words, or the one word that hyphens make of them."""
        whole = [queries.quoted(c, prefix=self.prefix) for c in self.compounds]
        return f"({' OR '.join([queries.phrase(self.words, prefix=self.prefix), *whole])})"


def parts(text: str) -> list[Part]:
    """Read a query; a text that only excludes is taken as words."""
    typed = text[: queries.LONGEST_QUERY].translate(_QUOTES)
    found: list[Part] = []
    for minus, quote, dash, plain_word in _PART.findall(typed):
        chunk = quote or plain_word
        words = tuple(folding.words(chunk))
        if words:
            found.append(Part(words, tuple(folding.compounds(folding.fold(chunk))), bool(minus or dash), prefix=False))
    kept = found[: queries.MOST_WORDS]
    if all(part.excluded for part in kept):
        kept = [Part(part.words, part.compounds, excluded=False, prefix=False) for part in kept]
    return _open_end(kept, typed)


def _open_end(found: list[Part], typed: str) -> list[Part]:
    """Let the last word go on ("diffus" finds diffusion) unless it was quoted or left out."""
    if found and not found[-1].excluded and not typed.rstrip().endswith('"'):
        last = found[-1]
        if len(last.words[-1].text) < SHORTEST_START and not last.words[-1].cjk:
            return found
        return [*found[:-1], Part(last.words, last.compounds, excluded=False, prefix=True)]
    return found


def search(connection: sqlite3.Connection, query: list[Part], page: int, size: int) -> tuple[list[int], int, int]:
    """Return the rows on one page, the page's number (the last one if there are fewer) and the number of all hits.

    All words are wanted; where no paper has all of them, those that have any.
    """
    wanted = [part.expression() for part in query if not part.excluded]
    if not wanted:
        return [], 0, 0
    unwanted = "".join(f" NOT {part.expression()}" for part in query if part.excluded)
    expression, total = "", 0
    for operator in (" AND ", " OR "):
        expression = f"({operator.join(wanted)}){unwanted}"
        total = connection.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (expression,)).fetchone()[0]
        if total or len(wanted) == 1:
            break
    number = max(0, min(page, (total - 1) // size))
    rows = connection.execute(
        f"SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY {_RANK}, rowid DESC LIMIT ? OFFSET ?",
        (expression, size, number * size),
    )
    return [row for (row,) in rows], number, total


def hit(paper: Paper, query: list[Part]) -> Hit:
    """Return a paper with the place where it was found: the title, which is shown anyway, only if nowhere else."""
    needle = _needle(query)
    rest = (
        "; ".join(paper.keypoints),
        ", ".join(paper.topics),
        paper.venue or "",
        ", ".join(paper.authors),
        paper.title,
    )
    for column in itertools.chain(plain.body(paper), rest):
        text = folding.composed(column)
        found = _marks(text, needle)
        if found:
            return Hit(paper, *_snippet(text, found))
    return Hit(paper, cut.short(paper.gist, SNIPPET))


def _needle(query: list[Part]) -> re.Pattern[str]:
    """Return the pattern that finds the query's words in a folded text, as the index does."""
    return re.compile("|".join(_pattern(part) for part in query if not part.excluded) or r"(?!)")


def _pattern(part: Part) -> str:
    words = "[ -]*".join(_letters(word) for word in part.words)
    start = "" if part.words[0].cjk else f"(?<!{_LETTER})"
    finish = "" if part.words[-1].cjk or part.prefix else f"(?!{_LETTER})"
    return f"{start}{words}{finish}"


def _letters(word: Word) -> str:
    return re.escape(word.text) if word.cjk else "-?".join(map(re.escape, word.text))


def _marks(text: str, needle: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return where the pattern stands in a text that is folded character by character to be searched."""
    if all(len(FOLDING[ord(character)]) == 1 for character in set(text)):
        return [match.span() for match in needle.finditer(text.translate(FOLDING)) if match[0]]
    pieces = [FOLDING[ord(character)] for character in text]
    origin = [at for at, piece in enumerate(pieces) for _ in piece]
    return [(origin[m.start()], origin[m.end() - 1] + 1) for m in needle.finditer("".join(pieces)) if m[0]]


def _snippet(text: str, marks: list[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Cut the text around its first mark, between words, and move the marks along."""
    start = _start(text, marks[0][0])
    head = "…" if start else ""
    room = SNIPPET - len(head)
    rest = text[start:]
    length = len(rest) if len(rest) <= room else cut.end(rest, room - 1)
    shown = rest[:length].rstrip()
    tail = "…" if length < len(rest) else ""
    moved = ((a - start, min(b - start, len(shown))) for a, b in marks if a - start < len(shown))
    return head + shown + tail, tuple((a + len(head), b + len(head)) for a, b in moved)


def _start(text: str, mark: int) -> int:
    """Return where a snippet begins: at the text's start, else at a word, else between two signs."""
    if mark <= BEFORE:
        return 0
    space = text.find(" ", mark - BEFORE, mark)
    if space >= 0:
        return space + 1
    at = mark - BEFORE // 2
    while at > 0 and cut.splits_sign(text, at):
        at -= 1
    return at
