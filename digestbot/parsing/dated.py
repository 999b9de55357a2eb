"""Days that stand alone in a line, over the papers that a group read then."""

import bisect

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block
from digestbot.parsing.page.draft import Draft
from digestbot.parsing.page.outline import Section
from digestbot.parsing.terms import dates, periods

_LONGEST = 60  # characters of a line that is but a day
_UPDATED = ("updat", "更新", "modified", "修改")


def take(drafts: list[Draft], root: Section) -> None:
    """File the papers that no heading dates under the day above them, where the days of a section lead its papers."""
    undated = sorted((draft for draft in drafts if draft.period is None), key=lambda draft: draft.line)
    lines = [draft.line - 1 for draft in undated]
    for section in (root, *root.below()) if undated else ():
        days = [(block.start, day) for block in section.blocks if (day := _day(block))]
        end = section.children[0].line if section.children else section.end
        first, last = (bisect.bisect_left(lines, line) for line in (section.start, end))
        if not days or first == last or lines[first] < days[0][0]:
            continue
        for draft in undated[first:last]:
            draft.period = next(day for start, day in reversed(days) if start < draft.line)


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
