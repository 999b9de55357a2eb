"""The words of headings that are neither title nor topic: papers follow, or data, contents, a part, other things."""

import re
from functools import lru_cache

from digestbot.parsing.terms import labels

_GENERIC_NAMES = (
    "contents;content;table of contents;table of content;toc;index;outline;agenda;menu;catalog;catalogue;"
    "paper;papers;papers list;paper list;paperlist;list of papers;list;reading;readings;required readings;"
    "required reading;more readings;more reading;extra readings;extra reading;optional readings;optional "
    "reading;additional readings;additional reading;further reading;further readings;reading list;recommended "
    "readings;recommended reading;suggested readings;suggested reading;daily papers;weekly papers;paper notes;"
    "reading notes;paper reading;paper readings;paper reading list;paper reading notes;research papers;all "
    "papers;must-read papers;must read papers;publications;articles;references;reference;bibliography;"
    "resources;resource;useful resources;useful resource;useful links;related links;see also;links;"
    "acknowledgements;acknowledgement;acknowledgments;acknowledgment;license;licence;citation;citations;cite;"
    "how to cite;contributing;contribute;how to contribute;contributors;contact;contacts;contact us;changelog;"
    "change log;update;updates;updated;news;recent updates;latest updates;what's new;todo;to do;to-do list;"
    "todo list;faq;usage;install;installation;getting started;quick start;requirements;people;members;"
    "schedule;logistics;announcement;announcements;about;overview;introduction;intro;preface;foreword;summary;"
    "star history;latest papers;recent papers;list of works;"
    "目录;目錄;论文;论文列表;论文清单;论文笔记;论文阅读;论文阅读笔记;阅读列表;阅读笔记;论文集;"
    "论文合集;论文汇总;参考;参考文献;参考资料;更新;更新日志;更新记录;致谢;联系;联系我们;许可;许可证;贡献者;"
    "如何贡献;说明;前言;简介;介绍;引言;概述;总览;资源;链接;相关链接;使用说明;はじめに;目次;"
    "論文;学術論文;論文リスト;論文一覧;論文メモ;まとめ;更新履歴;概要;論文まとめ;목차;소개;개요;논문;"
    "논문 목록;논문 리스트;논문 리뷰;논문 정리;참고;참고문헌;참고자료;업데이트"
)
_DATA_NAMES = (
    "metadata;meta data;meta info;meta information;info;information;details;paper info;paper information;"
    "paper metadata;paper details;basic info;basic information;bibliographic information;bibliographic info;"
    "key facts;quick facts;at a glance;citation;cite;link;links;paper;基本信息;论文信息;论文基本信息;文献信息;元数据;"
    "元信息;論文情報;書誌情報;文献情報;基本情報;メタデータ;논문 정보;논문 기본 정보;기본 정보;메타데이터;"
    "서지정보;서지 정보"
)
_DATA = frozenset(_DATA_NAMES.split(";"))
_GENERIC = _DATA.union(_GENERIC_NAMES.split(";"))
_EMPTY_NAMES = (
    "contents;content;table of contents;table of content;toc;outline;agenda;menu;contributing;"
    "contribute;how to contribute;contributors;license;licence;citation;how to cite;acknowledgements;"
    "acknowledgement;acknowledgments;acknowledgment;changelog;change log;update history;update log;updates log;"
    "version history;release history;release notes;release note;todo;to do;faq;usage;install;"
    "installation;getting started;quick start;requirements;people;members;logistics;contact;contact "
    "us;star history;template;submission format;format;目录;目錄;致谢;联系;联系我们;许可;许可证;贡献者;"
    "如何贡献;使用说明;更新日志;目次;更新履歴;목차;references;reference;bibliography;参考文献;参考资料;参考;"
    "참고문헌;참고자료;참고;规则;规范;模板;格式;作成ルール;ルール;テンプレート;フォーマット;書き方;作成方法;"
    "규칙;작성 규칙;"
    "작성 방법;작성법;양식;템플릿"
)
_CONTENTS_NAMES = "contents;content;table of contents;table of content;toc;outline;menu;todo;to do;目录;目錄;目次;목차"
_CONTENTS = frozenset(_CONTENTS_NAMES.split(";"))
_HOLDS_NONE = frozenset(_EMPTY_NAMES.split(";"))
_ELSE_WORDS = re.compile(
    r"\b(?:tools|toolkits?|toolbox(?:es)?|libraries|tutorials?|courses?|books|blogs?|(?:blog\s*)?posts|videos|talks|"
    r"lectures?|slides|workshops?|projects|repos(?:itories)?|links|websites?|leaderboards?|demos|frameworks|"
    r"miscellaneous|presentations|thoughts|challenges|competitions|seminars?|podcasts?|communities|labs|groups|researchers?|"
    r"implementations|codebases?|codes|newsletters?|conferences|keynotes?|speakers?|"
    r"(?:other|useful|additional|related|online|external|learning)\s+resources?|"
    r"(?:tool|library|software|book|post|talk|project|repo|news|demo|framework|community|lab|group|implementation|code)"
    r"(?![\s-]+(?!and\b|or\b|of\b|for\b|from\b|by\b|on\b|in\b)[^\W\d]))\b",
    re.IGNORECASE,
)
"""What is no paper; of these words some are fields' as well where another follows (`Code Generation`)."""
_ELSE_CJK = re.compile(
    "工具(?!学习|使用|调用)|教程|课程(?!学习)|书籍|博客|项目|资源|链接(?!预测)|实验室|比赛|竞赛|ブログ|書籍|ツール|도구"
    "|블로그|강의|(?<!像[/／、和与及])视频(?![\u4e00-\u9fff])"
    "|视频(?=教程|课|讲|解[读说]|介绍|资[源料]|链接|网站|推荐|列表|[合集汇]|分享|演示|回放|[和与及或、])"
)
"""The same in Chinese, Japanese and Korean; `视频` is a field's word where what is done with videos follows it."""
_LONGEST_CJK = 7
"""Characters of a heading that such a word can make an announcement; longer ones are titles that speak of videos."""
_PAPER_WORDS = re.compile(
    r"(?<!in )(?<!by )(?<!in the )\b(?:papers?(?:lists?)?|readings?|publications?|articles|literature|bibliography|"
    r"surveys?|preprints?)\b|论文|論文|文献|"
    r"阅读|综述|논문|문헌|サーベイ|리뷰",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"(?i)\barticles\b")
"""What are papers, but not beside posts and the like."""


_PLAIN_WORDS = re.compile(
    r"(?:(?:papers?|readings?|read|notes?|lists?|reviews?|weekly|daily|monthly|reviewed|my|our|the|of|and|group|club|log|summary|summaries"
    r"|paperlist|research|collection|archive|latest|recent|new|for|this|week|month|to|update[ds]?|all|selected|repo(?:sitory)?"
    r"|key|important|chronological)\b|关键|重要|核心"
    r"|论文|阅读|笔记|列表|目录|清单|合集|汇总|每日|每周|每月|整理|论文集|推荐|精读|周报|日报|논문|리뷰|목록|정리|리스트|스터디|읽기|論文|メモ|一覧|まとめ|読み"
    r"|読書|リスト|[\W\d_]|の)+"
)


_TOP = re.compile(
    r"[\w\s&/+-]{0,40}\b(?:papers?|research|readings?|reads)\s*(?:of|in|from|for|this|last)?\s*(?:the|this|last|each)?\s*(?:day|week|month|year)s?"
)
"""A digest's own name: `Top ML Papers of the Week`."""
_SURVEYS = frozenset(["reviews", "review papers", "review articles"])
"""What is called a review here sums up a field: a topic, unlike a `paper review`."""
_TIMES = ("day", "week", "month", "year", "days", "weeks", "months", "years")
_LAST_WORDS = frozenset(name.rsplit(" ", 1)[-1] for name in _GENERIC)


def _ends_otherwise(heading: str) -> bool:
    """Tell whether a heading's last word is one that no generic heading ends with: a glance at most titles' ends."""
    last = heading.rpartition(" ")[2]
    if not (len(last) < len(heading) and last.isascii() and last.isalpha()):
        return False
    last = last.lower()
    return last not in _LAST_WORDS and not last.endswith(_TIMES) and not _PLAIN_WORDS.fullmatch(last)


@lru_cache(maxsize=4096)
def is_generic(heading: str) -> bool:
    """Tell whether a heading says only that papers follow, or what no topic is: `PaperList`, `Required Readings`."""
    if _ends_otherwise(heading):
        return False
    name = labels.fold(heading)
    return (
        name in _GENERIC
        or not any(map(str.isalnum, heading))
        or (_PLAIN_WORDS.fullmatch(name) is not None and name not in _SURVEYS)
        or (name.endswith(_TIMES) and _TOP.fullmatch(name) is not None)
    )


def is_data(heading: str) -> bool:
    """Tell whether a heading only says that data on a paper follow: `Metadata`, `基本信息`."""
    name = labels.fold(heading)
    return name in _DATA or (name.endswith((" metadata", " information", " info")) and len(name) < 30)


def holds_none(heading: str) -> bool:
    """Tell whether nothing below a heading is a paper that the note is about: contents, contributors, references."""
    return labels.fold(heading) in _HOLDS_NONE


def is_contents(heading: str) -> bool:
    """Tell whether a heading stands over a table of contents: nothing below itself, its sub-headings may be any."""
    return labels.fold(heading) in _CONTENTS


_JOINT = re.compile(r"\s*(?:[、/／&＆,，+·・()（）:：]|\band\b|\bor\b|[与和及と]|\s+및\s+|\s)\s*")
LONGEST_PART = 60  # characters


@lru_cache(maxsize=4096)
def is_part(heading: str) -> bool:
    """Tell whether a heading is a part of a note on one paper: `Method`, `実験`, `どんなもの？`, `方法 (Method)`.

    Several parts joined are one too: `Authors and Institutions`, `主要内容与研究方法`.
    """
    if labels.role_of(heading) is not None:
        return True
    if len(heading) > LONGEST_PART:
        return False
    folded = labels.fold(heading)
    if (first := _JOINT.split(folded, 1)[0]) and first not in labels.ROLES:
        return False
    pieces = [piece for piece in _JOINT.split(folded) if piece]
    return len(pieces) > 1 and all(piece in labels.ROLES for piece in pieces)


_COINED = re.compile(
    r"(?:(?=\S{0,30}[a-z0-9]\S{0,30}[A-Z])[^\s:：]+[:：]\s|[^\s:：]+[:：]\s+(?:An?|The)\s)(?:\S+\s+){2}"
)
"""A new name, or any with an article behind it, as titles begin: `TorchRL: data for agents`, `Attic: A Room …`."""


@lru_cache(maxsize=1024)
def is_elsewhere(heading: str) -> bool:
    """Tell whether a heading announces other things than papers: tools, courses, blogs."""
    if ":" in heading and _COINED.match(heading):
        return False
    said = _ELSE_WORDS.search(heading) or (_ELSE_CJK.search(heading) and _cjk(heading) <= _LONGEST_CJK)
    return bool(said) and not _PAPER_WORDS.search(_ARTICLES.sub("", heading))


def _cjk(text: str) -> int:
    return sum(sign >= "\u3040" for sign in text)


_JOINED = re.compile("(?<=[a-z])(?=[A-Z])")  # words as in a repository's name: `PaperReading`


@lru_cache(maxsize=1024)
def says_papers(heading: str) -> bool:
    """Tell whether a heading announces papers."""
    return bool(_PAPER_WORDS.search(_JOINED.sub(" ", heading)))
