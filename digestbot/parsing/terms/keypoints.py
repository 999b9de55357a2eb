"""Keypoints: taking a field of them apart at the separators that it uses."""

import re

from digestbot.parsing.markdown import inline
from digestbot.parsing.markdown.span import squeeze, unwiki

_STRONG = ";；、，\n"
_LONGEST = 120  # characters: beyond this an item is a sentence, and its commas belong to it
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d+[.)])[ \t]+")
_HASHTAGS = re.compile(r"(?:^|\s)#(?=[^\s#])")
_ROW = re.compile(r"#[^\s#]+(?:[\s,，、]+#[^\s#]+)+")
_FOLDER = re.compile(r"(?i)^(?:keywords?|tags?)/")
_ELEMENT = re.compile(r"<(?:span|code|kbd|mark|a)\b[^<>]{0,200}>([^<>]{1,120})</\w{1,6}>")
_SET_OFF = re.compile(r"^[\[【]([^][【】]+)[\]】]$")
_EDGE = " \t\r\n.。,，;；、*_`\"'“”"


def are_hashtags(text: str) -> bool:
    """Tell whether a text is a row of hashtags, which are keypoints whatever stands above them (`#RL #Planning`)."""
    return text.startswith("#") and _ROW.fullmatch(text) is not None


def split(markdown: str) -> tuple[str, ...]:
    """Split a field into its keypoints: at `;` `；` `、` `，` or line ends, at `,` only where none of these parts it.

    Nothing is split inside brackets, and an item keeps its commas where a stronger sign is the separator.
    """
    lines = [line for line in unwiki(markdown).split("\n") if line.strip()]
    if len(lines) == 1:
        lines = [_ITEM.sub("", lines[0])]
    if any(_ITEM.match(line) for line in lines):
        return _clean([_ITEM.sub("", line) for line in lines])
    if "`" in markdown and (coded := _coded(markdown)):
        return _clean(coded)
    if "</" in markdown and (tagged := _tagged(markdown)):
        return _clean(tagged)
    text = _SET_OFF.sub(r"\1", "\n".join(inline.plain(line) for line in lines).strip())
    if len(_HASHTAGS.findall(text)) > 1 or text.startswith("#"):
        return _clean([_FOLDER.sub("", tag) for tag in re.split(r"[,，;；\s]*#", text)])
    parts = [part for part in _split_outside(text, _STRONG) if part.strip(_EDGE)]
    if len(parts) == 1:
        parts = _by_weaker(parts[0])
    return _clean(parts)


def _tagged(markdown: str) -> list[str]:
    """Return the texts of a field's HTML elements if it is made of them: `<span>a</span> <span>b</span>`."""
    between = _ELEMENT.sub("", markdown)
    return [] if between.strip(_EDGE + "|/·") else _ELEMENT.findall(markdown)


def _coded(markdown: str) -> list[str]:
    """Return the code spans of a field that is made of them: `` `a` `b`, `c` ``."""
    found = inline.spans(markdown)
    codes = [s.text for s in found if s.kind == "code"]
    between = "".join(s.text for s in found if s.kind not in {"code", "break"})
    return codes if codes and not between.strip(" ,;，；、|/·") else []


def _by_weaker(text: str) -> list[str]:
    for separator in (r"\s+[|｜]\s+|\s*[|｜]\s*", r"\s+[/·・]\s+|・|·", ","):
        if separator == ",":
            parts = [part for part in _split_outside(text, ",") if part.strip(_EDGE)]
        else:
            parts = [part for part in re.split(separator, text) if part.strip(_EDGE)]
        if len(parts) > 1 and all(len(part.split()) <= 7 for part in parts):
            return parts
    return [text]


def _split_outside(text: str, signs: str) -> list[str]:
    """Split at the signs that stand outside brackets."""
    parts: list[str] = []
    depth = start = 0
    for n, char in enumerate(text):
        if char in "([（【":
            depth += 1
        elif char in ")]）】":
            depth = max(0, depth - 1)
        elif char in signs and (depth == 0 or char == "\n"):
            parts.append(text[start:n])
            start, depth = n + 1, 0 if char == "\n" else depth
    return [*parts, text[start:]]


def _clean(parts: list[str]) -> tuple[str, ...]:
    found = (squeeze(inline.plain(part)).strip(_EDGE) for part in parts)
    found = (_SET_OFF.sub(r"\1", part).strip(_EDGE) for part in found)
    found = (re.sub(r"^(?:and|以及|and/or)\s+", "", part) for part in found)
    return tuple(dict.fromkeys(part for part in found if any(map(str.isalnum, part)) and len(part) <= 2 * _LONGEST))
