"""What rules say of the entries that were found: their topics, their month, their keypoints."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from digestbot.parsing import dates, keypoints, posts, words
from digestbot.parsing.draft import Draft
from digestbot.parsing.frontmatter import FrontMatter
from digestbot.parsing.note import Page
from digestbot.parsing.outline import Section, topic_name
from digestbot.parsing.rules import Rules


def apply(page: Page, root: Section, front: FrontMatter | None, file: str, rules: Rules) -> None:
    """Let the rules have the last word on all entries of a page."""
    for draft in page.drafts:
        if rules.topics is not None:
            draft.topics = _topics(draft, root, front, PurePosixPath(file), rules.topics)
        if rules.period not in {None, "heading"}:
            draft.period = _period(front, file, rules.period)
        _take_keypoints(draft, page.keypoint_labels)


def _topics(
    draft: Draft, root: Section, front: FrontMatter | None, path: PurePosixPath, rule: str | tuple[str, ...]
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
            names = [topic_name(s.heading) for s in _above(root, draft.line - 1) if s.level == int(rule[-1])]
    return tuple(name for name in names if any(c.isalnum() for c in name))


def _above(root: Section, line: int) -> Iterator[Section]:
    """Yield the sections that a line stands in, without the one whose heading it is."""
    section = root
    while inner := next((child for child in section.children if child.line < line < child.end), None):
        yield inner
        section = inner


def _period(front: FrontMatter | None, file: str, rule: str | None) -> str | None:
    if rule == "path":
        return dates.period_of_path(file)
    return posts.period_in(front) if front and rule == "front matter" else None


def _take_keypoints(draft: Draft, labels: frozenset[str]) -> None:
    for label, text in draft.fields.items():
        if words.fold(label) in labels:
            draft.keypoints += [k for k in keypoints.split(text) if k not in draft.keypoints]
