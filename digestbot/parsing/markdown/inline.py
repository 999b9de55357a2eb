"""What stands inside a line: text, links, code, images, with their emphasis, as a flat row of spans."""

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digestbot.parsing.markdown.simple import simple_spans
from digestbot.parsing.markdown.span import Span, SpanKind, add, squeeze, text_of, unbracketed

LONGEST = 20_000
"""Characters of one block that are looked into: a title and its links stand at the front of any real one."""

_DEPTH = 50  # nested emphasis beyond this is no writing
_OPEN = 50  # brackets that nothing closes: for each, markdown-it goes through the rest of the text


class _Inline(MarkdownIt):
    """CommonMark whose addresses stay as written: encoding them takes a third of the time, and nobody needs it here."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # markdown-it's name
        return url


@lru_cache(maxsize=2)
def _parser(*, links: bool) -> MarkdownIt:
    parser = _Inline("commonmark", {"maxNesting": _DEPTH})
    return parser if links else parser.disable(["link", "image"])


_SPACED = re.compile(r"\]\(\s*([^\s()<>\"]++ [^()<>\n\"]{0,300}\.(?:md|markdown|pdf|ipynb))\s*\)", re.IGNORECASE)
"""A file's address with spaces, as people leave them there: brackets keep them from ending the link."""


_WHOLE = re.compile(r"\*\*(?!\s)([^][*\n`\\!<&_]++)(?<!\s)\*\*|\[([^][*\n`\\!<&_]++)\]\(([^\s()<>\\&_]++)\)")
"""Bold words or a link and nothing else, as in most cells."""
_SIGN = re.compile(r"[][*\n`\\!<&_]")  # without one of them a text is plain words


_STRUCK = re.compile(r"(?<![\w/~`])~~(?=\S)([^~]+)~~(?![\w/~`])")
"""Words struck out, as people do with what they have read: GitHub's Markdown, not CommonMark's."""


def spans(text: str) -> list[Span]:
    """Read one block's text. Plain text, links and simple emphasis take a short way; all else markdown-it's.

    Several judgements look at one text, so that what was read is remembered: nobody is to change it.
    """
    text = text[:LONGEST]
    if "~~" in text:
        text = _STRUCK.sub(r"\1", text)
    if whole := _WHOLE.fullmatch(text):
        return [Span("text", whole[1], "", True)] if whole[1] else [Span("link", whole[2], whole[3])]
    return _read(text) if _SIGN.search(text) else [Span("text", text)] if text else []


@lru_cache(maxsize=512)
def _read(text: str) -> list[Span]:
    if "] (http" in text:
        text = text.replace("] (http", "](http")  # a blank that a person types, and no link then
    if "](" in text:
        text = _SPACED.sub(lambda found: f"](<{found[1]}>)", text)
    found = simple_spans(text)
    return full_spans(text) if found is None else found


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_ATTRIBUTE = r"\b{}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
_HREF = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_SRC = re.compile(_ATTRIBUTE.format("src"), re.IGNORECASE)
_ALT = re.compile(_ATTRIBUTE.format("alt"), re.IGNORECASE)


def _attribute(pattern: re.Pattern[str], tag: str) -> str:
    """Return an HTML attribute's value with its entities resolved, or nothing."""
    found = pattern.search(tag)
    return html.unescape(found[found.lastindex or 1]) if found else ""


_FENCE = "```"
"""What sets off a block of text, also where people write it amid a line: what stands in it is no tag."""


def _shown(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield a line's tokens but for what `<pre>` sets off to be copied: a citation, or its key.

    Where nothing closes it, it ends before a link.
    """
    told = list(tokens)
    last = max((n for n, token in enumerate(told) if _is_tag(token, "</pre")), default=-1)
    copied = False
    for n, token in enumerate(told):
        if _is_tag(token, "<pre") or _is_tag(token, "</pre"):
            copied = token.content[1] != "/"
            continue
        copied = copied and (n < last or token.type != "link_open")
        if not copied:
            yield token


def _is_tag(token: Token, start: str) -> bool:
    return token.type == "html_inline" and token.content.startswith(start)


class _Reader:
    """Turns markdown-it's inline tokens into spans; HTML tags count like the Markdown they stand for."""

    def __init__(self) -> None:
        self.found: list[Span] = []
        self.strong = self.em = 0
        self.link: Span | None = None
        self.tagged_code = False

    def read(self, tokens: Iterable[Token]) -> list[Span]:
        for token in _shown(tokens):
            self._token(token)
        self._close_link()
        return self.found

    def _token(self, token: Token) -> None:
        match token.type:
            case "text" | "text_special":
                self.text("code" if self.tagged_code else "text", token.content)
            case "code_inline":
                self.text("text" if token.markup == _FENCE else "code", token.content.strip())
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
            add(self.found, Span("break", text, tagged=tagged))

    def _open_link(self, url: str) -> None:
        self._close_link()
        self.link = Span("link", "", unbracketed(url), *self._look())

    def _close_link(self) -> None:
        if self.link is not None:
            self.found.append(self.link)
            self.link = None

    def _image(self, alt: str, url: str) -> None:
        if self.link is not None:
            self.link.badge, self.link.picture = True, url
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
            self._image(_attribute(_ALT, tag), _attribute(_SRC, tag))
        elif name == "a":
            if closing:
                self._close_link()
            elif href := _attribute(_HREF, tag):
                self._open_link(href)


def full_spans(text: str) -> list[Span]:
    """Read any text the way markdown-it does."""
    parser = _parser(links=_unclosed(text) <= _OPEN)
    tokens: list[Token] = []
    parser.inline.parse(text, parser, {}, tokens)
    return _Reader().read(tokens)


_BRACKET = re.compile(r"(?<!\\)[][]")


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
    return squeeze(text_of(s for s in spans(text) if s.kind != "image"))
