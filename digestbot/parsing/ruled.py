"""What rules say of the entries that are found: under which topics and month they stand, their keypoints."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from digestbot.parsing.markdown.frontmatter import FrontMatter
from digestbot.parsing.page.note import Page
from digestbot.parsing.page.outline import Section
from digestbot.parsing.page.place import Place, topic_name
from digestbot.parsing.rules import Rules
from digestbot.parsing.shapes import posts
from digestbot.parsing.terms import keypoints, labels, periods


def filing(root: Section, front: FrontMatter | None, file: str, rules: Rules) -> Callable[[Place, int], Place]:
    """Return what makes of the place of an entry, at a line, the one that the rules say.

    It stands for what is around an entry; what this says itself (`Topic: …`) is added to it, or counts in its place.
    """
    period = _period(front, file, rules.period)

    def filed(place: Place, line: int) -> Place:
        if rules.topics is not None:
            topics = _topics(line, root, front, PurePosixPath(file), rules.topics)
            place = replace(place, title="", topics=topics)
        return place if rules.period in {None, "heading"} else replace(place, period=period)

    return filed


def _topics(
    line: int, root: Section, front: FrontMatter | None, path: PurePosixPath, rule: str | tuple[str, ...]
) -> tuple[str, ...]:
    if isinstance(rule, tuple):
        return rule
    match rule:
        case "none":
            return ()
        case "folder":
            names = [path.parent.name]
        case "file name":
            names = [path.stem]
        case "front matter":
            names = list(posts.topics_in(front)) if front else []
        case _:
            names = [topic_name(s.heading) for s in _above(root, line) if s.level == int(rule[-1])]
    return tuple(name for name in names if any(map(str.isalnum, name)))


def _above(root: Section, line: int) -> Iterator[Section]:
    """Yield the sections that a line stands in, without the one whose heading it is."""
    section = root
    while inner := next((child for child in section.children if child.line < line < child.end), None):
        yield inner
        section = inner


def _period(front: FrontMatter | None, file: str, rule: str | None) -> str | None:
    if rule == "path":
        return periods.period_of_path(file)
    return posts.period_in(front) if front and rule == "front matter" else None


def take_keypoints(page: Page, chosen: frozenset[str]) -> None:
    """Take the fields under these labels (folded) for keypoints."""
    for draft in page.drafts if chosen else ():
        for label, text in draft.fields.items():
            if labels.fold(label) in chosen:
                draft.keypoints += keypoints.split(text)
