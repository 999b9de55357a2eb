"""The short way to spans, by one pattern: plain words, links, pictures and simple emphasis, as in most lines."""

import re

from digestbot.parsing.markdown.span import Span, add, text_of, unbracketed

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
_HARD = re.compile(r"<[a-zA-Z/!]|&#?\w+;|_(?<![\w/].)|_(?![\w/])|``|\[!(?!\[)")
_PLAIN = frozenset("[]*\n`\\!")


def simple_spans(text: str) -> list[Span] | None:
    """Read text that holds nothing but plain words, links, pictures and simple emphasis; None for any other."""
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
            found.append(Span("link", match[1], unbracketed(match[2]), strong, em))
        elif group == _BREAK:
            add(found, Span("break", "\n" if match[_BREAK].startswith(("\\", "  ")) else " "))
        elif piece := _piece(match, strong=strong, em=em):
            add(found, piece)
        else:
            return None
    return found if at == len(text) else None


def _piece(match: re.Match[str], *, strong: bool, em: bool) -> Span | None:
    group = match.lastindex or 0
    text = match[group]
    match group:
        case 2:
            return _link(match[1], match[2], strong=strong, em=em)
        case 4:
            return Span("image", match[3], match[4], badge=True)
        case 7:
            return Span("link", match[5], match[7], badge=True, picture=match[6])
        case 8 | 9:
            if not text[0].isalnum() and match.start() and match.string[match.start() - 1].isalnum():
                return None
            return _marked(text, strong=strong or group == 8, em=em or group == 9)
        case 10:
            return Span("code", text.strip(), "", strong, em) if text.strip() else None
        case _:
            return Span("text", text, "", strong, em)


def _link(text: str, url: str, *, strong: bool, em: bool) -> Span | None:
    url = unbracketed(url)
    if "*" not in text:
        return Span("link", text, url, strong, em)
    inner = _simple(text, strong=strong, em=em)
    if not inner:
        return None
    return Span("link", text_of(inner), url, any(s.strong for s in inner), any(s.em for s in inner))


def _marked(text: str, *, strong: bool, em: bool) -> Span | None:
    if text[0].isspace() or text[-1].isspace():
        return None
    if _PLAIN.isdisjoint(text):
        return Span("text", text, "", strong, em)
    inner = _simple(text, strong=strong, em=em)
    return inner[0] if inner and len(inner) == 1 and inner[0].kind != "break" else None
