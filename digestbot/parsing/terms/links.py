"""Links: what kind each is, by what the note calls it before where it leads."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote

from digestbot.identity import arxiv_id, fold_title
from digestbot.models import Link, LinkKind
from digestbot.parsing.terms import arxiv

_WORDS: dict[LinkKind, str] = {
    "code": "code codes github git implementation implementations repo repository pytorch tensorflow tf jax keras "
    "octocat paddle mindspore torch colab"
    " star stars notebook 代码 源码 程式碼 コード 코드 ソース 实现 實作 复现 구현 仓库 저장소 リポジトリ",
    "project": "project page pages site website webpage web homepage home demo gradio 主页 首页 项目 專案 官网 "
    "プロジェクト 프로젝트",
    "notes": "readnotes readnote notes note readingnotes blog blogpost post readme review summary zhihu medium 笔记 "
    "筆記 解读 解讀 阅读 博客 知乎 介绍"
    " ブログ ノート メモ 解説 노트 정리 리뷰 블로그",
    "paper": "paper papers pdf arxiv abs abstract openreview doi html publication publications preprint acl cvf ieee "
    "acm springer elsevier neurips"
    " iclr icml cvpr iccv eccv emnlp naacl aaai nature science proceedings fulltext eprint article report "
    "manuscript pmlr jmlr biorxiv nips"
    " 论文 論文 原文 全文 文章 文献 논문 페이퍼 본문",
    "other": "video videos slide slides poster talk dataset datasets data model models weights checkpoint checkpoints "
    "huggingface hugging face hf youtube"
    " supp supplementary supplement supplemental appendix material bib bibtex cite citation twitter tweet ppt "
    "pptx space spaces collection"
    " collections leaderboard wechat tutorial media news podcast discussion reddit bilibili download benchmark "
    "docs documentation api app discord"
    " presentation keynote interview course lecture annotated license 视频 幻灯片 数据集 数据 动画 下载 公众号 "
    "微信 视频讲解 스라이드 영상 スライド 動画 データセット",
}
_WEAK_WORDS = "main link links url urls here source online 链接 地址 网址 リンク 링크 来源 一手 click this"
_FILLING = (
    "official unofficial the and of for new part v1 v2 v3 ver version in our my a to on with via our "
    "original full raw extended short long read reading"
    " author authors authors' google cloud 3rd party third community reproduced re source eng en zh cn kr jp "
    "chinese english 官方 非官方 中文 英文 和 与"
    " technical tech oral spotlight workshop journal conference jupyter matlab c python caffe theano mxnet lua "
    "cuda chainer"
)
_KIND_OF_WORD: dict[str, LinkKind] = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_WEAK = frozenset(_WEAK_WORDS.split())
_LABEL_WORDS = _WEAK.union(_KIND_OF_WORD, _FILLING.split())
_CJK_WORD = re.compile("|".join(sorted((w for w in _LABEL_WORDS if ord(w[0]) > 0x2E7F), key=len, reverse=True)))
_TOKEN = re.compile(r"[a-z]+[0-9]*|[^\W\d_a-z]+")
SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
_LABEL_END = SPACES + "[](){}<>【】（）:：|,.*_`~-"
_LABEL_START = _LABEL_END + "📄📃📝🔗💻⭐🌟🏠🤗"
_PAPER_HOSTS = re.compile(
    r"(?:^|\.)(?:arxiv\.org|alphaxiv\.org|openreview\.net|aclanthology\.(?:org|info|coli\.uni-saarland\.de)|aclweb\.org|thecvf\.com|"
    r"dl\.acm\.org|doi\.org|ieeexplore\.ieee\.org"
    r"|ieee\.org|(?:nips|neurips)\.cc|mlr\.press|jmlr\.org|springer\.com|sciencedirect\.com|nature\.com|"
    r"science\.org|sciencemag\.org|biorxiv\.org"
    r"|medrxiv\.org|usenix\.org|ojs\.aaai\.org|aaai\.org|isca-speech\.org|ijcai\.org|semanticscholar\.org|"
    r"pnas\.org|cell\.com|wiley\.com|acm\.org"
    r"|ecva\.net|bmvc\d*\.org|mdpi\.com|frontiersin\.org|plos\.org|ssrn\.com|roboticsproceedings\.org|"
    r"eprint\.iacr\.org|techrxiv\.org|oup\.com|tandfonline\.com"
    r"|vldb\.org|ndss-symposium\.org|ar5iv\.(?:org|labs\.arxiv\.org)|iclr\.cc|icml\.cc|researchgate\.net|"
    r"ncbi\.nlm\.nih\.gov|hal\.science|mitpressjournals\.org|direct\.mit\.edu|papers\.cool|paperswithcode\.com|"
    r"chemrxiv\.org|distill\.pub|royalsocietypublishing\.org|aps\.org|acs\.org|projecteuclid\.org|"
    r"ietresearch\.onlinelibrary\.wiley\.com|dblp\.org|philpapers\.org|citeseerx\.ist\.psu\.edu|sagepub\.com|siam\.org|iospress\.nl|annualreviews\.org|"
    r"iop\.org|hindawi\.com|drops\.dagstuhl\.de|jstor\.org|osf\.io|"
    r"transformer-circuits\.pub|cvpr\d*\.thecvf\.com|jstage\.jst\.go\.jp|ixsq\.nii\.ac\.jp|anlp\.jp|cnki\.net|"
    r"dbpia\.co\.kr|kci\.go\.kr|riss\.kr|koreascience\.(?:or\.)?kr|kiise\.or\.kr|wanfangdata\.com\.cn)$"
)
_TALK = re.compile(r"slides?\b|lectures?\b|tutorial|poster|resume|/cv\b|syllabus|presentation")
_MEETING_HOSTS = re.compile(r"(?:^|\.)(?:nips|neurips|iclr|icml)\.cc$")
_CODE_HOSTS = re.compile(r"(?:^|\.)(?:github\.com|gitlab\.com|bitbucket\.org|gitee\.com|codeberg\.org)$")
_DOI = re.compile(r"/10\.\d{4,9}/\S")  # as publishers' addresses have it
_LISTINGS = re.compile(r"(?i)//openreview\.net/group|//papers\.cool/arxiv/[a-z.-]+$|/(?:cfp|call-?for-?papers)\b")
"""What these hosts have beside papers: a meeting's or a field's list, a call for papers."""

_BADGES = ("shields.io", "badge", "cdn.rawgit.com/sindresorhus", "awesome.re", "star-history")
_BARE = re.compile(r"https?://[^\s<>\"'`\[\]{}|\\^（）()，。；、】]+", re.IGNORECASE)


def label_of(text: str) -> str:
    """Return what a link is called, without brackets, pictures and marks around it."""
    return text.lstrip(_LABEL_START).rstrip(_LABEL_END)


def _words(name: str) -> list[str] | None:
    """Split a label into words, numbers left out; None if a run of CJK holds anything that no label is made of."""
    words: list[str] = []
    for token in _TOKEN.findall(name.lower().replace("-", " ")):
        if ord(token[0]) <= 0x2E7F:
            words.append(token if token in _LABEL_WORDS else token.rstrip("0123456789"))
            continue
        parts = _CJK_WORD.findall(token)
        if sum(map(len, parts)) != len(token):
            return None
        words += parts
    return words


@lru_cache(maxsize=4096)
def label_kind(label: str) -> LinkKind | None:
    """Return the kind that a link's label alone tells (`Code`, `论文`, `Project Page`), None if it is no such label."""
    name = label_of(label)
    if not name:
        return None if any(map(str.isalnum, label)) else "other"
    if len(name) > 40 or not any(map(str.isalpha, name)):
        return None
    words = _words(name)
    if not words or not _LABEL_WORDS.issuperset(words):
        return None
    told: LinkKind | None = next((kind for w in words if (kind := _KIND_OF_WORD.get(w))), None)
    return told or (None if _WEAK.isdisjoint(words) else "paper")


def is_specific(label: str) -> bool:
    """Tell whether a label says what the link is (`Paper`, `PDF`), unlike `here` or `link`."""
    return any(word in _KIND_OF_WORD for word in _words(label_of(label)) or ())


_HOST = re.compile(r"(?:[A-Za-z][\w+.-]*:)?//(?:[^/?#@]*@)?([^/?#:@]+)")


@lru_cache(maxsize=4096)
def _host(url: str) -> str:
    found = _HOST.match(url)
    return found[1].lower() if found else ""


def is_web(url: str) -> bool:
    """Tell whether a URL leads to the web."""
    return url.startswith(("http://", "https://")) and "." in url


@lru_cache(maxsize=4096)
def is_paper_url(url: str) -> bool:
    """Tell whether a URL leads to a paper: an archive, a publisher, a conference's proceedings, or a PDF."""
    if not is_web(url):
        return False
    if arxiv_id(url):
        return True
    path = url.split("?")[0].split("#")[0].lower()
    if path.endswith(".pdf"):
        return not _TALK.search(path)
    return is_published(url)


@lru_cache(maxsize=4096)
def is_published(url: str) -> bool:
    """Tell whether a URL leads to an archive, a publisher or proceedings, which hold nothing but papers."""
    if arxiv_id(url):
        return True
    path = url.split("?")[0].split("#")[0].lower()
    if _DOI.search(path):
        return True
    host = _host(url)
    if host in {"arxiv.org", "www.arxiv.org"}:
        return any(part in path for part in ("/abs", "/pdf", "/html", "/format"))
    if _MEETING_HOSTS.search(host) and not any(part in path for part in ("paper", "poster", "hash", "/oral/")):
        return False
    if ("/journal/" in path and host == "link.springer.com") or _LISTINGS.search(path):
        return False
    return bool(_PAPER_HOSTS.search(host)) and len(path.rstrip("/").split("/")) > 3


_BOOK_HOSTS = re.compile(
    r"(?:^|\.)(?:amazon\.[a-z.]+|amzn\.to|goodreads\.com|book\.douban\.com|manning\.com|packtpub\.com)$"
)


def is_book_url(url: str) -> bool:
    """Tell whether a URL leads to where books are sold or rated."""
    return is_web(url) and _BOOK_HOSTS.search(_host(url)) is not None


def is_home(url: str) -> bool:
    """Tell whether a URL leads to a host's first page; those of GitHub's own pages are projects'."""
    parts = url.split("//", 1)[-1].strip("/").split("/")
    return len(parts) == 1 and not parts[0].endswith((".github.io", ".gitlab.io"))


def is_note_path(url: str) -> bool:
    """Tell whether a URL leads to a note: a path within the folder, or a Markdown file anywhere."""
    path = url.split("#")[0].lower()
    return (
        path.endswith((".md", ".markdown"))
        or arxiv.is_path(url)
        or ("://" not in url and path.endswith((".ipynb", ".pdf", ".caj")))
    )


_NAME = 10  # letters of a file's name that say which paper it is on


def is_note_called(url: str, title: str) -> bool:
    """Tell whether a URL leads to a note whose file, or folder, bears most of a title for its name."""
    if not (is_note_path(url) or "://" not in url):
        return False
    path = PurePosixPath(unquote(url.split("#")[0]))
    called, own = fold_title(path.stem if is_note_path(url) else path.name), fold_title(title)
    return (called == own and is_note_path(url)) or (
        min(len(called), len(own)) >= _NAME and (called in own or own in called)
    )


_ANCHORS = ("](#", "](./#", "](/#")


def lead_within(text: str) -> bool:
    """Tell whether a text's links lead to other places on its own page and to nothing else, as in contents."""
    return any(map(text.__contains__, _ANCHORS)) and "://" not in text


def is_badge(url: str) -> bool:
    """Tell whether a picture is a badge or another decoration, none of the paper's own."""
    return any(map(url.lower().__contains__, _BADGES))


def kind_of(label: str, url: str) -> LinkKind:
    """Return a link's kind: by its label, then by where it leads."""
    named = label_kind(label) if label.strip() and not is_web(label) else None
    if named == "paper" and "blog" in url.lower() and "blog" in _host(url) and not is_specific(label):
        return "other"
    if (
        named == "code"
        or (named in {"project", "notes"} and not arxiv_id(url))
        or (named == "other" and not is_paper_url(url))
    ):
        return named
    if arxiv_id(url):
        return "arxiv"
    if named == "paper" or is_paper_url(url):
        return "code" if _CODE_HOSTS.search(_host(url)) and not is_paper_url(url) else "paper"
    if is_note_path(url):
        return "notes"
    if _CODE_HOSTS.search(_host(url)):
        return "code"
    return "project" if _host(url).endswith((".github.io", ".gitlab.io")) else "other"


_NO_SCHEME = re.compile(r"(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|ai|cc)/")


def make(label: str, url: str) -> Link | None:
    """Make a link of an entry; None for anchors, mail addresses, empty targets and the like."""
    url = "%20".join(url.split())
    url = f"https://{url}" if _NO_SCHEME.match(url) else url
    if not is_web(url) and (":" in url.split("/")[0] or url.startswith("#") or not is_note_path(url)):
        return None
    label = label_of(label)
    return Link(kind_of(label, url), label, url)


def bare_urls(text: str) -> list[str]:
    """Return the URLs that stand in a text without Markdown, without the punctuation after them."""
    if "://" not in text:
        return []
    return [found.rstrip(".,;:!?'\"*_") for found in _BARE.findall(text)]


def unite(links: Sequence[Link]) -> tuple[Link, ...]:
    """Keep the first link of each URL; one that a note names is preferred to one without a label."""
    if len(links) < 2:
        return tuple(links)
    united: dict[str, Link] = {}
    for link in links:
        before = united.get(link.url)
        if before is None or (not before.label and link.label):
            united[link.url] = link
    return tuple(united.values())
