"""Telling a paper's title from what else stands in its place: a heading, a label, a sentence, a form."""

import re
from collections.abc import Sequence
from functools import lru_cache

from digestbot.parsing.terms import links, words

LONGEST = 300  # characters of a title
_WRITTEN = 3  # longer words whose capitals tell a title from a sentence

_SIGN = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W\d_{_SIGN}](?:[^\W{_SIGN}]|['’-])*|[{_SIGN}]")
_ASCII_WORD = re.compile(r"[A-Za-z][\w'-]*", re.ASCII)  # the same of ASCII, in a quarter of the time
_CJK = re.compile(rf"[{_SIGN}]")
_PROSE = re.compile(
    r"(?i)^(?:please |if you |we |you |this is|this repo|these |here |check |see |note that|thanks |click |feel "
    r"free|in this|for more|welcome|all of|most of|today|the following)"
    r"|(?-i:^I(?:'m|'ve)? (?:am|have|will|think|found|use|want|would|read|like)\b)|[。！]\s*\S|^(?:本|我们|我|欢迎|"
    r"请|这|该)"
)


@lru_cache(maxsize=256)
def _words(text: str) -> Sequence[str]:
    """Return the words of a text, each CJK character as one."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


@lru_cache(maxsize=4096)
def size(text: str) -> float:
    """Return how many words a text has; a CJK character counts for half a word."""
    found = _words(text)
    return len(found) if text.isascii() else len(found) - 0.5 * len(_CJK.findall(text))


def is_cjk(text: str) -> bool:
    """Tell whether a text has Chinese, Japanese or Korean in it."""
    return not text.isascii() and _CJK.search(text) is not None


_BRACKETS = re.compile(r"(?:\[[^\[\]]*\]\s*){2,}")


def is_bracketed(text: str) -> bool:
    """Tell whether a text is nothing but brackets, as links one after the other are without their addresses."""
    return text.startswith("[") and _BRACKETS.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def could_be_title(text: str) -> bool:
    """Tell whether a text may name a paper at all: words, not too many, no label, no URL, no known furniture."""
    if not 2 <= len(text) <= 400 or text.lstrip("([（<").startswith(("http", "www.", "/", "./")):
        return False
    if not any(map(str.isalpha, text)) or _is_placeholder(text) or _NO_PAPER.match(text):
        return False
    if not text.isascii() and _SAID.search(text):
        return False
    if text.lower().endswith(_ELSEWHERE):
        return False
    if ("." in text and _FILES.fullmatch(text)) or is_bracketed(text):
        return False
    if len(text) > words.LONGEST_PART and text[0].isalnum() and text[-1].isalnum():
        return not words.is_generic(text)  # too long for a label or a part
    return links.label_kind(text) is None and not words.is_generic(text) and not words.is_part(text)


@lru_cache(maxsize=4096)
def looks_like_title(text: str) -> bool:
    """Tell whether a text reads like a paper's title: three words, two around a colon, or ten Chinese characters."""
    if not could_be_title(text) or len(text) > LONGEST:
        return False
    count = size(text)
    if not text.isascii() and _CJK.search(text):
        return count >= 5
    return count >= 3 or (count >= 2 and (":" in text or "-" in text))


def is_mostly_cjk(text: str) -> bool:
    """Tell whether most of a text's words are written in Chinese, Japanese or Korean."""
    return not text.isascii() and len(_CJK.findall(text)) > size(text)


_PLACEHOLDER = re.compile(
    r"\{\{|\{%|^[{<][\w ]+[}>]$|<(?:img|a)\b|\bYYYY\b|\bHH:MM\b|^[(（][^()（）]*[)）]$"
    r"|(?i:\byour (?:paper )?title\b|^\[?title of (?:the )?paper\]?$|^(?:paper )?title(?: in)? \d"
    r"|^\W*paper title(?: here)?\W*$|^\W*(?:paper|note|reading|review)s?(?: \w+)? template\W*$)"
    r"|\bPaper-Name\b|\b\d{4}[-/.]xx[-/.]xx\b"
    r"|^\W*(?:论文|論文|논문)\s?(?:标题|標題|题目|タイトル|제목)(?!\w)"
    r"|(?:论文|論文|阅读|笔记|ノート|メモ|노트|논문|리뷰)\s?(?:模板|模版|テンプレート|템플릿)(?:$|\s[-–—])"
)


_FILLED = re.compile(r"\{[{%]\s*(?:page|site|post|content)\b|<(?:img|a)\b")
"""What the maker of a site fills in by itself."""


def is_form(heading: str) -> bool:
    """Tell whether a heading is a template's, to be filled in: `{{title}}`, `<Paper Title>`."""
    return _is_placeholder(heading) and not _FILLED.search(heading)


_FORM_SIGNS = ("模", "テンプレート", "템플릿", "论文", "論文", "논문")


def _is_placeholder(text: str) -> bool:
    """Tell whether a text is a template's, or a remark; each of these forms has a sign that is quick to see."""
    folded = text.lower()
    seen = (
        text.startswith(("(", "（"))
        or "tle" in folded
        or "{" in text
        or "<" in text
        or "xx" in folded
        or "template" in folded
        or "YY" in text
        or ":MM" in text
        or "r-name" in folded
        or (not text.isascii() and any(map(text.__contains__, _FORM_SIGNS)))
    )
    return seen and _PLACEHOLDER.search(text) is not None


_NO_PAPER = re.compile(
    r"(?i)(?:\[!\w+\]|(?:(?:opening|closing)\s)?(?:keynotes?|remarks)|(?:coffee|lunch) break|poster session"
    r"|invited (?:talk|speaker)s?|about (?:this|the (?:repo|list|project)|us)\b|no (?:class|meeting|lecture)|holiday"
    r"|(?:spring|fall|winter|summer|thanksgiving|reading) break|tb[ad]\b|course (?:intro|logistics)"
    r"|(?:(?:the|web|acm|ieee|ieee/cvf|siam|usenix|international|european|pacific-asia|asian|annual|joint)\s)+"
    r"(?:conference|symposium|transactions) on\b"
    r"|(?:in )?proceedings of\b|(?:international |european )?journal (?:of|on)\b"
    r"|(?:final )?project (?:presentation|proposal|report)s?|mid-?term|guest lecture|(?:final )?exam\b)"
)
_ELSEWHERE = ("blog post", "blog posts", "'s blog", "’s blog", " course)")
"""How the names of what people read besides papers end."""
_FILES = re.compile(r"(?:[\w-]+/)*[\w-]+\.(?:html?|ya?ml|md|py|json|csv|txt|ipynb|js|sh|png|jpe?g)(?:[\s,，、].*)?")
"""The name of a file, or of several."""

_SAID = re.compile(r"(?:니다|세요|까요|ください|ます|です|ました|でした|がある|である)\s*[.。．！!]?$")
"""How sentences end in Korean and Japanese, titles of papers never."""

_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|we|We|this|This|It|it|these|which|that|propos\w+|introduc\w+|presents?|uses?|shows?|has|"
    r"have|can|should|must)\b"
)
_DANGLING = re.compile(
    r"(?i)(?<![\w-])(?:at|is|was|are|in|on|of|for|to|see|the|a|an|and|or|by|from|via|with|here|following|use|using|visit|"
    r"check|read|download)\s*$"
)
_LONGEST_DANGLING = len("following")


def continues(text: str) -> bool:
    """Tell whether a text behind `Short name:` is the rest of a title, not a sentence about it."""
    text = text.strip()
    if not text[:1].isupper() and not text[:1].isdigit() and not _CJK.match(text[:1]) and not is_capitalised(text):
        return False
    if _CJK.search(text):
        return not re.search(r"[，。；]", text) and size(text) <= 30
    return size(text) <= 24 and (not is_sentence(text) or _is_written_as_title(text))


def is_sentence(text: str) -> bool:
    """Tell whether a text has a verb as sentences on a paper have it, and titles seldom."""
    return _SENTENCE.search(text) is not None


def _is_written_as_title(text: str) -> bool:
    """Tell whether a text with a verb is written as titles are (`Labels Are Enough: Learning from Few of Them`)."""
    longer = [word for word in _words(text) if len(word) > 3]
    return len(longer) >= _WRITTEN and all(word[0].isupper() for word in longer) and not _PROSE.search(text)


def is_capitalised(text: str) -> bool:
    """Tell whether most longer words begin with a capital, as titles have it (`a Survey of Small Models`)."""
    longer = [word for word in _words(text) if len(word) > 3][1:]
    return bool(longer) and sum(word[0].isupper() for word in longer) * 2 > len(longer)


def dangles(text: str) -> bool:
    """Tell whether a text breaks off behind a word that another must follow (`Learning to`)."""
    text = text.rstrip(" \t\n:：")
    return _DANGLING.search(text, len(text) - _LONGEST_DANGLING - 1) is not None


def stands_alone(text: str) -> bool:
    """Tell whether plain text before a link reads like a title, not like the words that lead to the link."""
    text = text.strip()
    prose = _PROSE.search(text)
    if dangles(text) or (prose and not (prose[0].lower() in {"we ", "you "} and is_capitalised(text))):
        return False
    first = re.match(r"\S+", text)
    if first and first[0][:1].islower() and ":" not in text:
        return any(c.isupper() or c.isdigit() for c in first[0])
    return True


_BOLD = re.compile(r"\*\*([^*]{12,300})\*\*[ \t]*(?:\\|<br ?/?>[ \t]*)?")


def is_bold(line: str) -> bool:
    """Tell whether a line is a title in bold and nothing else: a paper of its own begins there."""
    found = _BOLD.fullmatch(line) if line.startswith("**") else None
    return found is not None and looks_like_title(found[1].strip())
