"""What note writers call things, in English, Chinese, Japanese and Korean: the words that carry meaning for the reader.

Words are compared folded: without case, marks around them, numbering and a colon at the end.
"""

import re
from functools import lru_cache
from typing import Literal

Role = Literal[
    "keypoints",
    "objective",
    "tldr",
    "abstract",
    "comment",
    "notes",
    "authors",
    "venue",
    "date",
    "period",
    "title",
    "topic",
    "links",
    "part",
]

_ROLES: dict[Role, str] = {
    "keypoints": "keypoints;keypoint;keywords;keyword;key words;key word;key-words;"
    "key-word;tags;tag;index terms;paper tags;topics/tags;分类标签;论文标签;关键词;關鍵詞;"
    "关键字;關鍵字;标签;標籤;关键点;关键术语;"
    "キーワード;タグ;キーポイント;키워드;태그;핵심 키워드;论文关键词;核心关键词;论文标签",
    "objective": "objective;objectives;goal;goals;aim;aims;purpose;目标;目標;目的;研究目的;研究目标;论文目的;목적;목표",
    "tldr": "tl;dr;tldr;one-line summary;one line summary;one-sentence summary;in one sentence;in a nutshell;"
    "takeaway;"
    "takeaways;key takeaway;gist;"
    "overview;summary;一句话总结;一句话;一句话概括;总结;概述;概括;概要;核心思想;核心内容;主要内容;内容简介;简介;"
    "内容;要約;一言でいうと;一言で言うと;"
    "ひとことで言うと;ひとことでいうと;行まとめ;一言;論文の概要;核心总结;论文总结;全文总结;论文简介;论文概述;"
    "一句话介绍;一句话简介;"
    "太长不看;핵심 요약;세 줄 요약;줄 요약;논문 요약;どんなもの;どんなもの？;論文概要;まとめ;한줄 요약;"
    "한 줄 요약;한줄요약;요약;개요;핵심",
    "abstract": "abstract;摘要;论文摘要;要旨;アブストラクト;초록",
    "comment": "comment;comments;remark;remarks;my comment;"
    "评论;评语;点评;短评;备注;備註;評価;コメント;感想;코멘트;비고",
    "notes": "notes;note;ps;p.s;thoughts;my thoughts;笔记;筆記;思考;想法;メモ;메모;노트",
    "authors": "authors;author;author(s);by;written by;作者;论文作者;著者;저자;제1저자;作者团队;第一作者;"
    "作者信息;作者列表;著者名;저자들",
    "venue": "venue;conference;conf;journal;publication;published in;published at;publisher;publication venue;"
    "proceedings;conference/journal;venue/year;"
    "会议;會議;期刊;会议/期刊;期刊/会议;发表于;发表会议;发表期刊;出处;出典;来源;发表;收录;刊物;学会;会議;論文誌;"
    "学会/雑誌;"
    "发表在;发表平台;收录情况;收录于;论文来源;会议名称;期刊名称;发表信息;発表学会;掲載;掲載誌;掲載先;発表会議;会議名;"
    "ジャーナル;"
    "학회;학회/저널;저널;출처;게재;게재 학회;발표 학회;학술지;컨퍼런스",
    "date": "date;year;published;publish date;publication date;published date;submitted;submitted on;submission date;"
    "publish time;release date;日付;日程;"
    "publication year;released;when;时间;日期;发表时间;发表日期;年份;年;"
    "发布时间;发表年份;提交时间;出版年;発表年;投稿日;"
    "公開日;投稿日付;発行日;発表日;出版日;掲載日;发布日期;出版时间;提交日期;게재일;발행일;발표 연도;출판 연도;"
    "출판일;공개일;"
    "연도;발표일;년도;날짜;출판년도",
    "period": "read on;read date;date read;reading date;meeting date;presented;presented on;meeting;session;阅读时间;"
    "阅读日期;分享时间;分享日期;报告时间;汇报时间;"
    "记录时间;记录日期;笔记日期;読んだ日;読んだ日付;読了日;발표 날짜;읽은 날짜;읽은 날;발표 일자",
    "title": "title;paper title;title of paper;paper name;name of paper;full title;标题;標題;题目;題目;论文题目;"
    "发表论文;对应论文;原始论文;"
    "参考论文;论文标题;论文名称;论文名;文章标题;文章题目;"
    "英文标题;英文题目;原论文名称;原论文标题;原论文题目;原标题;原文标题;文章名;论文全名;タイトル;論文タイトル;"
    "論文名;論文題目;題名;原題;"
    "제목;논문 제목;논문제목;논문명;논문 이름;논문이름;원제",
    "topic": "topic;topics;category;categories;subject;subjects;area;field;task;tasks;domain;direction;theme;"
    "类别;类型;"
    "分类;分類;主题;領域;领域;方向;研究方向;任务;"
    "研究领域;所属领域;论文方向;カテゴリ;カテゴリー;分野;研究分野;ジャンル;テーマ;주제;연구 분야;토픽;분야;"
    "카테고리;분류;태스크",
    "links": "download;paper;papers;pdf;arxiv;link;links;url;urls;doi;paper link;paper url;paper address;source;"
    "source code;code;codes;github;repo;repository;"
    "implementation;official code;code link;project;project page;website;homepage;page;demo;video;slides;dataset "
    "link;openreview;reference link;"
    "链接;論文;论文;论文链接;论文地址;原文链接;原文;原论文;论文原文;文章链接;代码;代码链接;代码地址;源码;源码链接;"
    "开源地址;开源代码;项目;项目主页;项目地址;项目链接;主页;資料;자료;"
    "原论文链接;文献链接;原文地址;论文pdf;论文主页;代码仓库;仓库;官方代码;项目代码;元論文;原論文;論文へのリンク;"
    "実装;公式実装;"
    "ソースコード;원문;원문 링크;논문 주소;소스코드;소스 코드;공식 코드;공식 구현;구현;"
    "论文下载;下载;下载地址;论文/代码;リンク;論文リンク;コード;プロジェクト;論文url;링크;논문;논문 링크;논문링크;"
    "코드;깃허브;프로젝트;hf;huggingface;model;"
    "paper/code;blog;poster;arxiv link;arxiv id;paperwithcode",
    "part": "method;methods;methodology;approach;approaches;model;models;architecture;framework;algorithm;main "
    "pipeline;pipeline;idea;key idea;main idea;ideas;core idea;"
    "motivation;motivations;problem;problems;problem statement;task definition;background;related work;related "
    "works;prior work;introduction;intro;preliminaries;"
    "contribution;contributions;main contribution;main contributions;novelty;innovation;innovations;highlights;"
    "strengths;strength;weaknesses;weakness;pros;cons;pros and cons;"
    "advantages;disadvantages;limitation;limitations;future work;conclusion;conclusions;discussion;discussions;"
    "analysis;results;result;main results;findings;key findings;"
    "experiment;experiments;experimental results;experimental setup;evaluation;evaluations;metric;metrics;dataset;"
    "datasets;data;benchmark;benchmarks;training;"
    "implementation details;details;ablation;ablations;ablation study;ablation studies;insight;insights;questions;"
    "question;open questions;impact;challenge;challenges;"
    "solution;solutions;proposed method;proposed approach;loss;loss function;losses;inference;appendix;tl;related;"
    "significance;setup;settings;observation;observations;"
    "key points;key point;main points;research question;research questions;key contributions;presenter;"
    "what;why;how;so what;next;affiliation;affiliations;institution;institutions;"
    "institute;organization;"
    "方法;模型;架构;算法;框架;动机;研究动机;问题;研究问题;背景;研究背景;相关工作;引言;介绍;导言;前言;贡献;"
    "主要贡献;创新点;创新;亮点;优点;缺点;优缺点;不足;局限;局限性;"
    "结论;讨论;分析;结果;实验;实验结果;实验设置;实验分析;评估;评价指标;指标;数据集;数据;训练;细节;实现细节;"
    "消融实验;研究方法;研究内容;研究现状;实验方法;核心工作;算法流程;训练流程;我的思考;个人思考;总结与思考;启发;"
    "疑问;问题与思考;未来工作;挑战;解决方案;"
    "代码实现;代码解析;代码分析;源码分析;解决的问题;解决方法;机构;单位;研究机构;核心方法;主要方法;核心贡献;损失函数;改进;改进点;应用;"
    "先行研究と比べてどこがすごい;先行研究と比べてどこがすごいの;先行研究と比べてどこがすごいか;"
    "先行研究と比べて何がすごい;技術や手法のキモはどこ;技術や手法のキモはどこにある;"
    "技術や手法の肝は;技術や手法の肝はどこ;どうやって有効だと検証した;どうやって有効だと検証したか;議論はある;"
    "議論はあるか;次に読むべき論文は;次に読むべき論文はあるか;次に読むべき論文;"
    "手法;提案手法;実験;実験結果;結果;結論;背景;課題;導入;新規性;貢献;議論;考察;関連研究;データセット;評価;"
    "目的と背景;所属;有効性;検証方法;"
    "방법;방법론;모델;모델 구조;구조;실험;실험 결과;결과;결론;배경;서론;동기;문제;문제 정의;기여;기여점;한계;"
    "한계점;장점;단점;데이터셋;데이터;평가;분석;관련 연구;제안 방법;제안;"
    "핵심 아이디어;아이디어;의의;토론;느낀점;느낀 점;소속;기관;핵심 기여;주요 기여;기존 연구;연구 배경;"
    "향후 연구;문제점;정리;고찰;"
    "問題設定;先行研究;提案;概念;詳細;今後の課題;感想と考察;落合フォーマット;落合陽一フォーマット;論文のリンク",
}
ROLES: dict[str, Role] = {
    name.strip(): role
    for role, names in _ROLES.items()
    for name in names.replace("tl;dr", "tl,dr").split(";")
    if name.strip()
}
ROLES["tl;dr"] = "tldr"

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
    "論文;論文リスト;論文一覧;論文メモ;まとめ;更新履歴;概要;論文まとめ;목차;소개;개요;논문;"
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
    "acknowledgement;acknowledgments;acknowledgment;changelog;change log;todo;to do;faq;usage;install;"
    "installation;getting started;quick start;requirements;people;members;logistics;contact;contact "
    "us;star history;template;submission format;format;目录;目錄;致谢;联系;联系我们;许可;许可证;贡献者;"
    "如何贡献;使用说明;更新日志;目次;更新履歴;목차;references;reference;bibliography;参考文献;参考资料;参考;"
    "참고문헌;참고자료;참고;规则;规范;模板;格式;作成ルール;ルール;テンプレート;フォーマット;書き方;作成方法;"
    "규칙;작성 규칙;"
    "작성 방법;작성법;양식;템플릿"
)
_CONTENTS_NAMES = "contents;content;table of contents;table of content;toc;outline;menu;目录;目錄;目次;목차"
_CONTENTS = frozenset(_CONTENTS_NAMES.split(";"))
_HOLDS_NONE = frozenset(_EMPTY_NAMES.split(";"))
_ELSE_WORDS = re.compile(
    r"\b(?:tools|toolkits?|toolbox(?:es)?|libraries|tutorials?|courses?|books|blogs?|(?:blog\s*)?posts|videos|talks|"
    r"lectures?|slides|workshops?|projects|repos(?:itories)?|links|websites?|leaderboards?|demos|frameworks|"
    r"miscellaneous|thoughts|challenges|competitions|seminars?|podcasts?|communities|labs|groups|researchers?|"
    r"implementations|codebases?|codes|newsletters?|conferences|keynotes?|speakers?|"
    r"(?:other|useful|additional|related|online|external|learning)\s+resources?|"
    r"(?:tool|library|software|book|post|talk|project|repo|news|demo|framework|community|lab|group|implementation|code)"
    r"(?![\s-]+(?!and\b|or\b|of\b|for\b|from\b|by\b|on\b|in\b)[^\W\d]))\b",
    re.IGNORECASE,
)
"""What is no paper; of these words some are fields' as well where another follows (`Code Generation`)."""
_ELSE_CJK = re.compile(
    "工具|教程|课程|书籍|博客|视频|项目|资源|链接|实验室|比赛|竞赛|ブログ|書籍|ツール|도구|블로그|강의"
)
_LONGEST_CJK = 7
"""Characters of a heading that such a word can make an announcement; longer ones are titles that speak of videos."""
_PAPER_WORDS = re.compile(
    r"(?<!in )(?<!by )(?<!in the )\b(?:papers?|readings?|publications?|articles|literature|bibliography|surveys?|"
    r"preprints?)\b|论文|論文|文献|"
    r"阅读|综述|논문|문헌|サーベイ|리뷰",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"(?i)\barticles\b")
"""What are papers, but not beside posts and the like."""

_LEAD = re.compile(r"(?:[\W_]+|\d{1,2}(?:\.\d+)*(?:\s*[.、)：:]?\s+|(?=[\u3400-\u9fff\uac00-\ud7af]))|[ivx]+\.\s+)+")
_END = re.compile(r"[\W_]+$")
_ENUMERATED = re.compile(
    r"(?:[\W_]*(?:\d{1,2}(?:\.\d+)*|[ivx]{1,4}|[一二三四五六七八九十]{1,3}|[a-h])\s*[.、)．:：]\s*)+", re.IGNORECASE
)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Fold a heading or label for comparison with the words above."""
    text = " ".join(text.casefold().replace("’", "'").split())
    if text.startswith("tl;dr"):
        return "tl;dr"
    for lead in (_ENUMERATED, _LEAD):
        if found := lead.match(text):
            text = text[found.end() :]
    return text if text[-1:].isalnum() else _END.sub("", text)


@lru_cache(maxsize=8192)
def role_of(label: str) -> Role | None:
    """Return what a label stands for, None if it is none of the known ones."""
    if len(label) > _LONGEST_LABEL:
        return None
    name = fold(label)
    role = ROLES.get(name) or (_role_of_several(name) if _SEVERAL.search(name) else None)
    if role is None and (of := _OF_THE_PAPER.match(name)):
        return ROLES.get(name[of.end() :])
    return role


def may_say_title(line: str) -> bool:
    """Tell whether a line may have a label for a title: a glance that spares most lines the search for one."""
    folded = line.lower()
    return "title" in folded or "name" in folded or not line.isascii()


_OF_THE_PAPER = re.compile(r"(?:原?论文|論文|논문\s|文献|文章|原文|本文)的?の?(?=.)")
"""Words that a label needs not have to say what it does (`论文下载地址`)."""


_LONGEST_LABEL = 50  # characters: over twice the longest known one, which leaves room for two of them
_SEVERAL = re.compile(r"[(（,、/]| or | and ")


def _role_of_several(name: str) -> Role | None:
    """Return what names that stand for one thing stand for: `会議, 論文誌, etc`, `venue / journal`, `投稿日(y/m)`."""
    if fold(_SEVERAL.split(name, 1)[0]) not in _OR_NONE:
        return None
    names = [fold(part) for part in _SEVERAL.split(re.sub(r"\s*[(（][^()（）]*[)）]?$", "", name))]
    roles: set[Role | None] = {ROLES.get(part) for part in names if part not in {"etc", "など", "等"}}
    return next(iter(roles)) if len(roles) == 1 else None


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


@lru_cache(maxsize=4096)
def is_generic(heading: str) -> bool:
    """Tell whether a heading says only that papers follow, or what no topic is: `PaperList`, `Required Readings`."""
    name = fold(heading)
    return (
        name in _GENERIC
        or not any(map(str.isalnum, heading))
        or (_PLAIN_WORDS.fullmatch(name) is not None and name not in _SURVEYS)
        or (name.endswith(_TIMES) and _TOP.fullmatch(name) is not None)
    )


def is_data(heading: str) -> bool:
    """Tell whether a heading only says that data on a paper follow: `Metadata`, `基本信息`."""
    name = fold(heading)
    return name in _DATA or (name.endswith((" metadata", " information", " info")) and len(name) < 30)


def holds_none(heading: str) -> bool:
    """Tell whether nothing below a heading is a paper that the note is about: contents, contributors, references."""
    return fold(heading) in _HOLDS_NONE


def is_contents(heading: str) -> bool:
    """Tell whether a heading stands over a table of contents: nothing below itself, its sub-headings may be any."""
    return fold(heading) in _CONTENTS


_JOINT = re.compile(r"\s*(?:[、/／&＆,，+·・()（）:：]|\band\b|\bor\b|[与和及と]|\s+및\s+|\s)\s*")
LONGEST_PART = 60  # characters
_OR_NONE = frozenset(["", *ROLES])


@lru_cache(maxsize=4096)
def is_part(heading: str) -> bool:
    """Tell whether a heading is a part of a note on one paper: `Method`, `実験`, `どんなもの？`, `方法 (Method)`.

    Several parts joined are one too: `Authors and Institutions`, `主要内容与研究方法`.
    """
    if role_of(heading) is not None:
        return True
    if len(heading) > LONGEST_PART:
        return False
    folded = fold(heading)
    if _JOINT.split(folded, 1)[0] not in _OR_NONE:
        return False
    pieces = [piece for piece in _JOINT.split(folded) if piece]
    return len(pieces) > 1 and all(piece in ROLES for piece in pieces)


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
