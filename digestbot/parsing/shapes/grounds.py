"""Grounds: what speaks for a table's rows being papers, and what against it, weighed together.

No sign decides alone: a header `Title` stands over talks and books as well, a date in every schedule. The weights were
set by tables of strangers' notes, where a table is one of papers from `ENOUGH` on.
"""

import re
from collections.abc import Sequence

from digestbot.parsing.markdown import inline
from digestbot.parsing.page.place import Place
from digestbot.parsing.shapes import columns
from digestbot.parsing.shapes.columns import Column, Row
from digestbot.parsing.terms import titles

ENOUGH = 4
_SAMPLE = 20  # rows that are looked at
_MEETING = frozenset({"date", "period", "people"})
"""Columns of every schedule: several of them tell no more than one."""
_LED = 5  # the rows lead to papers
_TITLED = 2  # the header says that titles stand in its column
_SAID = 1  # it speaks of papers
_ANNOUNCED = 2  # the headings above say that papers follow
_ELSEWHERE = -4  # they announce other things
_OTHER = -4  # the header of what would be the titles names other things
_COUNTED = -9  # a column counts papers: each row stands for several
_COMPARED = -9  # a column tells what is done, in words, in place of what a paper does
_COLUMNS: dict[Column, int] = {
    "venue": 2, "authors": 2, "keypoints": 2, "links": 1, "topic": 1
}  # fmt: skip
"""What the columns beside the titles tell."""
_OTHERS = re.compile(
    r"(?i)\b(?:descriptions?|purpose|changes?|deadlines?|events?|goals?|features?|functions?|tools?|librar(?:y|ies)|"
    r"resources?|datasets?|courses?|books?|blogs?|posts?|metrics?|limitations?|usage|commands?|products?|steps?|"
    r"sources?)$|描述|说明|用途|变更|更新内容|功能|工具|数据集|资源|课程|指标|步骤|설명|기능"
)


_OURS = re.compile(r"(?i)(?:this|our|ours|my)\b")


def speak_for(headers: Sequence[str], kinds: Sequence[Column], title: int, rows: Sequence[Row], place: Place) -> bool:
    """Tell whether enough speaks for a table's rows being papers. `title`: the column that their titles would be in."""
    sample = rows[:_SAMPLE]
    said = columns.says_papers(headers[title])
    led = sum(columns.leads_on(row) for _, row in sample) * 3 >= len(sample)
    told: set[Column] = {kind for n, kind in enumerate(kinds) if n != title}
    weight = sum(_COLUMNS.get(kind, 0) for kind in told) + (not _MEETING.isdisjoint(told))
    weight += _cells(title, sample, headers[title], presented="people" in told)
    weight += _LED if led else 0
    weight += _TITLED if columns.is_announced(headers[title], kinds[title]) else 0
    weight += _SAID if said else 0
    weight += _ANNOUNCED if place.papers else 0
    weight += _ELSEWHERE if place.elsewhere and not said and not led else 0
    weight += _OTHER if not said and _OTHERS.search(headers[title]) else 0
    weight += _COUNTED if columns.counts_papers(headers, sample) else 0
    weight += _COMPARED if any(map(_OURS.match, headers)) or columns.tells_code(headers, sample) else 0
    return weight >= ENOUGH


def _cells(n: int, sample: Sequence[Row], header: str, *, presented: bool) -> int:
    """Weigh the shape of what stands in a column: titles at length, names before a colon.

    `presented`: people present it, who speak of it in their own language, and name in English what is a paper.
    """
    told = (columns.read_title(inline.spans(row[n])) for _, row in sample if n < len(row))
    found = [one for one in told if one]
    long = sum(_is_long(one.title) or bool(one.venue) for one in found) * 3
    if long < len(sample) and not columns.says_papers(header):
        return -2
    coined = sum(columns.is_coined(one.title) for one in found) * 4 >= len(sample)
    foreign = presented and titles.is_cjk(header) and not any(titles.is_mostly_cjk(one.title) for one in found)
    return (long >= 2 * len(sample)) * (1 + foreign) + coined


def _is_long(title: str) -> bool:
    return titles.looks_like_title(title) and (" " in title or titles.is_cjk(title))
