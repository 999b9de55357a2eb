"""Papers that a note tells twice: in full, and by a name, a title cut off or alone, as its tables of contents do."""

import re
from collections.abc import Iterator

from digestbot.identity import fold_title
from digestbot.parsing.page.draft import Draft

_CUT = 20  # letters that a title which breaks off amid another must share with it
_NEAR = 5  # other titles that are looked at for each
_COINED = re.compile(r"(?=\S*[a-z0-9]\S*[A-Z]|[A-Z]\S*\d)\S{4,40}")
"""A name made for a thing, as titles end with: `PagedAttention`."""


def united(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts without those that another tells in full, which takes over what they say."""
    short = {id(draft) for draft in drafts if not _leads_on(draft)}
    if not short:
        return drafts
    full = _again(drafts, short) | _cut_off(drafts, short) | _named(drafts, short)
    for draft in drafts:
        if target := full.get(id(draft)):
            while id(target) in full:
                target = full[id(target)]
            target.take_over(draft)
    return [draft for draft in drafts if id(draft) not in full]


def _again(drafts: list[Draft], short: set[int]) -> dict[int, Draft]:
    """Return, by the ids of drafts that are nothing but a title, those of the same title that lead to the paper."""
    alone = [draft for draft in drafts if id(draft) in short and _is_alone(draft)]
    whole = {fold_title(draft.title): draft for draft in reversed(drafts) if id(draft) not in short} if alone else {}
    return {id(draft): other for draft in alone if (other := whole.get(fold_title(draft.title)))}


def _cut_off(drafts: list[Draft], short: set[int]) -> dict[int, Draft]:
    """Return, by the ids of drafts whose titles are cut off, those with the whole ones; `short` may be such drafts."""
    ordered = sorted(((fold_title(draft.title), draft) for draft in drafts), key=lambda pair: pair[0])
    found: dict[int, Draft] = {}
    for n, (name, draft) in enumerate(ordered):
        for longer, other in ordered[n + 1 : n + 1 + _NEAR] if id(draft) in short else ():
            if not longer.startswith(name):
                break
            if longer != name and _is_cut(draft, other):
                found[id(draft)] = other
                break
    return found


def _named(drafts: list[Draft], short: set[int]) -> dict[int, Draft]:
    """Return, by the ids of drafts that are but a name, those of the same venue whose titles hold it."""
    names = {id(draft): list(_names(draft.title)) for draft in drafts if id(draft) in short and draft.venue}
    held: dict[str, list[Draft]] = {name: [] for own in names.values() for name in own}
    for draft in drafts if held else ():
        for word in draft.title.casefold().split() if id(draft) not in short and draft.venue else ():
            if (near := held.get(word)) is not None and len(near) < _NEAR:
                near.append(draft)
    found: dict[int, Draft] = {}
    for draft in drafts:
        if id(draft) in names and draft.venue:
            others = [other for name in names[id(draft)] for other in held[name]]
            same = {id(other): other for other in others if fold_title(other.venue or "") == fold_title(draft.venue)}
            found |= {id(draft): next(iter(same.values()))} if len(same) == 1 else {}
    return found


def _names(title: str) -> Iterator[str]:
    """Yield the names that a title is made of, if it is of nothing else (`PagedAttention / vLLM`)."""
    names = title.split(" / ")
    yield from (name.casefold() for name in names if _COINED.fullmatch(name.strip()))


def _is_alone(draft: Draft) -> bool:
    told = (draft.links, draft.venue, draft.authors, draft.published, draft.period, draft.keypoints, draft.images)
    return not (any(told) or draft.fields)


def _leads_on(draft: Draft) -> bool:
    return any(link.kind in {"arxiv", "paper"} for link in draft.links)


def _is_cut(short: Draft, whole: Draft) -> bool:
    """Tell whether a title is another up to its colon, or broken off after many letters.

    Between two words a title may end as well: there it is cut off only where it stands in another place.
    """
    venues = sorted(fold_title(draft.venue) for draft in (short, whole) if draft.venue)
    begun = short.title.rstrip(" .…")
    if (venues and not venues[-1].startswith(venues[0])) or not whole.title.casefold().startswith(begun.casefold()):
        return False
    rest = whole.title[len(begun) :]
    if rest.lstrip()[:1] in ":：":
        return True
    if begun[-1:].isdigit() and rest[:1].isdigit():
        return False  # the next volume
    broken = begun != short.title or rest[:1].isalnum() or short.topics != whole.topics
    return broken and len(fold_title(begun)) >= _CUT
