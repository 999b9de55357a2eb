"""What writers put around a title (numbers, marks, quotes, `[Paper Review]`): taking it off, and what it tells."""

import html
import re
from functools import lru_cache

from digestbot.parsing.markdown.span import squeeze, unwiki
from digestbot.parsing.terms import titles

_NUMBER = re.compile(
    r"^(?:[（(\[]\s*\d{1,3}\s*[)）\]]|\d{1,3}(?:\.\d{1,2})*(?:-[A-Z])?\s*[.)、．](?!\d)|\d{1,3}\s*[:：]|[①-⑳]|第?\d{1,3}\s?[편화篇回话話期]\s?[:：.、]|"
    r"[A-Z]{1,4}(?:-[A-Z]{2,8})+-0\d{1,3}:|No\.?\s*\d+[.:]?|(?:[\w-]++/[\w.-]++)?#\d+[.:]?|Top\s*\d{1,3}\s*[.:：、)-]|(?:Paper|论文|論文)\s*\d{1,3}\s*[.:：、)-])\s*(?=\S)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){1,3}\s+(?=[^\W\d])(?!(?i:[mb]illion|bits?|[dx])\b)"
    r"|\d{1,2}\s+(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
)
_SIGNS = re.compile(
    r"[ \-–—•·*+:：,，.。|>~_\u2190-\u21ff\u2300-\u245f\u2500-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+"
)
"""What leads a title: stops, arrows, shapes, emoji; circled numbers and signs of mathematics are its own."""
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
    "〈": "〉",
    "`": "`",
}
_TWICE = (("``", "''"), ("“", "“"))  # as TeX quotes, and some who have one key for both
_FOOTNOTE = re.compile(r"\[\^[^\[\]]{1,20}\]")
_HASHTAGS = re.compile(r"(?:\s+#[^\W\d_][\w/-]*)+\s*$")
_HIGHLIGHT = re.compile(r"==(?! )([^=\n]+)(?<! )==")  # as Obsidian and Typora mark words
_EMOJI_CODE = re.compile(r":[a-z][a-z0-9_+-]{2,}:(?:\s+|(?!\w))|(?<!\w):[a-z][a-z0-9_+-]{2,}:")
_NAMED_TWICE = re.compile(r"^([^:]{2,30}): (?=\1: )")
_NAMED_BEHIND = re.compile(r"(?<=[\w?!])（[A-Za-z][\w+-]{1,20}）$")
_NAMED_AFTER = re.compile(r" / [A-Za-z][\w-]*[A-Z\d][\w+-]*$")
_KIND = re.compile(r"\s*\[(?:[JCMDRNP]|(?:EB|[JC])/OL)\]$")
_BEFORE_SITE = re.compile(r"《([^《》]{4,300})》\s*[|｜]")
_JOINED = re.compile(r"[^\W_]+(?:[-_][^\W_]+){4,}")
_FULL_STOP = re.compile(r"(?<![.\s][A-Za-z])(?<!\.)[.。]$")


_PLAIN = re.compile(
    r"(?!(?i:paper|review|note|summary|no\.?\s*\d|top\s*\d))(?![A-Za-z]+-?\d{4}-)"
    r"[A-Za-z](?:[A-Za-z' ,-]*+:)?[A-Za-z\d' ,-]*+(?<=[A-Za-z])"
)


@lru_cache(maxsize=1024)
def is_plain(text: str) -> bool:
    """Tell whether a text is words alone, with nothing on it to be taken off: no number, venue, mark or bracket."""
    return _PLAIN.fullmatch(text) is not None and " " in text and "  " not in text and " - " not in text


@lru_cache(maxsize=4096)
def clean_title(text: str) -> str:
    """Return a title without number, marks, quotes, brackets all around it, and with single plain spaces."""
    if text.count(":") > 1:
        text = _NAMED_TWICE.sub("", _EMOJI_CODE.sub("", text))
    if "[^" in text:
        text = _FOOTNOTE.sub("", text)
    if " #" in text:
        text = _HASHTAGS.sub("", text)
    if "==" in text:
        text = _HIGHLIGHT.sub(r"\1", text)
    title = squeeze(unwiki(html.unescape(text) if "&" in text else text)).removesuffix(".pdf")
    while title.endswith("[]"):
        title = title[:-2].rstrip()
    for _ in range(4):
        before = title
        title = _without(_SIGNS, _without(_TASK, title)).rstrip(_LAST_SIGNS)
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
    if title.endswith((" 论文", " 論文", " 논문")) and not titles.is_cjk(title[:-3]) and titles.size(title) > _FIELD:
        return title[:-3]
    ended = title.endswith((")", "）", "]"))
    found = _UNFINISHED.search(title) if ended else _NOTED.search(title) if title[-1:] in _NOTED_ENDS else None
    return title[: found.start()] if found and titles.could_be_title(title[: found.start()]) else title


def _without_name(title: str) -> str:
    """Take off the short name that a note's writer put behind an English title in brackets of full width."""
    found = _NAMED_BEHIND.search(title)
    named = found is not None and not titles.is_cjk(title) and titles.size(title[: found.start()]) > 3
    return title[: found.start()] if found and named else title


def without_name_after(title: str) -> str:
    """Take off the short name that stands behind a title and a stroke (`Title / ResNet`)."""
    found = _NAMED_AFTER.search(title) if " / " in title else None
    return title[: found.start()] if found and titles.size(title[: found.start()]) > 3 else title


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
    for first, last in ((title[:1], _PAIRS[title[:1]]), *_TWICE) if title[:1] in _PAIRS else ():
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
    r"|\s*论文(?:阅读|笔记|解读|精读|速读)\s+(?=[A-Za-z])|\s*paper\s(?:review|reading|notes?)\s?[_-]\s*(?-i:(?=[A-Z]))|\s*(?:paper\s*(?:review|reading|notes?|summary)|论文(?:阅读|笔记|解读|精读|阅读笔记)|論文(?:メモ|紹介|読み)|(?:論文)?(?:調査|読書)(?:ノート|メモ)|调研笔记|"
    r"papers?\s+of\s+the\s+(?:day|week|month)|論文(?:まとめ|レビュー)|论文速读|paper|论文|論文|논문|논문\s*(?:리뷰|정리|요약)|p\d{1,3}\s+(?:요약|리뷰|정리|笔记|解读|メモ|まとめ)|(?:review|notes?\s*(?:on|for)|summary\s*of))(?:\s*[:：|]|\s+[-–—]\s))\s*",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"\s*[\[【]\s*(?:日本語)?(?:まとめ|要約|メモ|读书笔记|阅读笔记|笔记|解读|요약|정리|리뷰)\s*[\]】]\s*"
)
_NOTED = re.compile(
    r"[\s_:：|-]*(?:(?:论文|文献)?(?:阅读|学习|精读|读书)?笔记|论文(?:阅读|解读|精读|总结)|(?:の)?論文(?:メモ|紹介|まとめ)|の(?:解説|まとめ|要約|メモ)|"
    r"논문\s*(?:리뷰|정리|요약)|(?<![^\x00-\x7f])(?:解读|精读|详解|리뷰))$"
)
_UNFINISHED = re.compile(
    r"(?i)\s?[(（\[]\s?(?:작성\s?중|진행\s?중|미완성?|未完成?|更新中|待更新|執筆中|作成中|in progress|wip|draft"
    r"|to ?do|unfinished|(?:sections?|chapters?|sec\.|ch\.|pages?|pp?\.|§)\s?\d[\d.,\s–&-]*)\s?[)）\]]$"
)
"""What a writer adds to the title over a note that is not done, or of a paper that is to be read in part."""

_NOTED_ENDS = frozenset("记读结解説め約モ介뷰리약")


_FIELD = 5  # words of a field at most, before `论文` that stands for its papers
_NAME = 2  # words before `论文阅读笔记`: one more is a field sooner than a paper


_COUNTED = re.compile(r"(?i)(?:paper|论文|論文|논문)\s*\d{1,2}\s*[:：.、)-]\s*(?=\S)")


def is_counted(heading: str) -> bool:
    """Tell whether a heading says that a paper stands below it, and which of several: `Paper 2: …`."""
    return _COUNTED.match(heading.lstrip("*_ ")) is not None


def is_review(title: str) -> bool:
    """Tell whether a title says that it heads a note on a paper (`[Paper Review] …`)."""
    noted = title[-1:] in _NOTED_ENDS and _NOTED.search(title)
    if noted and titles.size(title[: noted.start()]) >= _NAME:
        return True
    return _REVIEW.match(title) is not None or _SUMMARY.match(title) is not None
