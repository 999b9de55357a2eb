"""Cutting Discord Markdown to a length, between words and never inside anything that must stay whole.

Lengths are counted in UTF-16 units, the strictest way in which Discord's clients and servers count characters.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"(?P<whole>```.*?```|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|\[(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*\]\([^\s()]*\)|<[^<>\s]+>|\\.)"
    r"|(?P<marker>\*\*|\*|__|~~|\|\|)"
    r"|(?P<space>\s+)",
    re.DOTALL,
)
_FENCE = re.compile(r"```(\w*)\n(.*?)\n?```", re.DOTALL)


def length(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> Iterator[str]:
    """Yield what a reader takes for one sign: base and marks, joined emoji, flags, Hangul blocks.

    A little coarser than Unicode's rules (UAX 29) where they need tables: two of its clusters may come as one.
    """
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or not _joined(text, start, i):
            if text[start:i]:
                yield text[start:i]
            start = i


def _joined(text: str, start: int, i: int) -> bool:
    before, sign = text[i - 1], text[i]
    if before == "\u200d" or (before == "\r" and sign == "\n"):
        return True
    if _is_flag(sign) and _is_flag(before):
        return (i - start) % 2 == 1
    return _extends(sign) or _is_one_block(before, sign)


def _extends(sign: str) -> bool:
    return (
        sign in "\u200c\u200d"
        or unicodedata.category(sign)[0] == "M"
        or 0x1F3FB <= ord(sign) <= 0x1F3FF
        or 0xE0020 <= ord(sign) <= 0xE007F
        or sign in "\uff9e\uff9f\u0e33\u0eb3"
    )


def _is_flag(sign: str) -> bool:
    return 0x1F1E6 <= ord(sign) <= 0x1F1FF


def _is_one_block(before: str, sign: str) -> bool:
    """Tell Hangul letters that are written as one syllable (UAX 29, rules GB6 to GB8)."""
    leads = "\u1100" <= before <= "\u115f" or "\ua960" <= before <= "\ua97c"
    syllable = "\uac00" <= sign <= "\ud7a3"
    follows = "\u1160" <= sign <= "\u11ff" or "\ud7b0" <= sign <= "\ud7fb"
    if leads:
        return syllable or follows or "\u1100" <= sign <= "\u115f" or "\ua960" <= sign <= "\ua97c"
    return follows and ("\u1160" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7fb")


def cut(text: str, limit: int) -> str:
    """Cut Discord Markdown to `limit` characters, with "…" where something is left out and emphasis closed."""
    if length(text) <= limit:
        return text
    if limit < 1:
        return ""
    tokens = _first(_tokens(text), limit)
    end = _last_break(tokens, limit - 1)
    kept, opened = tokens[:end], _open_markers(tokens[:end])
    while kept and (kept[-1].isspace() or kept[-1] in (",", ";", ":", "，", "；", "、", "：") or kept[-1] in opened):
        last = kept.pop()
        if last in opened:
            opened.remove(last)
    return "".join(kept) + "…" + "".join(reversed(opened))


def shorten(text: str, limit: int) -> str:
    """Cut text without markup (a button's label, a choice) between words, with "…" where something is left out."""
    if length(text) <= limit:
        return text
    signs = _first(graphemes(text), limit)
    return "".join(signs[: _last_break(signs, limit - 1, markers=False)]).rstrip(" ,;:，；、：") + "…"


def split(text: str, limit: int) -> list[str]:
    """Split Discord Markdown into pieces of at most `limit` characters; emphasis and code go on in the next piece."""
    if fence := _FENCE.fullmatch(text):
        return _split_code(fence[2], fence[1], limit)
    rest, pieces, opened = deque(_tokens(text)), list[str](), list[str]()
    left = length(text)
    while left + sum(map(len, opened)) > limit:
        window = [*opened, *_first(iter(rest), limit)]
        end = max(len(opened) + 1, _last_break(window, limit))
        left -= sum(length(rest.popleft()) for _ in window[len(opened) : end])
        opened = _open_markers(window[:end])
        pieces.append("".join(window[:end]).rstrip() + "".join(reversed(opened)))
        while rest and rest[0].isspace():
            left -= length(rest.popleft())
    last = "".join([*opened, *rest])
    return [*pieces, last] if rest and last.strip() else pieces


def _first(tokens: Iterator[str], limit: int) -> list[str]:
    """Take as many tokens as `_last_break` looks at, so that a piece costs what it is long."""
    taken: list[str] = []
    size = 0
    for token in tokens:
        taken.append(token)
        size += length(token)
        if size > limit:
            break
    return taken


def _split_code(content: str, language: str, limit: int) -> list[str]:
    room = limit - length(f"```{language}\n\n```")
    pieces: list[str] = []
    for line in content.split("\n"):
        for part in _lengths(line, room):
            joined = f"{pieces[-1]}\n{part}" if pieces else part
            if pieces and length(joined) <= room:
                pieces[-1] = joined
            else:
                pieces.append(part)
    return [f"```{language}\n{piece}\n```" for piece in pieces]


def _lengths(line: str, room: int) -> list[str]:
    parts, size = [""], 0
    for sign in graphemes(line):
        size += length(sign)
        if size > room:
            parts.append("")
            size = length(sign)
        parts[-1] += sign
    return parts


def _tokens(text: str) -> Iterator[str]:
    end = 0
    for found in _TOKEN.finditer(text):
        yield from graphemes(text[end : found.start()])
        yield found[0]
        end = found.end()
    yield from graphemes(text[end:])


def _last_break(tokens: Sequence[str], limit: int, *, markers: bool = True) -> int:
    """Return how many tokens fit into `limit` with their emphasis closed, best up to a gap between words."""
    size, fits, between = 0, 0, 0
    opened: list[str] = []
    for i, token in enumerate(tokens):
        if size + sum(map(len, opened)) > limit:
            break
        fits = i
        if i and (token.isspace() or tokens[i - 1].isspace() or _is_wide(token) or _is_wide(tokens[i - 1])):
            between = i
        size += length(token)
        if markers:
            _toggle(opened, token)
    return between or fits


def _open_markers(tokens: Sequence[str]) -> list[str]:
    opened: list[str] = []
    for token in tokens:
        _toggle(opened, token)
    return opened


def _toggle(opened: list[str], token: str) -> None:
    if token in ("**", "*", "__", "~~", "||"):
        if token in opened:
            opened.remove(token)
        else:
            opened.append(token)


def _is_wide(token: str) -> bool:
    """Tell signs of scripts written without spaces, between which a line may end."""
    return unicodedata.east_asian_width(token[0]) in ("W", "F") and not 0xAC00 <= ord(token[0]) <= 0xD7FF
