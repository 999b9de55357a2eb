"""A stretch of a line, and its text as a person reads it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

SpanKind = Literal["text", "link", "code", "image", "break"]


@dataclass(slots=True)
class Span:
    """A stretch of a line. A link's `text` is all it shows; `badge` is a link or image that shows a picture.

    `picture` is the address of what such a link shows; that of an image is its `url`.
    A break is the end of a source line: `text` is a line feed for a hard one, a space for a soft one. One that is
    `tagged` was made by a tag amid a line.
    """

    kind: SpanKind
    text: str
    url: str = ""
    strong: bool = False
    em: bool = False
    badge: bool = False
    tagged: bool = False
    picture: str = ""


def add(found: list[Span], piece: Span) -> None:
    """Add a piece: text joins text of its look; spaces before a line's end make it a hard one, and are dropped."""
    last = found[-1] if found else None
    if last is not None and last.kind == "text":
        if piece.kind == "break":
            shown = last.text.rstrip(" ")
            piece.text = "\n" if len(last.text) - len(shown) > 1 else piece.text
            last.text = shown
            if not shown:
                found.pop()
        elif piece.kind == "text" and last.strong == piece.strong and last.em == piece.em:
            last.text += piece.text
            return
    found.append(piece)


def unbracketed(url: str) -> str:
    """Return an address without the brackets that some type around it, or the whole link that they paste for it.

    `[Paper]((https://…))`, `[Paper]([https://…])`, `[Paper]([https://…](https://…))`: the inner link's own address.
    """
    if not url.startswith(("(", "[")) or not url.endswith((")", "]")):
        return url
    return url[1:-1].rpartition("](")[2]


def text_of(found: Iterable[Span]) -> str:
    """Return what spans show, in one line."""
    return "".join(" " if span.kind == "break" else span.text for span in found)


_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")


def unwiki(text: str) -> str:
    """Return a text with its links to other notes (`[[Note]]`, `[[Note|shown so]]`) as a person reads them."""
    return _WIKI.sub(r"\1", text) if "[[" in text else text


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def squeeze(text: str) -> str:
    """Make every run of white space (non-breaking too) one space, and drop characters without width."""
    return " ".join((text if text.isascii() else _UNSEEN.sub("", text)).split())
