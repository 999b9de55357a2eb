"""Papers that a note tells twice: in full, and by a short name or a title cut off, as its tables of contents do."""

from digestbot.identity import fold_title
from digestbot.parsing.draft import Draft

_CUT = 20  # letters that a title which breaks off amid another must share with it
_NEAR = 5  # longer titles that begin alike and are looked at for each


def united(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts without those that another tells in full, which takes over what they say."""
    ordered = sorted(((fold_title(draft.title), draft) for draft in drafts), key=lambda pair: pair[0])
    gone: set[int] = set()
    for n, (name, draft) in enumerate(ordered):
        if _leads_on(draft):
            continue
        for longer, other in ordered[n + 1 : n + 1 + _NEAR]:
            if not longer.startswith(name):
                break
            if longer != name and _is_cut(draft.title, other.title):
                other.take_over(draft)
                gone.add(id(draft))
                break
    return [draft for draft in drafts if id(draft) not in gone]


def _leads_on(draft: Draft) -> bool:
    return any(link.kind in {"arxiv", "paper"} for link in draft.links)


def _is_cut(short: str, title: str) -> bool:
    """Tell whether a title is another up to its colon, or broken off after many letters."""
    short = short.rstrip(" .…")
    rest = title[len(short) :].lstrip()
    return title.casefold().startswith(short.casefold()) and (rest[:1] in ":：" or len(fold_title(short)) >= _CUT)
