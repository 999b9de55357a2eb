"""The inside of a paragraph: a note's Markdown, HTML and math as Discord Markdown."""

import re
from collections.abc import Callable
from html import unescape

from digestbot.bot.markup.cut import graphemes
from digestbot.bot.markup.escape import code, defuse, guard_lines, one_line
from digestbot.bot.markup.links import bare, link

_TAGS = "p|div|span|details|summary|font|center|h[1-6]|ul|ol|li|table|t[rdh]|tbody|thead|hr|big|small|a|b|i|u|s|em|del"
# What lies between two signs is bounded, so that openers without an end cost no more than their own length.
# The look ahead spares most signs a try of every rule; each rule begins with one of these.
_RULES = re.compile(
    r"(?=[`$\\!\[<h*_~])(?:(?P<code>(?<!(?<!\\)`)(?P<ticks>`+)(?!`)(?P<codetext>.+?)(?<!`)(?P=ticks)(?!`))"
    r"|(?P<math>\$\$(?P<display>.+?)\$\$|(?<![A-Za-z0-9\\$])\$(?=\S)(?P<dollars>[^$\n]*?[^\s$\\])\$(?!\d)"
    r"|\\\((?P<parens>.{1,1000}?)\\\))"
    r"|(?P<image>!\[(?P<alt>[^\]\n]*)\]\((?P<src>[^)\s]*)[^)\n]*\))"
    r"|(?P<link>\[(?P<label>(?:\\.|[^\[\]\\\n]|\[[^\[\]\n]*\]){0,500})\]"
    r"\(\s*(?:<(?P<wide>[^<>\n]*)>|(?P<url>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*))(?:\s+[\"'][^\n\"']*[\"'])?\s*\))"
    r"|(?P<auto><(?P<autourl>https?://[^\s<>]+)>)"
    r"|(?P<bare>https?://[^\s<>\"`）】」』，。；、！？]+)"
    r"|(?P<comment><!--(?:(?!<!--).){0,5000}?-->)"
    r"|(?P<anchor><a\s[^<>]{0,300}?href\s*=\s*[\"']?(?P<href>[^\"'\s<>]{1,2000})[\"']?[^<>]*>"
    r"(?P<anchortext>.{0,1000}?)</a\s*>)"
    r"|(?P<img><img\b[^<>]*>)"
    r"|(?P<pair><(?P<tag>strong|b|em|i|u|del|strike|s|code|kbd|tt|summary)\b[^<>]*>(?P<inner>.{0,1000}?)</(?P=tag)\s*>)"
    r"|(?P<br><br\s*/?>)"
    rf"|(?P<drop></?(?:{_TAGS}|strong|code|sup|sub|mark|img|br|strike|kbd|tt|picture|figure|figcaption)\b[^<>]*>)"
    r"|(?P<strong>\*\*(?=\S)(?P<stars>.{1,1000}?)(?<=\S)\*\*(?!\*)"
    r"|(?<!\w)__(?=\S)(?P<lines>.{1,1000}?)(?<=\S)__(?!\w))"
    r"|(?P<strike>~~(?=\S)(?P<struck>.{1,1000}?)(?<=\S)~~)"
    r"|(?P<em>\*(?=[^\s*])(?P<star>[^*\n]*?[^\s*])\*(?!\*)|(?<![\w_])_(?=[^\s_])(?P<line>[^_\n]*?[^\s_])_(?![\w_]))"
    r"|(?P<literal>\\(?P<sign>[!-/:-@\[-`{-~])))",
    re.DOTALL | re.IGNORECASE,
)
_MARKERS = {"strong": "**", "b": "**", "summary": "**", "em": "*", "i": "*", "u": "__", "del": "~~", "strike": "~~"}
_MARKERS["s"] = "~~"
_LONGEST_CODE = 900  # longer inline code goes on in a second piece, so that every piece fits on a page


def inline(markdown: str) -> str:
    """Return a paragraph of a note as Discord Markdown; hard breaks are line feeds."""
    lines = guard_lines(_convert(markdown, frozenset())).split("\n")
    spaced = (" ".join(filter(None, line.replace("\t", " ").split(" "))) for line in lines)
    return "\n".join(line.strip() for line in spaced).strip("\n")


def _convert(markdown: str, within: frozenset[str]) -> str:
    """Convert what `_RULES` know and escape the rest.

    Text is escaped only when it is whole: a dropped tag or an escaped sign inside `@everyone` must not hide it.
    """
    shown, plain, end = "", "", 0
    for found in _RULES.finditer(markdown):
        plain += unescape(markdown[end : found.start()])
        end = found.end()
        rule = _rule(found)
        if rule == "literal":
            plain += found["sign"]
        elif made := _HANDLERS[rule](found, within):
            shown, plain = shown + defuse(plain), ""
            shown += _with_room(shown[-1:], made, markdown[end : end + 1])
    return shown + defuse(plain + unescape(markdown[end:]))


def _rule(found: re.Match[str]) -> str:
    return next(name for name in _HANDLERS if found[name] is not None)


def _with_room(before: str, shown: str, after: str) -> str:
    """Put a space beside emphasis that ends in a sign and touches a word: CommonMark would not end it there."""
    if shown[:1] not in "*_~" or len(shown) < 3:
        return shown
    core = shown.strip("*_~")
    opening = " " if before.isalnum() and core and not core[0].isalnum() else ""
    closing = " " if after.isalnum() and core and not core[-1].isalnum() else ""
    return f"{opening}{shown}{closing}"


def _wrap(marker: str, inner: str, within: frozenset[str]) -> str:
    content = _convert(inner, within | {marker}).strip()
    return f"{marker}{content}{marker}" if content and marker not in within else content


def _code(found: re.Match[str], _: frozenset[str]) -> str:
    return long_code(found["codetext"])


def _math(found: re.Match[str], _: frozenset[str]) -> str:
    return long_code(found["display"] or found["dollars"] or found["parens"])


def long_code(text: str) -> str:
    """Return inline code, in several pieces where it is very long."""
    signs = list(graphemes(one_line(text)))
    return " ".join(code("".join(signs[i : i + _LONGEST_CODE])) for i in range(0, len(signs), _LONGEST_CODE))


def _link(found: re.Match[str], _: frozenset[str]) -> str:
    label, url = bare_text(found["label"]), found["url"] or found["wide"]
    return link(label, url) if url or label else ""


def _bare(found: re.Match[str], _: frozenset[str]) -> str:
    url, tail = _trimmed(found["bare"])
    return bare(unescape(url)) + defuse(tail)


def _trimmed(url: str) -> tuple[str, str]:
    """Take closing punctuation off a bare URL, as every autolinking reader does."""
    end = len(url)
    while end and (
        url[end - 1] in ".,;:!?'*_~|]" or (url[end - 1] == ")" and url[:end].count(")") > url[:end].count("("))
    ):
        end -= 1
    return url[:end], url[end:]


def _pair(found: re.Match[str], within: frozenset[str]) -> str:
    tag = found["tag"].lower()
    if tag in ("code", "kbd", "tt"):
        return long_code(unescape(found["inner"]))
    shown = _wrap(_MARKERS[tag], found["inner"], within)
    return f"{shown}\n" if tag == "summary" else shown


def bare_text(markdown: str) -> str:
    """Return the words of inline Markdown without any markup, for a link's label."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", markdown)
    text = re.sub(r"<[^<>]*>|\*\*|__|~~|(?<!\\)[*`]", "", text)
    return one_line(unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)))


_HANDLERS: dict[str, Callable[[re.Match[str], frozenset[str]], str]] = {
    "code": _code,
    "math": _math,
    "image": lambda m, _: link(f"🖼 {bare_text(m['alt']) or 'image'}", m["src"]),
    "link": _link,
    "auto": lambda m, _: bare(m["autourl"]),
    "bare": _bare,
    "comment": lambda _m, _: "",
    "anchor": lambda m, _: link(bare_text(m["anchortext"]), unescape(m["href"])),
    "img": lambda _m, _: "",
    "pair": _pair,
    "br": lambda _m, _: "\n",
    "drop": lambda _m, _: "",
    "strong": lambda m, within: _wrap("**", m["stars"] or m["lines"], within),
    "strike": lambda m, within: _wrap("~~", m["struck"], within),
    "em": lambda m, within: _wrap("*", m["star"] or m["line"], within),
    "literal": lambda m, _: m["sign"],
}
