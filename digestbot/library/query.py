"""What a person typed, as a query: the same for autocomplete and results."""

from dataclasses import dataclass

from digestbot.library import folding

LONGEST_QUERY = 300
"""Characters of a query that count: longer than nearly any title, short enough that none takes long."""

MOST_WORDS = 32


@dataclass(frozen=True, slots=True)
class Query:
    """A typed text with its words; `joined` and `strict` are its two folded forms."""

    text: str
    words: tuple[folding.Word, ...]
    joined: str
    strict: str


def read(text: str) -> Query:
    """Return the query that a typed text stands for; any text is one, if perhaps without words."""
    kept = text[:LONGEST_QUERY].strip()
    found = tuple(folding.words(kept))[:MOST_WORDS]
    return Query(kept, found, folding.joined(kept), folding.strict(kept))


def bindable(text: str) -> str:
    """Return a text that SQLite takes: half of a surrogate pair, which JSON may hold, has no UTF-8 form."""
    return text.encode(errors="replace").decode()


def quoted(text: str, *, prefix: bool = False) -> str:
    """Return an FTS5 string that matches the tokens of `text` one after the other, the last one as a prefix if asked.

    This is the one way by which a person's text reaches MATCH. Inside an FTS5 string only the quotation mark means
    anything, and two of them stand for one (SQLite, FTS5, section 3.1); a NUL would end the string.
    """
    clean = text.replace("\0", " ").replace('"', '""')
    return f'"{clean}" *' if prefix else f'"{clean}"'


def phrase(words: tuple[folding.Word, ...], *, prefix: bool = False) -> str:
    """Return the expression for words that follow each other."""
    alone = words[-1].cjk and len(words[-1].text) == 1
    return quoted(" ".join(pair for word in words for pair in word.pairs), prefix=prefix or alone)


def word(one: folding.Word, *, prefix: bool = False) -> str:
    """Return the expression for one word; a single CJK character is the beginning of the pairs it stands in."""
    return phrase((one,), prefix=prefix)
