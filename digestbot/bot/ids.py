"""Custom ids: what a button or menu stands for, in the 100 characters that Discord gives it (and keeps over restarts).

An id may end in `/e<edition>.<part>`, by which a digest's message is found again in a channel's history.
"""

import re

from digestbot.bot.markup import length, shorten

LONGEST_QUERY = 70
"""Characters of a query that an id holds whole, beside a cursor of 21: a page must not be one of another query."""

_PART = r"(?:/(?P<token>e(?P<number>\d+)\.(?P<part>\d+)))?"

PAPER = re.compile(rf"paper:(?P<key>.+?){_PART}")
SHARE = re.compile(r"share:(?P<key>.+)")
FULL_NOTE = re.compile(r"full:(?P<key>.+)")
NOTE = re.compile(r"note:(?P<page>-?\d+):(?P<key>.+)")
LIST = re.compile(r"(?P<kind>topic|keypoint):(?P<page>-?\d+):(?P<key>[0-9a-f]{16})")
TALLIES = re.compile(r"(?P<kind>topics|keypoints):(?P<page>-?\d+)")
PICK = re.compile(r"pick:(?P<kind>topic|keypoint|paper)")
SEARCH = re.compile(r"search:(?P<at>[^:]*):(?P<query>.+)", re.DOTALL)
NARROW = re.compile(r"narrow:(?P<kind>topic|period)")
NOTES = re.compile(r"notes:(?P<only>all|error|warning|info):(?P<page>first|-?\d+):(?P<stamp>[0-9a-f]{8})")
EDITION = re.compile(rf"edition:(?P<page>-?\d+):(?P<edition>\d+){_PART}")


def paper(key: str, token: str = "") -> str:
    """Open a paper's card; `token` names the part of an edition that the button stands in (`e12.1`)."""
    return f"paper:{key}/{token}" if token else f"paper:{key}"


def share(key: str) -> str:
    """Show a card that one person opened to the whole channel."""
    return f"share:{key}"


def full_note(key: str) -> str:
    """Open a paper's full note."""
    return f"full:{key}"


def note(page: int, key: str) -> str:
    """Turn to a page of a paper's full note."""
    return f"note:{page}:{key}"


def listing(kind: str, page: int, key: str) -> str:
    """Open a page of a topic's or keypoint's papers; `kind` is `topic` or `keypoint`, `key` the tally's."""
    return f"{kind}:{page}:{key}"


def tallies(kind: str, page: int) -> str:
    """Open a page of all topics or keypoints; `kind` is `topics` or `keypoints`."""
    return f"{kind}:{page}"


def pick(kind: str) -> str:
    """Open the topic, keypoint or paper (`kind`) that is picked from a menu."""
    return f"pick:{kind}"


def search(at: str, query: str) -> str:
    """Open a page of the results of a search: a cursor ("" is the first page) and what the person typed."""
    return f"search:{at}:{query if length(query) <= LONGEST_QUERY else shorten(query, LONGEST_QUERY)}"


def narrow(kind: str) -> str:
    """Narrow results by `topic` or `period` (`kind`); the values of the menu are the narrowed queries."""
    return f"narrow:{kind}"


def edition(page: int, edition_id: int, token: str = "") -> str:
    """Open a page of all papers of an edition."""
    return f"edition:{page}:{edition_id}/{token}" if token else f"edition:{page}:{edition_id}"


def notes(only: str, page: str, stamp: str) -> str:
    """Open a page of diagnostics, or the `first`, of a severity (`only`) or `all`; `stamp` is that of their list."""
    return f"notes:{only}:{page}:{stamp}"


def part_of(custom_id: str) -> tuple[int, int, str | None] | None:
    """Return edition and part in whose message an id stands, with the key if it is a paper's; None if in none."""
    found = PAPER.fullmatch(custom_id) or EDITION.fullmatch(custom_id)
    if found is None or found["token"] is None:
        return None
    return int(found["number"]), int(found["part"]), found["key"] if found.re is PAPER else None
