"""Days that stand alone in a line, over the papers that a group read then."""

import bisect
from dataclasses import replace

from digestbot.identity import arxiv_id
from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.draft import Draft
from digestbot.parsing.page.outline import Section
from digestbot.parsing.terms import dates, periods

_LONGEST = 60  # characters of a line that is but a day
_LATER = 12  # months from a paper's submission to a day that cannot be that of its publication
_UPDATED = ("updat", "更新", "modified", "修改")


def take(drafts: list[Draft], root: Section) -> None:
    """File the papers that no heading dates under the day above them, where the days of a section lead its papers.

    Days beside papers are those of meetings as well if they are much later than the papers' arXiv ids.
    """
    if _were_read(drafts):
        for draft in (one for one in drafts if one.period is None):
            draft.period, draft.published = draft.published, None
    undated = sorted((draft for draft in drafts if draft.period is None), key=lambda draft: draft.line)
    lines = [draft.line - 1 for draft in undated]
    for section in (root, *root.below()) if undated else ():
        days = [(block.start, day) for block in section.blocks if (day := _day(block))]
        end = section.children[0].line if section.children else section.end
        first, last = (bisect.bisect_left(lines, line) for line in (section.start, end))
        if not days or first == last or lines[first] <= days[0][0]:
            continue
        for draft in undated[first:last]:
            draft.period = next(day for start, day in reversed(days) if start < draft.line)


def joined(blocks: list[Block]) -> list[Block]:
    """Return a section's blocks, its lists made one where nothing but days parts them: their items stand together."""
    found: list[Block] = []
    parted: Block | None = None
    for block in blocks:
        if block.kind == "list" and parted and parted.info == block.info:
            parted.children += block.children
            parted.end = block.end
        elif block.kind == "list":
            parted = replace(block, children=[*block.children])
            found.append(parted)
        else:
            parted = parted if _day(block) else None
            found.append(block)
    return found


def _were_read(drafts: list[Draft]) -> bool:
    told = [(draft.published, _submitted(draft)) for draft in drafts if draft.published and draft.period is None]
    if len(told) * 2 <= len(drafts):
        return False
    known = [_months(date) - _months(submitted) for date, submitted in told if date and submitted]
    return len(known) > 1 and sum(months > _LATER for months in known) * 2 >= len(known)


def _submitted(draft: Draft) -> str | None:
    for link in draft.links:  # asked of every paper, so that a generator would be felt
        if link.kind == "arxiv":
            found = arxiv_id(link.url)
            return dates.arxiv_month(found) if found else None
    return None


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


def _day(block: Block) -> str | None:
    """Return the month of the day that is all a paragraph's first line says, if it links to nothing."""
    line = block.text.split("\n", 1)[0] if block.kind in {"paragraph", "html"} else ""
    if not dates.HAS_YEAR.search(line[:_LONGEST]) or "](" in block.text or "://" in block.text:
        return None
    told = inline.plain(line)
    if len(told) > _LONGEST or any(word in told.lower() for word in _UPDATED):
        return None
    moment = periods.period_heading(told)
    return moment.text if moment else None
