"""What stands inside a line: text, links, code, images, with their emphasis, as a flat row of spans."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

SpanKind = Literal["text", "link", "code", "image", "break"]

LONGEST = (
    20_000  # characters of one block that are looked into: a title and its links stand at the front of any real one
)
_DEPTH = 50  # nested emphasis beyond this is no writing
_OPEN = 50  # brackets that nothing closes: for each, markdown-it goes through the rest of the text


@dataclass(slots=True)
class Span:
    """A stretch of a line. A link's `text` is all it shows; `badge` is a link or image that shows a picture.

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


class _Inline(MarkdownIt):
    """CommonMark whose addresses stay as written: encoding them takes a third of the time, and nobody needs it here."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # markdown-it's name
        return url


@lru_cache(maxsize=2)
def _parser(*, links: bool) -> MarkdownIt:
    parser = _Inline("commonmark", {"maxNesting": _DEPTH})
    return parser if links else parser.disable(["link", "image"])


_TARGET = r"\(\s*([^\s()<>\\]*(?:\([^\s()<>\\]*\)[^\s()<>\\]*)*)(?:\s+\"[^\"\n]*\")?\s*\)"
_PIECE = re.compile(
    rf"\[((?:[^\[\]\n\\`<!]|!(?!\[)|\[[^\[\]\n\\`!<]*\](?!\())*)\]{_TARGET}"  # 1 text, 2 address
    rf"|!\[([^\[\]\n\\`<]*)\]{_TARGET}"  # 3 words for a picture, 4 its address
    rf"|\[!\[([^\[\]\n\\`<]*)\]{_TARGET}\]{_TARGET}"  # 5 words for a picture, 6 its address, 7 where it leads
    r"|\*\*([^*\n]+?)\*\*(?![\w*])"  # 8 bold
    r"|(?<![\w*])\*([^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])"  # 9 italic
    r"|(?<!`)`([^`\n]+)`(?!`)"  # 10 code
    r"|((?:[^\[\]*\n`\\!]++|\](?!\()|!(?!\[)|\[(?=\[[^][\n\\`!<]*\]\())++)"  # 11 text, up to a link in brackets
    r"|(\[)(?!!)"  # 12 a bracket that begins no link
    r"|(\\\n[ \t]*| *\n[ \t]*)"  # 13 line end
    r"|\\([!-/:-@\[-`{-~])",  # 14 escaped sign
    re.DOTALL,
)
_LINKED, _WORDS, _BREAK = 2, 11, 13
_BRACKET = re.compile(r"(?<!\\)[][]")
_HARD = re.compile(r"<[a-zA-Z/!]|&#?\w+;|_(?<![\w/].)|_(?![\w/])|``|\[!(?!\[)")
_PLAIN = frozenset("[]*\n`\\!")
_SIGN = re.compile(r"[][*\n`\\!<&_]")  # without one of them a text is plain words


_SPACED = re.compile(r"\]\(\s*([^\s()<>\"]++ [^()<>\n\"]{0,300}\.(?:md|markdown|pdf|ipynb))\s*\)", re.IGNORECASE)
"""A file's address with spaces, as people leave them there: brackets keep them from ending the link."""


_WHOLE = re.compile(r"\*\*(?!\s)([^][*\n`\\!<&_]+)(?<!\s)\*\*|\[([^][*\n`\\!<&_]+)\]\(([^\s()<>\\&_]+)\)")
"""Bold words or a link and nothing else, as in most cells."""


def spans(text: str) -> list[Span]:
    """Read one block's text. Plain text, links and simple emphasis take a short way; all else markdown-it's."""
    text = text[:LONGEST]
    if whole := _WHOLE.fullmatch(text):
        return [Span("text", whole[1], "", True)] if whole[1] else [Span("link", whole[2], whole[3])]
    if "] (http" in text:
        text = text.replace("] (http", "](http")  # a blank that a person types, and no link then
    if "](" in text:
        text = _SPACED.sub(lambda found: f"](<{found[1]}>)", text)
    found = simple_spans(text)
    return full_spans(text) if found is None else found


def simple_spans(text: str) -> list[Span] | None:
    """Read text that holds nothing but plain words, links, pictures and simple emphasis; None for any other."""
    if not _SIGN.search(text):
        return [Span("text", text)] if text else []
    hard = ("<" in text or "&" in text or "_" in text or "``" in text or "[!" in text) and _HARD.search(text)
    return None if hard else _simple(text, strong=False, em=False)


def _simple(text: str, *, strong: bool, em: bool) -> list[Span] | None:
    if _PLAIN.isdisjoint(text):
        return [Span("text", text, "", strong, em)] if text else []
    found: list[Span] = []
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() != at:
            return None
        at = match.end()
        group = match.lastindex
        if group == _WORDS and not (found and found[-1].kind == "text"):
            found.append(Span("text", match[_WORDS], "", strong, em))
        elif group == _LINKED and "*" not in match[1]:
            found.append(Span("link", match[1], _bare(match[2]), strong, em))
        elif group == _BREAK:
            _append(found, Span("break", "\n" if match[_BREAK].startswith(("\\", "  ")) else " "))
        elif piece := _piece(match, strong=strong, em=em):
            _append(found, piece)
        else:
            return None
    return found if at == len(text) else None


def _append(found: list[Span], piece: Span) -> None:
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


def _piece(match: re.Match[str], *, strong: bool, em: bool) -> Span | None:
    group = match.lastindex or 0
    text = match[group]
    match group:
        case 2:
            return _link(match[1], match[2], strong=strong, em=em)
        case 4:
            return Span("image", match[3], match[4], badge=True)
        case 7:
            return Span("link", match[5], match[7], badge=True)
        case 8 | 9:
            if not text[0].isalnum() and match.start() and match.string[match.start() - 1].isalnum():
                return None
            return _marked(text, strong=strong or group == 8, em=em or group == 9)
        case 10:
            return Span("code", text.strip(), "", strong, em) if text.strip() else None
        case _:
            return Span("text", text, "", strong, em)


def _bare(url: str) -> str:
    """Return an address without the second pair of brackets that some type around it (`[Paper]((https://…))`)."""
    return url[1:-1] if url.startswith("(") and url.endswith(")") else url


def _link(text: str, url: str, *, strong: bool, em: bool) -> Span | None:
    url = _bare(url)
    if "*" not in text:
        return Span("link", text, url, strong, em)
    inner = _simple(text, strong=strong, em=em)
    if not inner:
        return None
    return Span("link", _joined(inner), url, any(s.strong for s in inner), any(s.em for s in inner))


def _marked(text: str, *, strong: bool, em: bool) -> Span | None:
    if text[0].isspace() or text[-1].isspace():
        return None
    if _PLAIN.isdisjoint(text):
        return Span("text", text, "", strong, em)
    inner = _simple(text, strong=strong, em=em)
    return inner[0] if inner and len(inner) == 1 and inner[0].kind != "break" else None


def _joined(found: Iterable[Span]) -> str:
    return "".join(" " if span.kind == "break" else span.text for span in found)


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_ATTRIBUTE = r"\b{}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
_HREF = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_SRC = re.compile(_ATTRIBUTE.format("src"), re.IGNORECASE)
_ALT = re.compile(_ATTRIBUTE.format("alt"), re.IGNORECASE)


def attribute(pattern: re.Pattern[str], tag: str) -> str:
    """Return an HTML attribute's value with its entities resolved, or nothing."""
    found = pattern.search(tag)
    return html.unescape(found[found.lastindex or 1]) if found else ""


class _Reader:
    """Turns markdown-it's inline tokens into spans; HTML tags count like the Markdown they stand for."""

    def __init__(self) -> None:
        self.found: list[Span] = []
        self.strong = self.em = 0
        self.link: Span | None = None
        self.tagged_code = False

    def read(self, tokens: Iterable[Token]) -> list[Span]:
        for token in tokens:
            self._token(token)
        self._close_link()
        return self.found

    def _token(self, token: Token) -> None:
        match token.type:
            case "text" | "text_special":
                self.text("code" if self.tagged_code else "text", token.content)
            case "code_inline":
                self.text("code", token.content.strip())
            case "softbreak" | "hardbreak":
                self._break("\n" if token.type == "hardbreak" else " ")
            case "strong_open" | "strong_close":
                self.strong = max(0, self.strong + token.nesting)
            case "em_open" | "em_close":
                self.em = max(0, self.em + token.nesting)
            case "link_open":
                self._open_link(str(token.attrGet("href") or ""))
            case "link_close":
                self._close_link()
            case "image":
                self._image(token.content, str(token.attrGet("src") or ""))
            case "html_inline":
                self.tag(token.content)
            case _:
                pass

    def text(self, kind: SpanKind, text: str) -> None:
        if self.link is not None:
            self.link.text += text
            self.link.strong = self.link.strong or self.strong > 0
            self.link.em = self.link.em or self.em > 0
        elif text:
            last = self.found[-1] if self.found else None
            if last is not None and kind == last.kind == "text" and (last.strong, last.em) == self._look():
                last.text += text
            else:
                self.found.append(Span(kind, text, "", *self._look()))

    def _look(self) -> tuple[bool, bool]:
        return self.strong > 0, self.em > 0

    def _break(self, text: str, *, tagged: bool = False) -> None:
        if self.link is not None:
            self.link.text += " "
        else:
            _append(self.found, Span("break", text, tagged=tagged))

    def _open_link(self, url: str) -> None:
        self._close_link()
        self.link = Span("link", "", _bare(url), *self._look())

    def _close_link(self) -> None:
        if self.link is not None:
            self.found.append(self.link)
            self.link = None

    def _image(self, alt: str, url: str) -> None:
        if self.link is not None:
            self.link.badge = True
            self.link.text += alt
        else:
            self.found.append(Span("image", alt, url, badge=True))

    def tag(self, tag: str) -> None:
        found = _TAG.match(tag)
        if not found:
            return
        closing, name = found[1] == "/", found[2].lower()
        step = -1 if closing else 1
        if name in {"b", "strong"}:
            self.strong = max(0, self.strong + step)
        elif name in {"i", "em", "cite"}:
            self.em = max(0, self.em + step)
        elif name in {"kbd", "code", "tt"}:
            self.tagged_code = not closing
        elif name == "br":
            self._break("\n", tagged=True)
        elif name == "img":
            self._image(attribute(_ALT, tag), attribute(_SRC, tag))
        elif name == "a":
            if closing:
                self._close_link()
            elif href := attribute(_HREF, tag):
                self._open_link(href)


def full_spans(text: str) -> list[Span]:
    """Read any text the way markdown-it does."""
    parser = _parser(links=_unclosed(text) <= _OPEN)
    tokens: list[Token] = []
    parser.inline.parse(text, parser, {}, tokens)
    return _Reader().read(tokens)


def _unclosed(text: str) -> int:
    """Return how many brackets of a text nothing closes."""
    opened = 0
    for bracket in _BRACKET.findall(text):
        opened = opened + 1 if bracket == "[" else max(0, opened - 1)
    return opened


def from_html(source: str) -> list[Span]:
    """Read a stretch of HTML as spans: its tags as Markdown's marks, its line ends as spaces."""
    reader = _Reader()
    at = 0
    for tag in _TAG.finditer(source):
        reader.text("text", html.unescape(source[at : tag.start()]))
        reader.tag(tag[0])
        at = tag.end()
    reader.text("text", html.unescape(source[at:]))
    return reader.read(())


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """Return the text as a person reads it: no marks, no tags, pictures left out, one line."""
    return squeeze("".join(" " if s.kind == "break" else s.text for s in spans(text) if s.kind != "image"))


_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")


def unwiki(text: str) -> str:
    """Return a text with its links to other notes (`[[Note]]`, `[[Note|shown so]]`) as a person reads them."""
    return _WIKI.sub(r"\1", text) if "[[" in text else text


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def squeeze(text: str) -> str:
    """Make every run of white space (non-breaking too) one space, and drop characters without width."""
    return " ".join((text if text.isascii() else _UNSEEN.sub("", text)).split())
