"""Where an entry stands in a note, and what the headings over it say of topic and month."""

import re
from dataclasses import dataclass, replace

from digestbot.parsing.terms import cleaning, dates, periods, venues, words


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: under which topics, in which month, and what the headings announce.

    `topics` are ordered from the nearest heading outwards. `title` is the note's own heading, for want of a topic.
    `ruled`: a rule says what papers are, so that they need look like one only.
    """

    topics: tuple[str, ...] = ()
    title: str = ""
    year: int = 0
    period: str | None = None
    papers: bool = False
    ruled: bool = False
    elsewhere: bool = False
    nothing: bool = False
    contents: bool = False

    @property
    def filed_under(self) -> tuple[str, ...]:
        """The topics of an entry at this place."""
        return self.topics or ((self.title,) if self.title else ())

    def within(self, heading: str, level: int = 2, *, whole_note: bool = False) -> "Place":
        """Return the place below a heading. `whole_note`: it stands over everything in the note."""
        if self.year and heading[:1] in _BEFORE_DAY:
            heading = periods.with_year(heading, self.year)
        if period := periods.period_heading(heading):
            return replace(
                self, year=period.year, period=period.text or (self.period if self.year == period.year else None)
            )
        if self.year and (month := periods.month_heading(heading)):
            return replace(self, period=f"{self.year:04}-{month:02}")
        if self.year and (ranged := periods.days_heading(heading, self.year)):
            return replace(self, period=ranged.text)
        name = topic_name(heading)
        if not name:
            return self
        if (split := periods.split_period(name)) and split[0]:
            return replace(self, year=split[1].year, period=split[1].text).within(
                split[0], level, whole_note=whole_note
            )
        told = replace(
            self,
            year=dates.lone_year(name) or self.year,
            papers=words.says_papers(heading.replace("_", " "))
            or (self.papers and not words.is_elsewhere(heading))
            or venues.venue_in(name) is not None,
            elsewhere=words.is_elsewhere(heading) or (self.elsewhere and not words.says_papers(heading)),
            nothing=(self.nothing and not self.contents) or words.holds_none(heading),
            contents=words.is_contents(heading) and (self.contents or not self.nothing),
        )
        if whole_note:
            return replace(told, title=self.title if words.is_generic(name) else name, elsewhere=False)
        if words.is_generic(name):
            return told
        return replace(told, topics=(name, *(t for t in self.topics if t.casefold() != name.casefold()))[:3])


_BEFORE_DAY = frozenset("[(（【0123456789")
_COUNT = re.compile(r"\s*[(（\[]\s*\d+\s*(?:papers?|篇)?\s*[)）\]]\s*$", re.IGNORECASE)


def topic_name(heading: str) -> str:
    """Return a heading as the name of a topic: without numbering, counts, marks, a colon at the end."""
    text = cleaning.unnumbered(cleaning.clean_title(_COUNT.sub("", heading)))
    text = text.rstrip(":： ")
    return text if text.count("[") == text.count("]") else text.strip("[]")
