"""What a file of notes was read as, in a line: for whoever wants to see why a paper is missing or doubled."""

import re
from collections import Counter

from digestbot.errors import SourceError
from digestbot.models import Entry, Note
from digestbot.sources import File

_SHAPES = (
    (re.compile(r"\s*(#{1,6})\s"), "headings {}"),
    (re.compile(r"[\s>]*(?:[-*+]|\d+[.)])\s"), "list items"),
    (re.compile(r"[\s>]*\|"), "table rows"),
    (re.compile("<"), "HTML"),
    (re.compile(r"title\s*[:=]"), "front matter"),
)


def told_in_a_line(note: Note, file: File) -> str:
    """Return how many papers a file was read as, by what shapes, under which months and topics, and what they lack."""
    if not note.entries:
        return f"{note.file}: no papers"
    months = sorted({e.period for e in note.entries if e.period})
    topics = len({topic for e in note.entries for topic in e.topics})
    lacks = {
        "without month": sum(not e.period for e in note.entries),
        "without gist": sum(not e.gist for e in note.entries),
        "without keypoints": sum(not e.keypoints for e in note.entries),
        "without link": sum(not e.links for e in note.entries),
    }
    told = [
        _count(len(note.entries), "paper") + f" ({', '.join(_shapes(note, file))})",
        " to ".join(dict.fromkeys([months[0], months[-1]])) if months else "",
        _count(topics, "topic"),
        *(f"{many} {what}" for what, many in lacks.items() if many),
    ]
    return f"{note.file}: {', '.join(filter(None, told))}"


def _shapes(note: Note, file: File) -> list[str]:
    """Return by what Markdown the papers' titles were known, the most frequent first."""
    try:
        lines = file.load().text.splitlines()
    except SourceError:  # it was there a moment ago
        return ["gone since"]
    shapes = Counter(_shape(entry, lines) for entry in note.entries)
    return [shape if len(shapes) == 1 else f"{many} {shape}" for shape, many in shapes.most_common()]


def _shape(entry: Entry, lines: list[str]) -> str:
    line = lines[entry.source.line - 1] if entry.source.line <= len(lines) else ""
    found = ((pattern.match(line), shape) for pattern, shape in _SHAPES)
    return next((shape.format(*match.groups()) for match, shape in found if match), "lines of text")


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
