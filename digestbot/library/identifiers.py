"""The papers that an arXiv id, a DOI or a link stands for, in any way in which people copy those."""

import re
import sqlite3
from collections.abc import Iterable
from urllib.parse import unquote

from digestbot import identity
from digestbot.library import folding
from digestbot.library import query as queries
from digestbot.models import Link

MOST = 100
"""Papers of one link, the newest: the address of a list or a lab's page is in the notes of many."""

_ARXIV = re.compile(r"(?:arxiv:\s*)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?")
_DOI = re.compile(r"(10\.\d{4,9}/[^\s?#]+)")
_OPENREVIEW = re.compile(r"openreview\.net/\w+\?(?:\S*&)?id=([\w-]+)")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<page>[^\s/?#]+\.[^\W\d_]{2,}(?::\d+)?(?:/[^\s?#]*)?)(?:\?(?P<query>[^\s#]*))?(?:#\S*)?"
)
_AROUND = " <>()[]'\".,;"
_ENDS = re.compile(r"(?:/(?:tree|blob)/(?:main|master)(?:/readme\.md)?|\.git|\.pdf|/)+$")
_TELLING = ("id=", "v=")
"""Parameters that say which page it is (ACM's, YouTube's); others say where a reader came from."""


def canonical(text: str) -> str:
    """Return what all ways to write an identifier or a link have in common, "" for other text.

    An arXiv id is `arxiv:…` as in `identity.identifiers`; of an address only host, path and a telling parameter stay.
    """
    plain = queries.bindable(text).casefold().strip(_AROUND)
    if arxiv := identity.arxiv_id(plain) or ((found := _ARXIV.fullmatch(plain)) and found[1]):
        return f"arxiv:{arxiv}"
    plain = unquote(plain)
    for name, pattern in (("doi", _DOI), ("openreview", _OPENREVIEW)):
        if found := pattern.search(plain):
            return f"{name}:{_ENDS.sub('', found[1])}"
    found = _ADDRESS.fullmatch(plain)
    if found is None:
        return ""
    telling = [one for one in (found["query"] or "").split("&") if one.startswith(_TELLING)]
    return "?".join([_ENDS.sub("", found["page"]), *telling])


def filed(links: Iterable[Link], key: str) -> Iterable[str]:
    """Return the tokens by which a paper is found by its links, but for that of its own id, which is its key."""
    for link in links:
        own = identity.arxiv_id(link.url)
        known = f"arxiv:{own}" if own else canonical(link.url)
        if known and known != key:
            yield _token(known)


def _token(known: str) -> str:
    return folding.filed("link", identity.digest16(known))


def papers(connection: sqlite3.Connection, text: str) -> list[int]:
    """Return the rows of the papers that a text stands for, the newest first; of an arXiv id those that are it."""
    known = canonical(text)
    if not known:
        return []
    own = connection.execute(
        "SELECT DISTINCT paper_id FROM entries WHERE arxiv = ? ORDER BY paper_id DESC", (known,)
    ).fetchall()
    expression = f"filed : {queries.quoted(_token(known))}"
    linked = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?"
    return [number for (number,) in own or connection.execute(linked, (expression, MOST))]
