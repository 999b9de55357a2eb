"""Titles: cleaning one, and telling a paper's title from a section's."""

import html
import re
from functools import lru_cache

from digestbot.parsing.markdown.inline import squeeze, unwiki
from digestbot.parsing.terms import links, words

LONGEST = 300  # characters of a title

_NUMBER = re.compile(
    r"^(?:[（(\[]\s*\d{1,3}\s*[)）\]]|\d{1,3}(?:\.\d{1,2})*(?:-[A-Z])?\s*[.)、．](?!\d)|\d{1,3}\s*[:：]|[①-⑳]|"
    r"[A-Z]{1,4}(?:-[A-Z]{2,8})+-0\d{1,3}:|No\.?\s*\d+[.:]?|#\d+[.:]?|Top\s*\d{1,3}\s*[.:：、)-]|(?:Paper|论文|論文)\s*\d{1,3}\s*[.:：、)-])\s*(?=\S)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){1,3}\s+(?=[^\W\d])(?!(?i:[mb]illion|bits?|[dx])\b)"
    r"|\d{1,2}\s+(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
)
_SIGNS = " -–—•·*+:：,，.。|>~_✨🔥⭐🌟🎉👍📌📝📄📃☆★✅❌☑🚀💡❗‼✔️🆕📖📚🔖👉🏆"
_LAST_SIGNS = " -–—•·*|~_,，:：[(（【✨🔥⭐🌟🎉👍📌🚀🏆️🆕"
_TASK = re.compile(r"^\[[ xX✓✔]?\]\s+")
_PAIRS = {
    "《": "》",
    "'": "'",
    "‘": "’",
    "“": "”",
    "「": "」",
    "『": "』",
    '"': '"',
    "«": "»",
    "【": "】",
    "``": "''",
    "〈": "〉",
}
_FOOTNOTE = re.compile(r"\[\^[^\[\]]{1,20}\]")
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d_][\w/-]*)+\s*$")
_EMOJI_CODE = re.compile(r":[a-z][a-z0-9_+-]{2,}:(?:\s+|(?!\w))|(?<!\w):[a-z][a-z0-9_+-]{2,}:")
_NAMED_BEHIND = re.compile(r"(?<=[\w?!])（[A-Za-z][\w+-]{1,20}）$")
_NAMED_AFTER = re.compile(r" / [A-Za-z][\w-]*[A-Z\d][\w+-]*$")
_KIND = re.compile(r"\s*\[(?:[JCMDRNP]|(?:EB|[JC])/OL)\]$")
_BEFORE_SITE = re.compile(r"《([^《》]{4,300})》\s*[|｜]")
_JOINED = re.compile(r"[^\W_]+(?:[-_][^\W_]+){4,}")
_FULL_STOP = re.compile(r"(?<![.\s][A-Za-z])(?<!\.)[.。]$")


_PLAIN = re.compile(
    r"(?!(?i:paper|review|note|summary|no\.?\s*\d|top\s*\d))(?![A-Za-z]+-?\d{4}-)"
    r"[A-Za-z](?:[A-Za-z\d' ,-]*|[A-Za-z' ,-]*:[A-Za-z\d' ,-]*)[A-Za-z]"
)


def is_plain(text: str) -> bool:
    """Tell whether a text is words alone, with nothing on it to be taken off: no number, venue, mark or bracket."""
    return _PLAIN.fullmatch(text) is not None and " " in text and "  " not in text and " - " not in text


@lru_cache(maxsize=4096)
def clean_title(text: str) -> str:
    """Return a title without number, marks, quotes, brackets all around it, and with single plain spaces."""
    if text.count(":") > 1:
        text = _EMOJI_CODE.sub("", text)
    if "[^" in text:
        text = _FOOTNOTE.sub("", text)
    if " #" in text:
        text = _HASHTAGS.sub("", text)
    title = squeeze(unwiki(html.unescape(text) if "&" in text else text)).removesuffix(".pdf")
    while title.endswith("[]"):
        title = title[:-2].rstrip()
    for _ in range(4):
        before = title
        title = _without(_TASK, title).lstrip(_SIGNS).rstrip(_LAST_SIGNS)
        title = _unquoted(_without_number(_without_note(_without(_SUMMARY, _without(_REVIEW, title)))))
        title = _without_name(title) if title.endswith("）") else _parted(title)
        if title == before:
            break
    title = _KIND.sub("", title) if title.endswith("]") else title
    return _FULL_STOP.sub("", title).rstrip(_LAST_SIGNS) if title.endswith((".", "。")) else title


def unnumbered(heading: str) -> str:
    """Take a section's number without a point behind it off a heading (`2.1 Memory`, `3 方法`)."""
    return _without(_SECTION, heading) if heading[:1].isdigit() else heading


def _without(lead: re.Pattern[str], title: str) -> str:
    """Take what matches off the front of a title: a match looks there alone, a substitution in every place."""
    found = lead.match(title)
    return title[found.end() :] if found else title


def _without_note(title: str) -> str:
    """Take off what calls the text a note on the paper (`Title 阅读笔记`), if a title stays."""
    ended = title.endswith((")", "）", "]"))
    found = _UNFINISHED.search(title) if ended else _NOTED.search(title) if title[-1:] in _NOTED_ENDS else None
    return title[: found.start()] if found and could_be_title(title[: found.start()]) else title


def _without_name(title: str) -> str:
    """Take off the short name that a note's writer put behind an English title in brackets of full width."""
    found = _NAMED_BEHIND.search(title)
    named = found is not None and not is_cjk(title) and size(title[: found.start()]) > 3
    return title[: found.start()] if found and named else title


def without_name_after(title: str) -> str:
    """Take off the short name that stands behind a title and a stroke (`Title / ResNet`)."""
    found = _NAMED_AFTER.search(title) if " / " in title else None
    return title[: found.start()] if found and size(title[: found.start()]) > 3 else title


def _parted(title: str) -> str:
    """Part words that are joined as in the name of a file (`Attention-Is-All-You-Need`)."""
    return re.sub("[-_]", " ", title) if " " not in title and _JOINED.fullmatch(title) else title


def _without_number(title: str) -> str:
    """Take off a number that leaves words behind (`2. Title`, not `3.5`)."""
    found = _NUMBER.match(title)
    return title[found.end() :] if found and any(map(str.isalpha, title[found.end() :])) else title


def _unquoted(title: str) -> str:
    if title.startswith("《") and (named := _BEFORE_SITE.match(title)):
        return named[1].strip()
    last = _PAIRS.get(title[:1])
    for first in (title[:1], "``") if last else ():
        last = _PAIRS[first]
        inner = title[len(first) : -len(last)]
        if (
            len(title) > 2
            and title.startswith(first)
            and title.endswith(last)
            and first not in inner
            and last not in inner
        ):
            return inner.strip()
    if title.startswith("[") and title.endswith("]") and title.count("[") == 1:
        return title[1:-1].strip()
    return title


_REVIEW = re.compile(
    r"^(?:\s*[\[【(（]?\s*(?:paper|论文|論文|논문|文献)\s*(?:review|reading|notes?|summary|阅读|笔记|解读|精读|"
    r"分享|速读|メモ|紹介|読み|レビュー|まとめ|리뷰|정리|요약)?\s*(?:笔记)?\s*[\]】)）]\s*[:：-]?"
    r"|\s*论文(?:阅读|笔记|解读|精读|速读)\s+(?=[A-Za-z])|\s*(?:paper\s*(?:review|reading|notes?|summary)|论文(?:阅读|笔记|解读|精读|阅读笔记)|論文(?:メモ|紹介|読み)|(?:論文)?(?:調査|読書)(?:ノート|メモ)|调研笔记|"
    r"papers?\s+of\s+the\s+(?:day|week|month)|論文(?:まとめ|レビュー)|论文速读|paper|论文|論文|논문|논문\s*(?:리뷰|정리|요약)|p\d{1,3}\s+(?:요약|리뷰|정리|笔记|解读|メモ|まとめ)|(?:review|notes?\s*(?:on|for)|summary\s*of))\s*[:：|])\s*",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"\s*[\[【]\s*(?:日本語)?(?:まとめ|要約|メモ|读书笔记|阅读笔记|笔记|解读|요약|정리|리뷰)\s*[\]】]\s*"
)
_NOTED = re.compile(
    r"[\s_:：|-]*(?:(?:论文|文献)?(?:阅读|学习|精读|读书)?笔记|论文(?:阅读|解读|精读|总结)|(?:の)?論文(?:メモ|紹介|まとめ)|の(?:解説|まとめ|要約|メモ)|"
    r"논문\s*(?:리뷰|정리|요약)|(?<=[A-Za-z0-9])(?:解读|精读|详解))$"
)
_UNFINISHED = re.compile(
    r"(?i)\s?[(（\[]\s?(?:작성\s?중|진행\s?중|미완성?|未完成?|更新中|待更新|執筆中|作成中|in progress|wip|draft"
    r"|to ?do|unfinished|(?:sections?|chapters?|sec\.|ch\.|pages?|pp?\.|§)\s?\d[\d.,\s–&-]*)\s?[)）\]]$"
)
"""What a writer adds to the title over a note that is not done, or of a paper that is to be read in part."""

_NOTED_ENDS = frozenset("记读结解説め約モ介뷰리약")

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


@lru_cache(maxsize=4096)
def size(text: str) -> float:
    """Return how many words a text has; a CJK character counts for half a word."""
    if text.isascii():
        return len(_ASCII_WORD.findall(text))
    return sum(0.5 if _CJK.match(w) else 1 for w in _WORD.findall(text))


def is_cjk(text: str) -> bool:
    """Tell whether a text has Chinese, Japanese or Korean in it."""
    return _CJK.search(text) is not None


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
    r"|(?:论文|論文|阅读|笔记|ノート|メモ|노트|논문|리뷰)\s?(?:模板|模版|テンプレート|템플릿)(?:$|\s[-–—])"
)


_FILLED = re.compile(r"\{[{%]\s*(?:page|site|post|content)\b|<(?:img|a)\b")
"""What the maker of a site fills in by itself."""


def is_form(heading: str) -> bool:
    """Tell whether a heading is a template's, to be filled in: `{{title}}`, `<Paper Title>`."""
    return _is_placeholder(heading) and not _FILLED.search(heading)


_FORM_SIGNS = ("tle", "r-name", "xx", "template", "模", "テンプレート", "템플릿")


def _is_placeholder(text: str) -> bool:
    """Tell whether a text is a template's, or a remark; each of these forms has a sign that is quick to see."""
    seen = (
        text.startswith(("(", "（"))
        or "{" in text
        or "<" in text
        or "YY" in text
        or ":MM" in text
        or any(map(text.lower().__contains__, _FORM_SIGNS))
    )
    return seen and _PLACEHOLDER.search(text) is not None


_NO_PAPER = re.compile(
    r"(?i)(?:\[!\w+\]|(?:(?:opening|closing)\s)?(?:keynotes?|remarks)|(?:coffee|lunch) break|poster session"
    r"|invited (?:talk|speaker)s?|about (?:this|the (?:repo|list|project)|us)\b|no (?:class|meeting|lecture)|holiday"
    r"|(?:spring|fall|winter|summer|thanksgiving|reading) break|tb[ad]\b|course (?:intro|logistics)"
    r"|(?:(?:the|web|acm|ieee|ieee/cvf|siam|usenix|international|european|pacific-asia|asian|annual|joint)\s)+"
    r"(?:conference|symposium|transactions) on\b"
    r"|(?:final )?project (?:presentation|proposal|report)s?|mid-?term|guest lecture|(?:final )?exam\b)"
)
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
    return size(text) <= 24 and not is_sentence(text)


def is_sentence(text: str) -> bool:
    """Tell whether a text has a verb as sentences on a paper have it, and titles seldom."""
    return _SENTENCE.search(text) is not None


def is_capitalised(text: str) -> bool:
    """Tell whether most longer words begin with a capital, as titles have it (`a Survey of Small Models`)."""
    longer = [word for word in _WORD.findall(text) if len(word) > 3]
    return len(longer) > 1 and sum(word[0].isupper() for word in longer[1:]) * 2 > len(longer[1:])


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


_NAME = 2  # words before `论文阅读笔记`: one more is a field sooner than a paper


_COUNTED = re.compile(r"(?i)(?:paper|论文|論文|논문)\s*\d{1,2}\s*[:：.、)-]\s*(?=\S)")


def is_counted(heading: str) -> bool:
    """Tell whether a heading says that a paper stands below it, and which of several: `Paper 2: …`."""
    return _COUNTED.match(heading.lstrip("*_ ")) is not None


def is_review(title: str) -> bool:
    """Tell whether a title says that it heads a note on a paper (`[Paper Review] …`)."""
    noted = title[-1:] in _NOTED_ENDS and _NOTED.search(title)
    if noted and size(title[: noted.start()]) >= _NAME:
        return True
    return _REVIEW.match(title) is not None or _SUMMARY.match(title) is not None
