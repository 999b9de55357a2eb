"""The note as the shapes see it: its lines, its outline, and where the entries found in it are put."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from digestbot.parsing.page.draft import Draft
from digestbot.parsing.page.log import Log
from digestbot.parsing.page.place import Place
from digestbot.parsing.references import Reference
from digestbot.parsing.terms import fields
from digestbot.parsing.terms.fields import Part


@dataclass(slots=True)
class Page:
    """One note while it is read."""

    lines: list[str]
    log: Log
    drafts: list[Draft] = field(default_factory=list[Draft])
    keypoint_labels: frozenset[str] = frozenset()
    """Labels, folded, that rules give this note in addition to the known ones."""
    file_under: Callable[[Place, int], Place] = lambda place, line: place
    """Makes of where an entry stands, at a line, where it is filed."""

    def parts(self, start: int, end: int) -> list[Part]:
        """Divide some of the note's lines into labelled parts."""
        return fields.split(self.lines[start:end], start, self.keypoint_labels)

    def begin(self, title: str, line: int, place: Place) -> Draft:
        """Begin an entry at a line (counted from 0) and put it on the page."""
        place = self.file_under(place, line)
        draft = Draft(title, line + 1, topics=place.filed_under, period=place.period)
        self.drafts.append(draft)
        return draft

    def put(self, found: Reference, line: int, place: Place) -> Draft:
        """Begin an entry with what a reference tells; say what was guessed, and which labels lack links."""
        draft = self.begin(found.title, line, place)
        draft.take(found)
        if found.beside:
            done = f"took “{found.title}”, which stands where the lines beside it have theirs"
            self.log.tell(line, "nothing in this line itself tells which words are the title", done, "info")
        for label in found.empty_labels:
            self.log.tell(line, f"“{label}” has no link", "left it out")
        return draft

    def fill(self, draft: Draft, parts: Iterable[Part]) -> None:
        """Put labelled parts and text into an entry."""
        draft.take_parts(parts, self.log)
