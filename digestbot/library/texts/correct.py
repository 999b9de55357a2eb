"""What was meant by words that no paper has: other words of titles, as the search of titles found them."""

import re
import sqlite3
from dataclasses import replace

from rapidfuzz import fuzz

from digestbot.library import folding, terms, titles
from digestbot.library import query as queries
from digestbot.library.folding import Word
from digestbot.library.query import Part, Request
from digestbot.library.titles import starts
from digestbot.library.titles.alike import ALIKE


def corrected(connection: sqlite3.Connection, request: Request, *, least: int = ALIKE) -> Request | None:
    """Return the request with other words in place of those that no title has; None if none are alike.

    The title that the words come nearest to decides between words that are equally alike. Where each word is known,
    its name may have been meant all the same ("dream both"), if it is at least so much like the words (0 to 100).
    """
    if not request.plain:
        return None
    title, held = "", list[str]()
    for number in titles.find(connection, request.plain, 1):
        (title,) = connection.execute("SELECT title FROM papers WHERE id = ?", (number,)).fetchone()
        folded = folding.fold(title)
        held = [*folding.tokens(folded).split(), *folding.compounds(folded), *folding.humps(title)]
    wanted = [_part(connection, part, held, title) for part in request.wanted]
    if wanted == list(request.wanted):
        name = starts.named(title) or title
        if not name or fuzz.ratio(folding.joined(request.plain), folding.joined(name)) < least:
            return None
        wanted = [queries.plain_part(name)]
    return replace(request, parts=(*wanted, *request.excluded))


def _part(connection: sqlite3.Connection, part: Part, held: list[str], title: str) -> Part:
    said = [_word(connection, word, held) for word in part.words]
    if said == [word.text for word in part.words]:
        return part
    return queries.plain_part(" ".join(_as_written(word, title) for word in said))


def _word(connection: sqlite3.Connection, word: Word, held: list[str]) -> str:
    """Return the word that stands for a typed one: itself, if a title has it or one that begins like it."""
    if word.cjk or terms.begun(connection, word.text) or _in_texts(connection, word):
        return word.text
    for alternatives in (terms.containing, terms.corrections, terms.distant):
        if len(word.text) > 2 and (others := alternatives(connection, word.text)):
            return next((other for other in others if other in held), others[0])
    halves = terms.splits(connection, word.text)
    return " ".join(halves[0]) if halves else word.text


def _in_texts(connection: sqlite3.Connection, word: Word) -> bool:
    found = connection.execute("SELECT 1 FROM texts WHERE texts MATCH ? LIMIT 1", (queries.word(word),))
    return found.fetchone() is not None


def _as_written(word: str, title: str) -> str:
    """Return a word in the letters that the title has it in."""
    return next((w for w in re.findall(r"\w+", title) if folding.joined(w) == word), word)
