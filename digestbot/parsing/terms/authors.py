"""Authors: telling a list of people from other text, and taking it apart."""

import re
from functools import lru_cache

from digestbot.parsing.markdown.span import squeeze
from digestbot.parsing.terms import venues

_PARTICLES = r"(?:de|del|della|der|den|di|da|dos|du|van|von|le|la|el|al|bin|ibn|ter|ten|y|e|Jr|Sr|II|III|IV)"
_LATIN = r"[A-ZÀ-ÖØ-ÞĀ-ŽŠ-Ž][^\W\d_]*(?:[-'’.´`][^\W\d_]*)*\.?"
_NAME = re.compile(rf"(?:{_LATIN}|{_PARTICLES}\.?)(?:[ ](?:{_LATIN}|{_PARTICLES}\.?)){{0,5}}")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸賈鄒龍陶黎賀顧郝邵萬錢嚴戴湯佐藤鈴木高橋田中伊渡辺山小加吉松井斎清阿森池岡"
)
_CJK_NAME = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,3}}|[\uac00-\ud7af]{2, 5}")
_STOPPED = re.compile(r"[a-z]{4}\.\s")  # no initial, but a sentence's end
_HAN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_ET_AL = re.compile(
    r"(?i)[\s,，]*(?:\bet\.?\s*al\b\.?|等人?|외\b.*|and others|and \d+ others?)[\s.,;]*(?:\(?(?:19|20)\d\d\)?)?\s*$"
)
_AND_OTHERS = re.compile(r"et\.?\s*al\b")
_INVERTED = re.compile(rf"{_LATIN},\s(?:[A-Z]\.?(?![a-z])[ -]?)+")
_INITIALLED = re.compile(rf"(?:[A-Z]\.[ -]?){{1,4}}(?:{_PARTICLES}\s)?{_LATIN}(?:\s{_LATIN})?")
_GIVEN = re.compile(r"[^\s.]+(?: [A-Z]\.?)*")  # a given name, with initials
_LONE = re.compile(rf"{_LATIN}(?:\s{_LATIN}){{1,4}}(?:\s+et\.?\s*al\.?)?")
_SPLIT = re.compile(r"(?:[,，、;；]|\s(?:and|&|和|与)\s)\s*(?:and\s+|&\s*)?")
_SEMICOLON = re.compile(r"[;；]\s*(?:and\s+)?")
_PLAIN_WORD = "[A-ZÀ-ÖØ-ÞĀ-Ž][a-zß-öø-ÿĀ-ž]"
_PLAIN_NAME = f"{_PLAIN_WORD}{{1,9}}(?:-{_PLAIN_WORD}{{1,9}})?(?: [A-Z][.]){{0,2}}(?: {_PLAIN_WORD}{{1,11}}){{1,2}}"
_PLAIN = re.compile(f"(?!By[ -]){_PLAIN_NAME}(?:, {_PLAIN_NAME})+")
"""Names of two or three plain words, with an initial or a hyphen, between commas: none is asked about alone."""
_MARKS = re.compile(
    r"(?=[*†‡§¶∗⋆♯#$^<\d¹²³⁴⁵⁶⁷⁸⁹⁰])"
    r"(?:[*†‡§¶∗⋆♯#]+|\$?\^\{?[\d,*†‡ ]+\}?\$?|<sup>.*?</sup>|(?<=[^\W\d_])\d(?:,\d)*(?=\s*(?:,|$))|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)",
    re.DOTALL,
)
_MARK = re.compile(r"[*†‡§¶∗⋆♯#^<¹²³⁴⁵⁶⁷⁸⁹⁰]|\d(?<=[^\W\d_].)")  # all marks have one of them
_SEVERAL = re.compile(r"[,，、;；&和与等외]|[aA][nN][dD]|[eE](?<!\w.)[tT]")
_INITIAL = re.compile(r",\s[A-Z](?![a-z])")  # all names with the family's first have it
_YEAR = re.compile(r"[\s,，(（]*(?:19|20)\d\d[)）]?\s*$")
_LEAD = re.compile(r"^(?:by\b|authors?\s*[:：]|作者\s*[:：])\s*", re.IGNORECASE)
_OTHER_WORDS = (
    "the of for with in on from to via using towards toward learning networks network neural deep model models "
    "data paper code project page conference workshop"
    " university institute research google microsoft meta openai facebook abstract method results vision language "
    "image video training transformer your what how why are still detector"
)
_LONGEST = 60  # characters of a name
_PROSE = re.compile(r"(?<![\w .:'\"()/-])[\w .:'\"()/-]{120}", re.ASCII)
"""Twice a name without a sign between people or on them: whatever is taken off, no name is left."""
_AND = frozenset(["and"])
_PER_NAME = 50  # characters: text with fewer separators than one in so many is no list of names
_NO_NAMES = frozenset(_OTHER_WORDS.split())
_OTHERS = frozenset(["et", "other", "others"])


def split_authors(text: str) -> tuple[str, ...]:
    """Take a field that is known to hold authors apart."""
    text = _LEAD.sub("", squeeze(_unmarked(text)).strip(" .;,，"))
    text = _YEAR.sub("", text) if text.endswith((")", "）")) else text
    more = others(text)
    if "," not in text and " and " not in text and _LONE.fullmatch(text):
        return (text[: more.start()] if more else text,)
    if more:
        text = _YEAR.sub("", text[: more.start()])
    inverted = _INVERTED.findall(text) if _INITIAL.search(text) and _INVERTED.match(text) else []
    if len(inverted) > 1 and len(inverted) * 2 >= text.count(","):
        return tuple(name.strip() for name in inverted)
    separator = _SEMICOLON if (";" in text or "；" in text) and "," in text else _SPLIT
    names = tuple(
        name
        for part in separator.split(text)
        if (name := part.strip(" .*_")) and (name[0].isalpha() or any(map(str.isalpha, name)))
    )
    least = 1 if more and more[0].startswith(",") else 2  # one name in two pieces stands before `, et al.`
    inverse = len(names) > least and " " not in names[0] and _GIVEN.fullmatch(names[1]) is not None
    if inverse and all(" " in name for name in names[2:]):
        return (f"{names[1]} {names[0]}", *names[2:])  # `Khan, Wasif, Seowung Leem`, as MLA style has the first one
    return names


def others(text: str) -> re.Match[str] | None:
    """Find `et al.` and its like at the end; each has a word in it that is quick to see."""
    lower = text.lower()
    told = _AND_OTHERS.search(lower) or "other" in lower or "等" in text or "외" in text
    return _ET_AL.search(text) if told else None


def _unmarked(text: str) -> str:
    return _MARKS.sub("", text) if _MARK.search(text) else text


def _are_plain(text: str) -> bool:
    """Tell whether none of a list's words makes something else of it than names."""
    words = text.lower().replace(",", "").split()
    return _NO_NAMES.isdisjoint(words) and _OTHERS.isdisjoint(words) and not venues.may_hold(text)


def first_sign(text: str) -> int | None:
    """Return where the first sign or word between people stands in a text; without one, it is no list of them."""
    found = _SEVERAL.search(text)
    return found.start() if found else None


def plain_names(text: str) -> tuple[str, ...]:
    """Return the names if a text is a list of them as most are: two or three plain words each, commas between."""
    return tuple(text.split(", ")) if _PLAIN.fullmatch(text) and _are_plain(text) else ()


@lru_cache(maxsize=4096)
def authors_in(text: str) -> tuple[str, ...] | None:
    """Return the authors if a list of people is all that a text says, else None.

    A lone name is no list; `Mihaylova et al` is one.
    """
    if not _SEVERAL.search(text):
        return None
    if plain := plain_names(text):
        return plain
    if len(text) > _PER_NAME * (2 + text.count(" and ") + sum(map(text.count, ",，、;；"))):
        return None
    if (prose := _PROSE.search(text)) and _AND.isdisjoint(prose[0].split()) and not _INITIAL.search(text):
        return None
    text = _LEAD.sub("", squeeze(_unmarked(text)).strip(" .;,，*_"))
    if not 3 <= len(text) <= 3000 or "http" in text:
        return None
    text = _YEAR.sub("", text) if text[-1].isdigit() or text[-1] in ")）" else text
    names = split_authors(text)
    if not names or (len(names) < 2 and not others(text)) or any(len(name) > _LONGEST for name in names):
        return None
    good = sum(map(is_name, names))
    return names if good >= (len(names) if _HAN.search(text) else max(1, 0.75 * len(names))) else None


_LEADING = re.compile(r"([^\n\[<*]{5,1000})[:：][ \t]*\n")


def leading(text: str) -> tuple[str, ...] | None:
    """Return the people in a text's first line if a colon behind them leads on to the title below."""
    found = _LEADING.match(text)
    return authors_in(found[1]) if found else None


def are_full(names: tuple[str, ...]) -> bool:
    """Tell whether most names have a family and a given name: capitalised words may be anything, as may capitals."""
    full = ((" " in name and not name.isupper()) or "." in name or bool(_HAN.search(name)) for name in names)
    return sum(full) * 2 >= len(names)


def is_full_name(text: str) -> bool:
    """Tell whether a text is one person's name, the given one or its initial with it."""
    return ((" " in text and not text.isupper()) or bool(_HAN.search(text))) and (is_name(text) or is_initialled(text))


def is_initialled(text: str) -> bool:
    """Tell whether a text is a name with initials, as citations have them (`R. Alford`, `Moczo, P.`)."""
    return _INITIALLED.fullmatch(text) is not None or _INVERTED.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def is_name(text: str) -> bool:
    """Tell whether a text has the form of one person's name."""
    if ("," in text or not text.isascii()) and (_CJK_NAME.fullmatch(text) or _INVERTED.fullmatch(text)):
        return True
    if not _NAME.fullmatch(text) or _STOPPED.search(text) or venues.find_venue(text):
        return False
    parts = text.lower().split()
    return len(parts) <= 6 and _NO_NAMES.isdisjoint(parts)
