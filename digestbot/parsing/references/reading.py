"""Reading one reference by itself: its title's name, and around it."""

from digestbot.parsing.markdown.span import Span
from digestbot.parsing.references import naming, unmarked
from digestbot.parsing.references.around import Around
from digestbot.parsing.references.reference import Reference
from digestbot.parsing.references.stretches import Name
from digestbot.parsing.terms import cleaning, titles, venues


def read(
    found: list[Span], told: Name | None = None, *, venue_heads: bool = False, in_halves: bool = False
) -> Reference | None:
    """Read the reference in a row of spans, None if nothing in it could be a title.

    `told`: where the title stands, if that is known. `venue_heads`: the list's other items begin with a venue, so an
    unknown word there is one too. `in_halves`: the other items' titles are a short name and the rest behind it, see
    `naming.find`.
    """
    if (
        told is None
        and len(found) == 1
        and found[0].kind in {"link", "text"}
        and not found[0].badge
        and (lone := _lone(found[0]))
    ):
        return lone
    spans = found if told else [s for s in found if s.kind != "image" or s.text or s.url]
    name = told or naming.find(spans, in_halves=in_halves)
    if name is None:
        return None
    result = Reference(name.title, authors=name.authors, prose=name.prose, marked=name.marked, halves=name.halves)
    around = Around(result, venue_heads=venue_heads)
    if name.link:
        result.linked = True
        result.see_link("", name.link.url)
    before = spans[: name.first]
    result.line = sum(1 for s in before if s.kind == "break" and not s.tagged)
    if name.marked or told:
        around.lead(before)
    if not result.clean_title():
        return None
    leading = before if name.marked or told else spans[: name.after]
    aside = [s for s in leading if s.kind in {"link", "image"} and s is not name.link]
    around.rest([*aside, *([Span("text", name.left)] if name.left else []), *spans[name.after :]])
    if name.authors and not result.venue and (found_in := venues.find_venue(name.left)):
        result.venue = found_in[0]  # `In ICDM 2008, pp. 413-422`, behind a citation's title
    result.weigh()
    return result


def _lone(span: Span) -> Reference | None:
    """Read a span that stands alone, as in most tables' cells: a link, or words set off, that look like a title."""
    linked = span.kind == "link"
    if not (linked or span.strong or span.em) or not titles.looks_like_title(span.text) or "://" in span.text:
        return None
    plain = cleaning.is_plain(span.text) and not unmarked.JOINTS.search(span.text)
    if not plain and unmarked.without_credit(span.text)[1] != span.text:
        return None
    result = Reference(span.text, marked=True, linked=linked)
    if linked:
        result.see_link("", span.url)
    if not result.clean_title():
        return None
    result.weigh()
    return result


def leads_with_venue(found: list[Span]) -> bool:
    """Tell whether a row of spans begins with a venue before its title's link."""
    return bool(found) and found[0].kind == "text" and venues.venue_in(found[0].text) is not None
