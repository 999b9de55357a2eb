"""Labels, and what each stands for: `Authors`, `关键词`, `どんなもの？`, in English, Chinese, Japanese and Korean.

Labels are compared folded: without case, marks around them, numbering and a colon at the end.
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
    "keypoints": "keypoints;keypoint;key;keys;keywords;keyword;key words;key word;key-words;"
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

_LEAD = re.compile(r"(?:[\W_]+|\d{1,2}(?:\.\d+)*(?:\s*[.、)：:]?\s+|(?=[\u3400-\u9fff\uac00-\ud7af]))|[ivx]+\.\s+)+")
_END = re.compile(r"[\W_]+$")
_ENUMERATED = re.compile(
    r"(?:[\W_]*(?:\d{1,2}(?:\.\d+)*|[ivx]{1,4}|[一二三四五六七八九十]{1,3}|[a-h])\s*[.、)．:：]\s*)+", re.IGNORECASE
)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Fold a heading or label for comparison with known ones."""
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
        role = ROLES.get(name[of.end() :])
    return "links" if role is None and _ADDRESS.fullmatch(name) else role


_ADDRESS = re.compile(r"[\u4e00-\u9fff]{2,6}(?:链接|地址)")
"""Words for an address: `规范链接`."""


def may_say_title(line: str) -> bool:
    """Tell whether a line may have a label for a title: a glance that spares most lines the search for one."""
    folded = line.lower()
    return "title" in folded or "name" in folded or not line.isascii()


_OF_THE_PAPER = re.compile(r"(?:原?论文|論文|논문\s?|文献|文章|原文|本文)的?の?(?=.)")
"""Words that a label needs not have to say what it does (`论文下载地址`)."""


_LONGEST_LABEL = 50  # characters: over twice the longest known one, which leaves room for two of them
_SEVERAL = re.compile(r"[(（,、/]| or | and ")


def _role_of_several(name: str) -> Role | None:
    """Return what names that stand for one thing stand for: `会議, 論文誌, etc`, `venue / journal`, `投稿日(y/m)`."""
    if (first := fold(_SEVERAL.split(name, 1)[0])) and first not in ROLES:
        return None
    names = [fold(part) for part in _SEVERAL.split(re.sub(r"\s*[(（][^()（）]*[)）]?$", "", name))]
    roles: set[Role | None] = {ROLES.get(part) for part in names if part not in {"etc", "など", "等"}}
    roles -= {"date"} if roles & {"authors", "venue"} else set()
    return next(iter(roles)) if len(roles) == 1 else None
