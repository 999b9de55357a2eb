"""Front matter: the YAML or TOML block at the head of a post."""

import tomllib
from dataclasses import dataclass, field
from typing import cast

from digestbot.parsing.markdown import lenient
from digestbot.parsing.markdown.lenient import Scalar


@dataclass(slots=True)
class FrontMatter:
    """What a front matter holds, the line after its end, and the lines of it that were not understood."""

    values: dict[str, object] = field(default_factory=dict[str, object])
    end: int = 0
    unread: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def text(self, *keys: str) -> Scalar | None:
        """Return the first of these keys that holds text."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, Scalar) and value.text:
                return value
        return None

    def items(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of the first of these keys that holds any, a lone text as a list of one."""
        for key in keys:
            if found := texts(self.values.get(key)):
                return found
        return ()


def texts(value: object) -> tuple[str, ...]:
    """Return the texts that a value holds, without empty ones."""
    if isinstance(value, Scalar):
        return (value.text,) if value.text else ()
    if isinstance(value, list):
        return tuple(text for item in cast("list[object]", value) for text in texts(item))
    return ()


_LONGEST_TOML = 20_000  # characters: the time of tomllib grows with the square of a dotted key's parts


def read(lines: list[str]) -> FrontMatter | None:
    """Read the front matter at the head of a note's lines; None if it has none. Blank lines may stand before it."""
    first = next((n for n, line in enumerate(lines[:10]) if line.strip()), None)
    if first is None or lines[first].rstrip() not in {"---", "+++"}:
        return None
    fence = lines[first].rstrip()
    ends = {fence, "..."} if fence == "---" else {fence}
    last = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() in ends), None)
    if last is None or _is_slide(lines[first + 1 : last]):
        return None
    return _toml(lines, first, last) if fence == "+++" else _yaml(lines, first, last)


def _is_slide(lines: list[str]) -> bool:
    """Tell whether nothing but headings stands between two rules, as on the first of a deck of slides."""
    told = [line for line in lines if line.strip()]
    return bool(told) and all(line.startswith(("# ", "## ")) for line in told)


def _toml(lines: list[str], first: int, last: int) -> FrontMatter:
    found = FrontMatter(end=last + 1)
    lines = lines[:last]
    text = "\n".join(lines[first + 1 :])
    try:
        table = tomllib.loads(text if len(text) <= _LONGEST_TOML else "too long")
        found.values = {key.casefold(): _from_toml(value, lines, first, 1) for key, value in table.items()}
    except (ValueError, RecursionError):  # no TOML, a number of thousands of digits, thousands of brackets
        found.unread.append((first, "TOML"))
        return found
    for key, value in table.items():  # Hugo's own nesting: [taxonomies] tags = […]
        if isinstance(value, dict):
            for inner, held in cast("dict[str, object]", value).items():
                found.values.setdefault(inner.casefold(), _from_toml(held, lines, first, 2))
            found.values.pop(key.casefold(), None) if key == "taxonomies" else None
    return found


def _from_toml(value: object, lines: list[str], first: int, depth: int) -> object:
    if depth > lenient.DEPTH:
        return Scalar("", first)
    if isinstance(value, dict):
        held = cast("dict[str, object]", value)
        return {k.casefold(): _from_toml(v, lines, first, depth + 1) for k, v in held.items()}
    if isinstance(value, list):
        return [_from_toml(v, lines, first, depth + 1) for v in cast("list[object]", value)]
    text = "" if value is None else str(value).strip()
    return Scalar(text, next((n for n in range(first, len(lines)) if text and text in lines[n]), first))


def _yaml(lines: list[str], first: int, last: int) -> FrontMatter | None:
    content = (line for line in lines[first + 1 : last] if line.strip() and not line.lstrip().startswith("#"))
    if not lenient.is_head(next(content, "-")):
        return None  # a rule between two paragraphs
    value, unread = lenient.read(["" for _ in lines[: first + 1]] + lines[first + 1 : last])
    values = cast("dict[str, object]", value) if isinstance(value, dict) else {"": value}
    return FrontMatter(_lifted(values), last + 1, [(n, lines[n].strip()) for n in unread])


_WORKS = ("paper", "work", "publication", "article")
_OF_A_WORK = frozenset({"author", "authors", "arxiv", "doi", "year", "venue", "journal"})


def _lifted(values: dict[str, object]) -> dict[str, object]:
    """Bring up the mapping that describes the paper: in a head without a title, or under a paper's key (`paper: …`)."""
    inner = {key: cast("dict[str, object]", value) for key, value in values.items() if isinstance(value, dict)}
    works = [key for key, work in inner.items() if isinstance(work.get("title"), Scalar) and _OF_A_WORK & set(work)]
    titled = "title" in values
    if len(works) != 1 or (titled and works[0] not in _WORKS):
        return values
    names = {"date": "published", "title": "paper_title" if titled else "title"}
    outer = {key: value for key, value in values.items() if key != works[0]}
    return outer | {names.get(key, key): value for key, value in inner[works[0]].items()}
