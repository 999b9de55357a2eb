"""Tables of two columns that tell one paper's fields, a row each: read as the labels and values that they are."""

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.blocks import Block, cells
from digestbot.parsing.terms import labels

_TELLING: frozenset[labels.Role] = frozenset({"title", "authors", "venue", "date", "keypoints", "links", "abstract"})
_FEW = 3  # different rows of these that make a table one paper's
_ENOUGH: frozenset[labels.Role] = frozenset({"authors", "links"})  # and two do if it is these


def unfold(tree: list[Block], lines: list[str]) -> bool:
    """Write the rows of such tables as labelled lines, each in its place; tell whether there are any."""
    found = [block for block in tree if block.kind == "table" and _is_keyed(block)]
    for block in found:
        for at in range(block.start, block.end):
            label, value = _row(lines[at])
            lines[at] = f"**{label}:** {value}" if labels.role_of(label) and value else ""
    return bool(found)


def _row(line: str) -> tuple[str, str]:
    """Return a row's label, without marks, and its value."""
    told = cells(line)
    return (inline.plain(told[0]).strip().rstrip(":："), told[1]) if len(told) == 2 else ("", "")


def _is_keyed(table: Block) -> bool:
    rows = table.text.split("\n")
    if len(cells(rows[0])) != 2:
        return False
    roles = [labels.role_of(_row(row)[0]) for row in rows]
    telling = _TELLING.intersection(role for role in roles if role)
    told = len(telling) >= _FEW and not telling.isdisjoint({"title", "authors"})
    return (told or telling >= _ENOUGH) and len(set(rows)) == len(rows)
