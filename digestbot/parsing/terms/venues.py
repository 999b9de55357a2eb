"""Conferences and journals: finding one, with its year and addition, in a stretch of text."""

import re
from functools import lru_cache
from urllib.parse import unquote

_NAMES = (
    r"[aA]r[xX]iv|ARXIV|bioRxiv|medRxiv|CoRR|CVPR\s?W?|ICCV\s?W?|ECCV\s?W?|WACV|ACCV|BMVC|3DV|NeurIPS|NIPS|ICML|"
    r"ICLR|ICRL|AISTATS|UAI|COLT|AAAI|IJCAI|ECAI|AAMAS|ACML|CoLLAs|LoG|AutoML|"
    r"ACL|EMNLP|NAACL|EACL|AACL|COLING|TACL|CoNLL|LREC(?:-COLING)?|SIGDIAL|COLM|IJCNLP|SemEval|INLG|"
    r"SIGGRAPH(?:\sAsia)?|TOG|CGF|Eurographics|TVCG|PacificVis|VIS|MICCAI|MIDL|ISBI|TMI|MedIA|Medical Image Analysis|"
    r"S?IGKDD|KDD|WWW|TheWebConf|SIGIR|WSDM|CIKM|RecSys|ICDM|SDM|PAKDD|ECML(?:[-\s]?PKDD)?|PKDD|ECIR|TOIS|TKDE|"
    r"TKDD|VLDB|PVLDB|SIGMOD|ICDE|EDBT|CIDR|PODS|"
    r"ICRA|IROS|RSS|CoRL|RA-?L|T-?RO|IJRR|Science Robotics|ICASSP|INTERSPEECH|Interspeech|ISMIR|TASLP|ASRU|SLT|SSW|"
    r"Odyssey|"
    r"ACM\s?MM|MM|ICMR|ICME|ICIP|ICPR|MMM|TMM|TIP|TCSVT|T?-?PAMI|TNNLS|IJCV|CVIU|PR|Pattern Recognition|JMLR|TMLR|"
    r"MLSys|SysML|"
    r"OSDI|SOSP|NSDI|ASPLOS|ISCA|MICRO|HPCA|USENIX(?:\s(?:ATC|Security|FAST))?|ATC|EuroSys|FAST|HotOS|SoCC|SIGCOMM|"
    r"SIGMETRICS|INFOCOM|MobiCom|MobiSys|SC|PPoPP|"
    r"PLDI|POPL|OOPSLA|ICSE|FSE|ESEC/FSE|ASE|ISSTA|MSR|CCS|NDSS|S&P|IEEE\sS&P|CRYPTO|EUROCRYPT|CHI|UIST|CSCW|IUI|"
    r"UbiComp|IMWUT|"
    r"STOC|FOCS|SODA|ITCS|Nature(?:\s[A-Z][a-z]+){0,2}|Science(?:\sAdvances)?|Cell|PNAS|PLOS(?:\sONE)?|"
    r"(?:IEEE|ACM)(?:/ACM)?\sTrans(?:actions|\.)\son(?:\s(?:(?:and|of|in|for)\s)?[A-Z][\w&]*){1,6}|IEEE(?:\s[A-Z][\w&]*){0,4}|"
    r"OpenReview|ICANN|IJCNN|GECCO|EvoStar|CEC|DAC|ICCAD|DATE|FPGA|FCCM|LREC|AMIA|JAMIA|CHIL|MLHC|TSP|SPL|FG|ICB|"
    r"TIFS|ICDAR|DAS|ICWSM|HT|UMAP|EC|WINE|L4DC|CDC|ACC|HRI"
)
_HONOURS = (
    r"workshops?|oral|spotlight|poster|highlight|submission|"
    r"(?:best|outstanding)(?:\s(?:student|demo))?\s(?:paper(?:\saward)?|award)(?:\s(?:finalist|nominee|candidate|runner-up))?"
)
HONOUR = re.compile(rf"(?i:{_HONOURS}|findings)")
"""What a paper was chosen for at a venue: a talk, a prize."""
_TAIL = (
    rf"(?:\s*(?:[-–]\s*)?(?:(?i:{_HONOURS}|\((?:{_HONOURS})\)?)|Findings|Long|Short|Demo|Industry|Main|Asia|"
    r"Datasets?\s(?:and|&)\sBenchmarks(?:\sTrack)?|Tutorial|W))*"
)
_YEAR = r"(?:\s*[-,’'‘`.@]?\s*(?:(?:19|20)\d\d(?:[.,/]\d\d?(?!\d))?|’?\d\d(?!\d)))?"
VENUE = re.compile(
    rf"(?<![\w.])(?:Findings\s+of\s+(?:the\s+)?)?(?:IEEE/CVF\s+|IEEE\s+|"
    rf"ACM\s+)?(?:{_NAMES}){_YEAR}{_TAIL}{_YEAR}(?![\w])"
)
_WHOLE = re.compile(
    rf"(?i:(?:(?:{_HONOURS})\s+(?:of|at|in)\s+)|accepted\s+(?:by|at|to|in)\s+|in\s+|published\s+(?:in|at)\s+|proc\.?\s+(?:of\s+)?|to\s+appear\s+(?:in|"
    rf"at)\s+)?(?:(?:19|20)\d\d(?:[./]\d\d?)?[\s-]+)?(?:{VENUE.pattern})(?:\s*[,/&+]\s*(?:{VENUE.pattern}))*[\s.,;]*"
)
_VARIANT_NAMES = "ACMMM ECMLPKDD arXiv Arxiv ArXiv arxiv CVPRW ICCVW ECCVW TPAMI PAMI SIGKDD RAL TRO"
_VARIANTS = frozenset(_VARIANT_NAMES.split())
_FIRST_WORDS = re.sub(r"(?:\\s|\s)(?:\(\?:)?[A-Za-z]+|\\s|\[\w+\]", " ", _NAMES)
_NAME_WORDS = _VARIANTS.union(word for word in re.findall(r"[A-Za-z]{2,}", _FIRST_WORDS) if not word.islower())
_WORD = re.compile(r"[A-Za-z]+")
_ACRONYM = re.compile(
    r"(?:[a-z]{0,2}[A-Z][\w&-]*[A-Z][\w&-]*|[Aa]r[Xx]iv|Nature|Science)(?:\s+[A-Z][\w&]*){0,3}"
    r"(?:\s*[,’' -]?\s*(?:(?:19|20)\d\d|\d\d))?"
)
_LEAD = re.compile(
    r"(?i)^(?:accepted\s+(?:by|at|to|in)|published\s+(?:in|at)|to\s+appear\s+(?:in|at)|in|proc\.?(?:\s+of)?)\s+"
)


@lru_cache(maxsize=4096)
def venue_in(text: str) -> str | None:
    """Return the text if a venue is all it says (`CVPR 2024`, `EMNLP Findings`), cleaned, else None."""
    text = text.strip(" \t\n.,;:|-–—[](){}（）【】*_`")
    if not text or len(text) > 70 or not may_hold(text):
        return None
    return _LEAD.sub("", text) if _WHOLE.fullmatch(text) else None


_BADGE = "shields.io/badge/"
_PARTED = re.compile("(?<!-)-(?!-)")  # two of them are one in a badge's words (shields.io/badges)


def on_badge(url: str) -> str | None:
    """Return the venue and its year that a badge shows, by its address: `shields.io/badge/Conference-ICML'24-blue`."""
    if _BADGE not in url:
        return None
    words = unquote(url.partition(_BADGE)[2].split("?")[0]).replace("_", " ")
    *told, _ = _PARTED.split(words)  # the last is a colour
    dated = any(map(_DIGIT.search, told))
    return venue_in(" ".join(told)) or venue_in(" ".join(told[1:])) if dated else None


@lru_cache(maxsize=1024)
def may_hold(text: str) -> bool:
    """Tell whether a text has a word that venues' names have: a glance that spares most texts the search."""
    return not _NAME_WORDS.isdisjoint(_WORD.findall(text)) or "S&P" in text or "3DV" in text


def acronym(text: str) -> str | None:
    """Return the text if it has the form of a venue, known or not (`ICRL`, `GECCO 2031`)."""
    text = text.strip(" \t\n.,;:|-–—[](){}（）【】*_`")
    return text if len(text) <= 40 and _ACRONYM.fullmatch(text) else None


def find_venue(text: str) -> re.Match[str] | None:
    """Find the first venue inside a text; short names that are common words count with a year only."""
    if not may_hold(text):
        return None
    for found in VENUE.finditer(text):
        name = found[0]
        if len(re.sub(r"[^A-Za-z]", "", name)) >= 3 or any(c.isdigit() for c in name):
            return found
    return None


_FEW = 2  # words that may stand behind a venue in a tag


def led(tag: str) -> str | None:
    """Return the venue and year that a tag begins with, a name behind it (`NIPS 2018 Bengio`)."""
    found = find_venue(tag) if len(tag) <= _LONGEST_TAG else None
    if not found or found.start() or not any(map(str.isdigit, found[0])):
        return None
    rest = tag[found.end() :].split()
    return found[0].strip() if len(rest) <= _FEW and all(word[0].isupper() for word in rest) else None


_LONGEST_TAG = 40
_ENDED = re.compile(r"(?:\s+[-–—|]|[,，])\s+([^-–—|,，]{2,30}\d\d)\s*$")
_TAG_BEHIND = re.compile(r"\s*[\[(（【]([^\[\]()（）【】]{2,40})[\])）】]$")


def split_venue(title: str) -> tuple[str, str | None]:
    """Take venues off the end of a title: `Title (CVPR 2024)`, `Title[NIPS'19][Lab]`, `Title - ICML 2020`."""
    venue: str | None = None
    rest = title.rstrip()
    tagged = rest
    while tagged.endswith(("]", ")", "）", "】")) and (found := _TAG_BEHIND.search(tagged)):
        tagged = tagged[: found.start()]
        if named := _venue_of(found[1]):
            venue, rest = named, tagged
    if venue or not rest.rstrip(".")[-1:].isdigit():
        return rest, venue
    if (ended := _ENDED.search(rest)) and (venue := venue_in(ended[1])):
        return rest[: ended.start()], venue
    return _without_last(rest)


def _venue_of(tag: str) -> str | None:
    """Return the venue that a tag says, alone or before what else is told of it (`WWW 2023, Microsoft`)."""
    first = re.split("[,:：]", tag, maxsplit=1)[0]
    dated = venue_in(first) if first != tag and any(map(str.isdigit, first)) else None
    return venue_in(tag) or dated or (acronym(tag) if re.search(r"\d\d\s*$", tag) else None)


_LAST_WORDS = 4  # that name a venue and its year
_JOINED = re.compile(r"(?i:[:;&/-]|\b(?:at|in|on|of|for|to|the|from|and|with|by|via|since|until|before|after))$")


def _without_last(title: str) -> tuple[str, str | None]:
    """Take a venue with its year off the very end of a title: `Title ICML' 2022`, but not `A Report on ICML 2022`."""
    written = title.rstrip(" .").split()
    for count in range(min(_LAST_WORDS, len(written) - 1), 0, -1):
        before = " ".join(written[:-count])
        if (venue := venue_in(" ".join(written[-count:]))) and not _JOINED.search(before):
            return before.rstrip(" ,."), venue
    return title, None


_LED = re.compile(
    r"\s*(?:[\[【(（]\s*([^\[\]【】()（）]{2,30})\s*[\]】)）]\s*[:：-]?\s*|([^:：|]{4,30}?)(?:\s*[:：|]\s*|\s+[-–—]\s+))(?=\S)"
)
_GLUED = re.compile(
    r"(?:\d{1,3}[-_])?(?:((?:19|20)\d\d|\d\d)[-_]([A-Za-z]{2,12})|([A-Za-z]{2,12})[-_]?((?:19|20)\d\d))[-_]+\s*(?=\w)"
)
"""A year and a venue with dashes between them and the title, as in names of files: `3-2019-WWW-Title`."""
_TAG = re.compile(r"[\[(（【]\s*([^\[\]【】()（）]{2,40}?)\s*[\]】)）]")
_YEAR_AND_TAGS = re.compile(rf"\s*[\[(]?((?:19|20)\d\d)[\])]?\s*((?:[\s*]*{_TAG.pattern})+)[\s*]*(?=\w+\W+\w)")
"""The year, and in brackets venue, house and short name: `2020 (Lab) (KDD) [SIM] Title`, `[2020][Lab][SIM] Title`."""


def split_tags(title: str) -> tuple[str, str | None]:
    """Take a year and the tags behind it off a title's front, and the venue that one of them says."""
    found = _YEAR_AND_TAGS.match(title) if "20" in title[:4] or "19" in title[:4] else None
    if not found:
        return title, None
    named = next((tag for tag in _TAG.findall(found[2]) if venue_in(tag)), None)
    return title[found.end() :], f"{named} {found[1]}" if named else None


_DIGIT = re.compile(r"\d")  # a year and an id have one
_ARXIV_ID = re.compile(r"(?:ar[xX]iv:)?\d{4}\.\d{4,5}(?:v\d)?")
_ID_LED = re.compile(rf"{_ARXIV_ID.pattern}\s+(?=[^\W\d])")


def split_lead(title: str) -> tuple[str, str | None]:
    """Take a venue with its year, or an arXiv id, off a title's front: `[CVPR 2021] Title`, `3-2019-WWW-Title`."""
    if not _DIGIT.search(title):
        return title, None
    if (glued := _GLUED.match(title)) and (venue := acronym(glued[2] or glued[3])):
        return title[glued.end() :], f"{venue} {glued[1] or glued[4]}"
    if found := _ID_LED.match(title):
        return title[found.end() :], None
    found = _LED.match(title)
    told = (found[1] or found[2]) if found else None
    if not found or not told:
        return title, None
    if _ARXIV_ID.fullmatch(told.strip()):
        return title[found.end() :], None
    named = venue_in(told) if any(c.isdigit() for c in told) else None
    return (title[found.end() :], named) if named else (title, None)


_TWO_DIGITS = re.compile(r"\d\d")  # every year ends with them
_NAME_AND_YEAR = re.compile(
    r"(?!(?:Pre|Before|Since|After|Until|From|Spring|Summer|Fall|Autumn|Winter|Updated?|Published|Year|Copyright)\b)"
    r"(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b)"
    r"[A-Z][\w&/.-]*(?:\s+(?:of|on|and|for|the|in|[A-Z&][\w&/.-]*)){0,6}(?:[\s,]+(?:19|20)\d\d|\s?['’‘]\s?\d\d)[\s.]*"
)


def dated_name(text: str) -> str | None:
    """Return the text if it is a name and a year (`JAIR 2021`, `Neural Computation 2011`): an unknown venue's form."""
    if len(text) >= 60 or not _TWO_DIGITS.search(text):
        return None
    if _NAME_AND_YEAR.fullmatch(text.strip()):
        return text.strip(" .,;")
    return (
        acronym(text)
        if re.search(r"(?:[\s'’,-]|[A-Za-z](?=(?:19|20)\d\d))(?:19|20)?\d\d\W*$", text) and len(text) < 30
        else None
    )


_OF_YEAR = re.compile(r"(?:19|20)\d\d[-_. ]?[A-Z][\w.]*(?:(?:\s&\s|[-_ ])[A-Z][\w.]*){0,4}")


def of_year(text: str) -> str | None:
    """Return the text if it is a year and a name: `2017-IEEE-TIFS`, `2019 Computers & Graphics`."""
    return text if text[:2] in {"19", "20"} and _OF_YEAR.fullmatch(text) else None
