"""Text that means itself: what a note says can neither format, ping, nor hide.

Discord's renderer takes a backslash before any sign for "this sign itself"; its servers look for mentions in the raw
text, so these are broken by a zero-width space as well.
"""

import re
import unicodedata

# It begins with all its signs at once, so that `re` goes over a text without one of them in a single sweep.
_SIGNS = re.compile(
    r"[\\*_~`|\[\]<:@/](?:(?<![:@/])|(?<=:)(?=[\w+-]+:)|(?<=@)(?=everyone|here|[!&]?\d)|(?<=:/)/)", re.IGNORECASE
)
_LINE_START = re.compile(r"^([^\S\n]*)(?:([#>\-+=])|(\d{1,9})([.)]))", re.MULTILINE)
_INVITE = re.compile(r"\b(?:discord(?:app)?\.com/invite|discord\.gg)/\S+", re.IGNORECASE)
_MATH = re.compile(r"(?<![A-Za-z0-9\\$])\$(?=\S)([^$`\n]*[^\s$`\\])\$(?!\d)")
_ZERO_WIDTH_SPACE = "\u200b"
_JOINERS = "\u200c\u200d"
_FILLERS = frozenset("\u3164\uffa0\u115f\u1160")
"""Letters of Hangul that show nothing."""


def clean(text: str) -> str:
    """Drop what is not seen but acts: controls, zero-width and bidirectional marks, lone surrogates.

    Line feeds and tabs stay, and the joiners that emoji and some scripts are written with, between two visible signs.
    """
    if _is_clean(text):
        return text
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if not _acts_unseen(c))
    return re.sub(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)|(?<=[\u200c\u200d])[\u200c\u200d]+", "", kept)


def _is_clean(text: str) -> bool:
    """Tell most texts, which have nothing to drop, without a look at each sign.

    What Python calls printable leaves out more than `clean` does: all controls, marks, surrogates and odd spaces.
    """
    return text.replace("\n", "").replace("\t", "").isprintable() and (text.isascii() or _FILLERS.isdisjoint(text))


def _acts_unseen(sign: str) -> bool:
    if sign in "\n\t" or sign in _JOINERS or 0xE0020 <= ord(sign) <= 0xE007F:  # tags spell the flags of regions
        return False
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs") or sign in "\u2028\u2029" or sign in _FILLERS


def one_line(text: str) -> str:
    """Return the text cleaned, on one line, with single spaces."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """Escape every sign that formats, links, mentions or makes an emoji in the middle of a line."""
    return _SIGNS.sub(_guard, text)


def _guard(found: re.Match[str]) -> str:
    sign = found[0]
    return sign + _ZERO_WIDTH_SPACE if sign == "@" else "\\" + sign


def guard_lines(text: str) -> str:
    """Escape what makes a heading, quote, list or subtext of a line when it begins one."""
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


def code(text: str) -> str:
    """Return the text as inline code, on one line; backticks in it become look-alikes (U+02CB)."""
    content = one_line(text).replace("`", "ˋ")
    return f"`{content}`" if content else ""


def plain(text: str) -> str:
    """Return one line of a note (a title, keypoint or gist) as Discord Markdown: escaped, math as code."""
    line = one_line(text)
    parts = _MATH.split(line) if "$" in line else [line]
    escaped = [code(part) if i % 2 else defuse(part) for i, part in enumerate(parts)]
    return guard_lines("".join(escaped))


def defuse(text: str) -> str:
    """Escape running text; an invitation to a server is shown as code, which cannot be joined by a press."""
    if "/" not in text:  # no invitation is without one
        return escape(text)
    parts: list[str] = []
    end = 0
    for found in _INVITE.finditer(text):
        parts += escape(text[end : found.start()]), code(found[0])
        end = found.end()
    return "".join([*parts, escape(text[end:])])
