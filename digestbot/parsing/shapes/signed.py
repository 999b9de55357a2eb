"""Lists whose items begin with people and a colon: `Ann Lee and Bo Chu: Title, ACL 2003`, `Ann Lee, et al.: Title`.

One such line alone may be a title with a colon in it (`Federated Learning: A Survey, 2020`).
"""

import re

from digestbot.parsing.terms import authors

_LED = re.compile(r"\s*([A-Z][^:：\n\[]{3,120}?)\s*[:：]\s+(?=[\"“A-Z\d])")
_DATED = re.compile(r"(?:19|20)\d\d\)?[.\s]*$")
_FEWEST = 2  # items that people lead


def leaders(texts: list[str]) -> list[tuple[tuple[str, ...], str] | None]:
    """Return the people that lead each text, and what is behind them, where they lead most of a list's texts."""
    found = [_led(text) for text in texts]
    led = [one for one in found if one]
    sure = any(people for people, _, several in led if several)
    if len(led) < _FEWEST or len(led) * 2 < len(texts) or not sure:
        return [None] * len(texts)
    return [(one[0], one[1]) if one else None for one in found]


def _led(text: str) -> tuple[tuple[str, ...], str, bool] | None:
    """Return the people before a colon, what follows it, and whether they are surely people: several, or with more."""
    lead = _LED.match(text) if _DATED.search(text) else None
    if not lead:
        return None
    people = authors.authors_in(lead[1])
    if people:
        return people, text[lead.end() :], True
    return ((lead[1],), text[lead.end() :], False) if authors.is_full_name(lead[1]) else None
