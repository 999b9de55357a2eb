"""Rows that stand beside each other are read alike: where most have their title, the others have it as well.

Each row is read by itself first. Then every stretch that may be a title counts for the form it has (what stands before
it, how it looks, what stands behind), and rows take the stretch whose form the others share.
"""

from collections import defaultdict
from dataclasses import replace

from digestbot.identity import fold_title
from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references import likely, parts
from digestbot.parsing.references.likely import Stretch
from digestbot.parsing.references.parts import Part
from digestbot.parsing.references.reading import leads_with_venue, read
from digestbot.parsing.references.reference import Reference
from digestbot.parsing.references.stretches import Name
from digestbot.parsing.terms import titles

_READ = 0.45  # that a stretch is worth more which was read as the title by itself
_SHARED = 0.35  # for each of a form's three sides, and for all of them, if all rows share it
_ROUNDS = 3  # until the forms agree
_LEAST = 0.3  # worth of a stretch that counts for its form
_AGREED = 4 * _SHARED * 0.4  # that most sides of its form are shared
_SURE = 0.5  # worth of a title in a row in which none was read
_TELLING = 50  # clear rows that are asked: more of them tell no more of their form
_FEW = 2  # rows that tell whether names lead or follow titles
_MOSTLY, _SELDOM = 0.6, 0.25
_SETTLED = 4 * _SHARED * 0.75  # that nearly all of its form is shared


def read_alike(rows: list[list[Span]]) -> list[Reference | None]:
    """Read the references of rows that stand beside each other, None where nothing could be a title."""
    venue_heads = sum(map(leads_with_venue, rows)) * 2 >= len(rows)
    found = [read(row, venue_heads=venue_heads) for row in rows]
    halves = [one.halves for one in found if one and one.halves is not None]
    if not all(halves) and sum(halves) * 3 >= len(halves) * 2:
        for n, row in enumerate(rows):
            if (one := found[n]) and one.halves is False:
                found[n] = read(row, venue_heads=venue_heads, in_halves=True)
    if len(rows) > 1 and (asked := _asked(found)):
        for n, best in zip(asked, _agree([rows[n] for n in asked], [found[n] for n in asked]), strict=True):
            if best and (again := read(*_set_off(rows[n], best), venue_heads=venue_heads)):
                again.beside = True
                found[n] = again
    return found


def _asked(found: list[Reference | None]) -> list[int]:
    """Return the rows that are compared: those that are not clear, if any, and enough others to tell the form."""
    clear = [n for n, one in enumerate(found) if _is_clear(one)]
    return sorted({*range(len(found))}.difference(clear[_TELLING:])) if len(clear) < len(found) else []


def _is_clear(found: Reference | None) -> bool:
    """Tell whether nothing was left over that a row says besides a title, links, people and a venue."""
    if found is None or found.prose or found.texts or "et al" in found.title or "," in found.title:
        return False  # people may stand before a comma
    return titles.looks_like_title(found.title)


def _agree(rows: list[list[Span]], found: list[Reference | None]) -> list[Stretch | None]:
    """Return for each row the stretch that the others' forms speak for, None where what was read may stay."""
    cuts = [parts.cut(row) for row in rows]
    _settle_names([row for row, _ in cuts])
    settled = _settled(rows, cuts, found)
    choices = [[one] if one else likely.stretches(row, *cut) for row, cut, one in zip(rows, cuts, settled, strict=True)]
    own = [done or _own(choice, one) for done, choice, one in zip(settled, choices, found, strict=True)]
    for stretch in own:
        if stretch:
            stretch.worth += _READ
    best = [max(choice, key=lambda one: one.worth, default=None) for choice in choices]
    shares = Shares(best)
    for _ in range(_ROUNDS):
        best = [max(choice, key=lambda one: one.worth + shares.of(one), default=None) for choice in choices]
        shares = Shares(best)
    return [
        one if one and one is not mine and _is_better(one, mine, read, shares.of(one, others=True)) else None
        for one, mine, read in zip(best, own, found, strict=True)
    ]


def _settled(
    rows: list[list[Span]], cuts: list[tuple[list[Part], str]], found: list[Reference | None]
) -> list[Stretch | None]:
    """Return the stretches that were read as titles where nearly all share the form: nothing else is asked of them."""
    titled = [one if one and titles.looks_like_title(one.title) and "," not in one.title else None for one in found]
    own = [
        _own(likely.stretches(row, *cut, around=one.title), one) if one else None
        for row, cut, one in zip(rows, cuts, titled, strict=True)
    ]
    shares = Shares(own)
    return [one if one and shares.of(one, others=True) > _SETTLED else None for one in own]


def _is_better(one: Stretch, own: Stretch | None, found: Reference | None, shared: float) -> bool:
    """Tell whether a stretch may take the place of what was read. `shared`: what the other rows say for it."""
    if found and found.halves is False and one.text.startswith(found.title):
        return False
    if found and titles.looks_like_title(found.title):
        more = own is None and found.title in one.text  # the title, and what was told from it
        return not more and one.worth > _LEAST and titles.looks_like_title(one.text)
    said = titles.is_capitalised(one.text) or titles.is_cjk(one.text) or one.form.look != "text"
    return one.worth > _SURE and said and titles.looks_like_title(one.text) and shared > _AGREED


def _settle_names(rows: list[list[Part]]) -> None:
    """Take what may be a name for people where most rows have one, for words where few have."""
    several = [row for row in rows if len(row) > 1]
    if len(several) < _FEW:
        return
    led = sum(row[0].kind in {"name", "people"} for row in several) / len(several)
    signed = sum(any(part.kind in {"name", "people"} for part in row[1:]) for row in several) / len(several)
    for row in rows:
        for n, part in enumerate(row):
            if part.kind == "name" and (led if n == 0 else signed) < _SELDOM:
                part.kind = "short" if titles.size(part.text) <= 2 else "words"
            elif part.kind == "name" and n == 0 and led >= _MOSTLY:
                part.kind = "people"


def _own(choice: list[Stretch], found: Reference | None) -> Stretch | None:
    """Return the stretch that was read as the title by itself, however it was cleaned."""
    if found is None:
        return None
    title = fold_title(found.title)
    best_first = sorted(choice, key=lambda one: one.worth, reverse=True)
    return next((one for one in best_first if title in fold_title(one.text) and _cleaned(one.text) == title), None)


def _cleaned(text: str) -> str:
    whole = Reference(text)
    return fold_title(whole.title) if whole.clean_title() else ""


class Shares:
    """Which share of the rows has which form, and each of its sides."""

    def __init__(self, best: list[Stretch | None]) -> None:
        self._weights: dict[object, float] = defaultdict(float)
        self._total = 0.0
        for one in best:
            weight = _weight(one) if one else 0
            self._total += weight
            for side in _sides(one) if one else ():
                self._weights[side] += weight

    def of(self, one: Stretch, *, others: bool = False) -> float:
        """Return what the rows say for a stretch's form. `others`: what it says for itself is left out."""
        own = _weight(one) if others else 0.0
        said = sum(self._weights.get(side, own) - own for side in _sides(one))
        return _SHARED * said / max(1.0, self._total - own)


def _weight(one: Stretch) -> float:
    return min(1.0, one.worth) if one.worth >= _LEAST else 0.0


def _sides(one: Stretch) -> tuple[object, ...]:
    return (*enumerate(one.form), one.form)


def _set_off(row: list[Span], best: Stretch) -> tuple[list[Span], Name]:
    """Part a row where a title begins and ends; return it with the title's name in it."""
    (n, start), (m, end) = best.start, best.end
    before, behind = row[n].text[:start], row[m].text[end:]
    held = [replace(span) for span in row[n : m + 1]]
    held[-1].text = held[-1].text[:end]
    held[0].text = held[0].text[start:]
    led = [*row[:n], *([Span("text", before)] if before else [])]
    again = [*led, *held, *([Span("text", behind)] if behind else []), *row[m + 1 :]]
    link = next((span for span in held if span.kind == "link"), None)
    return again, Name(best.text, len(led), len(led) + len(held), link=link, marked=best.marked)
