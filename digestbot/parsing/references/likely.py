"""Which stretch of a row is likely its title: weighed by its words, its look, and by what is left outside.

All weights are parts of the worth of a whole title, 1; they were found by trying them on lists that strangers keep.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references.parts import ADDRESS, COLONS, KNOWN, Kind, Part, between
from digestbot.parsing.terms import titles

_MOST = 7  # parts of a title: one with commas has that many
_INSIDE = (
    {":": 0, "∶": 0.12, ",": 0.06, "-": 0.12, "?": 0.05, "!": 0.05, ".": 0.45, ";": 0.3, "(": 0.1, ")": 0.05, '"': 0.2}
    | {"[": 0.5, "]": 0.5}
    | {"b": 0.15, "y": 0}  # of `by`
    | dict.fromkeys(("|", "·", "•", "→", "《", "》", ADDRESS), 1)
)
"""What a sign inside a title costs."""
_OTHER_SIGN = 0.4
_TOLD: dict[Kind, float] = {"label": 0.6, "venue": 0.6, "people": 0.6}
"""What a part that certainly says something else costs inside a title."""
_NO_BEGINNING: frozenset[Kind] = frozenset(["people", "label", "number"])
_TOO_MUCH = 1.3  # of signs inside, and of what is left before
_NOTHING = -0.3  # worth of what is looked at no more
_WORTH = ((1, -1), (2, 0.1), (3, 0.45), (4, 0.8), (17, 1), (23, 0.8), (29, 0.4))
_WORTH_CJK = ((1, -1), (3, 0.2), (5, 0.6), (23, 1), (29, 0.5))
"""What so many words, fewer than the number, are worth."""
_MOST_WORDED = 0.5  # more than how it is worded can add
_BEGINNINGS = 4  # parts of several words in which a title may begin
_SET_OFF = ("link", "strong", "em")
_QUOTES = ('"', "《", "「", "『")
_CLOSING = ('"', "》", "」", "』")
_BEFORE = 0.4  # at most, for all that stands before a title
_CLAUSE = re.compile("[，。；]")
"""What parts the clauses of a sentence in Chinese."""
_BEHIND = 3  # parts that are looked at behind it


class Form(NamedTuple):
    """Where a stretch stands: behind which sign and what, in which look, before which sign and what."""

    before: tuple[str, str]
    look: str
    behind: tuple[str, str]


@dataclass(slots=True)
class Stretch:
    """A stretch of a row that may be its title. `start` and `end` are a span's index and an offset in its text."""

    text: str
    start: tuple[int, int]
    end: tuple[int, int]
    worth: float
    form: Form

    @property
    def marked(self) -> bool:
        """Tell whether it is set off by a link, a mark or quotes."""
        return self.form.look.startswith(_SET_OFF) or self.form.before[0].endswith(_QUOTES)


def stretches(row: list[Span], parts: list[Part], signs: str, *, around: str = "") -> list[Stretch]:
    """Return the stretches of a row that are worth anything. `signs`: what stands behind the last part.

    `around`: only those that hold this text are asked for, and that are worth more than itself.
    """
    found: list[Stretch] = []
    before = 0.0
    left = [_left_behind(part, half=_is_half(parts, n)) for n, part in enumerate(parts)]
    told = [_TOLD.get(part.kind, 0.0) for part in parts]
    words = 0
    least = _NOTHING
    for first, part in enumerate(parts):
        words += part.kind == "words"
        if words > _BEGINNINGS:
            break
        cost = min(_BEFORE, before)
        before += _left_before(part)
        if part.kind in _NO_BEGINNING and not part.led:
            continue
        for last in range(first, min(len(parts), first + _MOST)):
            cost += told[last] + (_joint(parts[last - 1], parts[last]) if last > first else 0)
            if parts[last].mark == "code" or cost > _TOO_MUCH:
                break
            text, start, end = between(row, part, parts[last])
            if len(text) > titles.LONGEST:
                break
            if around not in text:
                continue
            look = _look(parts, first, last, signs) - cost - sum(left[last + 1 : last + 1 + _BEHIND])
            worth = look + _length(text)
            if worth + _MOST_WORDED <= least:
                continue
            worth = worth + _wording(text, parts[first : last + 1]) if titles.could_be_title(text) else look - 1
            if worth > _NOTHING:
                found.append(Stretch(text, start, end, worth, _form(parts, first, last, signs)))
                least = worth if text == around else least
    return found


def _joint(before: Part, part: Part) -> float:
    """Return what it costs to go on over a sign, and into another look."""
    cost = sum(_INSIDE.get(sign, _OTHER_SIGN) for sign in part.sign) if part.sign else 0.02
    if part.sign in COLONS and part.text[0].islower():
        cost += 0.2 if part.mark == before.mark and part.sign == ":" else 0.5
    if part.mark == before.mark:
        return cost
    if part.mark == "link" and part.sign not in COLONS and titles.looks_like_title(part.text):
        return cost + 0.3  # a whole title of its own
    return cost + (0.3 if part.mark == "link" else 0.12 if before.mark == "link" else 0.04)


def _length(text: str) -> float:
    """Weigh how many words may make a title."""
    size = titles.size(text)
    return next((worth for words, worth in (_WORTH_CJK if titles.is_cjk(text) else _WORTH) if size < words), -0.5)


def _wording(text: str, held: list[Part]) -> float:
    """Weigh how words are written that may be a title."""
    foreign = titles.is_cjk(text)
    capitals = titles.is_capitalised(text)
    worth = 0.15 * capitals - 0.35 * (not capitals and titles.is_sentence(text)) - 0.5 * titles.dangles(text)
    worth -= 0.25 * (text[0].islower() and not any(c.isupper() or c.isdigit() for c in text.split()[0]))
    worth -= 0.3 * (not foreign and not text[0].isalnum())
    worth -= 0.4 * (text.count("(") != text.count(")") or text.count("[") != text.count("]"))
    worth -= 0.4 * sum(part.mark == "link" and part.kind in _TOLD for part in held)
    worth += 0.3 * (held[0].kind == "label" and held[0].led)  # `PPT: Title`
    worth -= 0.5 * (foreign and _CLAUSE.search(text) is not None)
    if len(held) == 1:
        return worth
    names = [part for part in held if part.kind == "name"]
    worth -= 0.1 * sum(part.kind == "number" for part in held) + 0.2 * (held[0].kind == "number")
    worth -= 0.3 * sum(len(part.text.strip(". ")) == 1 and part.text.isupper() for part in held)  # initials
    worth -= 0.5 * (len(names) > 1)
    if len(names) == 1:
        worth -= 0.3 * (held[-1].kind == "name" and held[-1].sign not in COLONS)
    return worth - 0.4 * (held[0].kind == "name" and held[1].sign == ",")


def _look(parts: list[Part], first: int, last: int, signs: str) -> float:
    """Weigh how a stretch is set off: linked, marked, in quotes; half of what is set off is no title."""
    begin, end = parts[first], parts[last]
    behind = parts[last + 1] if last + 1 < len(parts) else None
    worth = 0.15 * ("link" in {begin.mark, end.mark}) + 0.08 * (begin.mark in {"strong", "em"})
    if begin.sign.endswith(_QUOTES):
        closed = (behind.sign if behind else signs).startswith(_CLOSING)
        return worth + (0.5 if closed else 0.25)
    among = _is_person(parts, last + 1) or (first == last and _is_person(parts, first) and first > 0)
    worth -= 0.6 * (end.kind == "name" and end.mark not in {"strong", "link"} and among)
    if first and begin.mark == "link" and begin.sign.endswith("["):
        worth -= 0.6 * (behind.sign if behind else signs).startswith("]")  # `[[Code and models](…)]`
    if first and begin.mark in {"link", "strong"} and _goes_on(parts[first - 1], begin):
        worth -= 0.25
    if behind and end.mark in {"link", "strong"} and _goes_on(behind, end) and behind.kind != "name":
        worth -= 0.3
    return worth


def _goes_on(other: Part, part: Part) -> bool:
    return other.start[0] == part.start[0] and other.kind not in KNOWN and not other.led


def _left_before(part: Part) -> float:
    if part.kind in KNOWN or len(part.text.strip(". ")) <= 1:
        return 0
    if part.mark == "code":
        return 0.02
    if part.kind in {"name", "short"}:
        return 0.2 if part.led else 0.04 if part.kind == "name" else 0.1
    return min(0.3, 0.06 * titles.size(part.text))


def _is_half(parts: list[Part], n: int) -> bool:
    """Tell whether a colon leads to a part, and not to several people."""
    return parts[n].sign[-1:] in COLONS and not (parts[n].kind == "name" and _is_person(parts, n + 1))


def _is_person(parts: list[Part], n: int) -> bool:
    return n < len(parts) and parts[n].sign == "," and parts[n].kind in {"name", "people"}


def _left_behind(part: Part, *, half: bool) -> float:
    """Return what it costs to leave a part outside that stands behind a title."""
    if part.kind in {"people", "name"}:
        sure = part.kind == "people" and ("et al" in part.text or "." in part.text)
        return 0.3 if half and not sure else 0.04 * (part.kind == "name")
    if part.kind in KNOWN or len(part.text.strip(". ")) <= 1:
        return 0
    if part.mark == "code":
        return 0.02
    if part.kind == "short":
        return 0.28 if half else 0.08
    if half:
        return 0.1 if part.text[0].islower() and part.sign == "∶" else 0.3 if part.text[0].islower() else 0.5
    return 0.7 * min(0.3, 0.06 * titles.size(part.text))


def _form(parts: list[Part], first: int, last: int, signs: str) -> Form:
    marks = {part.mark for part in parts[first : last + 1]}
    before = (parts[first].sign, _seen(parts[first - 1]) if first else "")
    behind = (parts[last + 1].sign, _seen(parts[last + 1])) if last + 1 < len(parts) else (signs, "")
    return Form(before, parts[first].mark + "+" * (len(marks) > 1), behind)


def _seen(part: Part) -> str:
    return part.kind if part.kind in KNOWN or part.kind == "name" else part.mark
