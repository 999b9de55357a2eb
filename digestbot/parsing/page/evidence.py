"""Evidence: how much speaks for a section being one paper, and when that is enough."""

from dataclasses import dataclass


@dataclass(slots=True)
class Evidence:
    """How much speaks for a section being one paper."""

    plausible: bool = False
    linked: bool = False
    labels: int = 0
    known: int = 0
    dated: bool = False
    people: bool = False
    paper_links: int = 0
    parts: int = 0
    prose: int = 0
    any_link: bool = False
    venue: bool = False
    elsewhere: bool = False
    """Whether its link leads to another thing than a paper."""
    shown: bool = False
    """Whether a label tells what papers have as well: a link that is no code and no blog, a venue."""
    foreign: bool = False
    """Whether a title in Latin letters heads text in Chinese, Japanese or Korean, as no chapter's heading does."""
    chapter: bool = False
    """Whether the heading is worded like a chapter's of a textbook as much as like a title: in Chinese characters."""

    @property
    def strong(self) -> bool:
        """Whether this alone makes the section a paper."""
        if self._is_news():
            return False
        return self.plausible and (
            self.linked
            or self.venue
            or self.labels > 0
            or (self.known > 1 and not self.chapter)
            or self.dated
            or self.people
            or 0 < self.paper_links <= 3
            or self.parts > 1
        )

    @property
    def worded(self) -> bool:
        """Whether nothing but its text speaks for the section: no link, venue, date or people."""
        return not (self.linked or self.venue or self.dated or self.people or self.paper_links)

    @property
    def weak(self) -> bool:
        """Whether the section may be a paper if those beside it are."""
        elsewhere = self.any_link and not self.paper_links and not (self.people or self.known)
        return (
            self.plausible
            and not (elsewhere or self._is_news())
            and (self.prose > 200 or self.known > 0 or self.parts > 0)
        )

    @property
    def paperless(self) -> bool:
        """Whether labels lead to code or a blog, and nothing to a paper, as of a program or a post among papers."""
        told = self.linked or self.venue or self.labels or self.dated or self.people or self.paper_links or self.parts
        return self.elsewhere and not (told or self.shown)

    def _is_news(self) -> bool:
        """Tell whether a heading in Chinese characters and its link are about another thing than a paper."""
        return self.chapter and self.elsewhere and not (self.linked or self.paper_links or self.people)
