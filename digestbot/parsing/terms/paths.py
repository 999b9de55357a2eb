"""What the path of a note says of it: the title that its file or folder is called by, and that it is about papers."""

import re
from pathlib import PurePosixPath

from digestbot.parsing.terms import cleaning, periods, titles, venues, words

_UNNAMED = frozenset(("readme", "index", "note", "notes", "paper", "main", "summary", "review", "report", "笔记"))
_WHEN = re.compile(
    r"[\[(（【]\s*(?:(?:19|20)\d\d\b[^\])）】]{0,20}|[^\])）】]{2,20}\b(?:19|20)?\d\d)\s*[\])）】]\s*"
    r"|(?:19|20)\d\d(?:[-_.]?\d\d[-_.]?\d\d)?(?:[-_\s]+|$)|(?:[Pp]aper\s+)?\d{1,3}(?:\.\d{1,2}\b)?[-_.\s]+"
)
_HOLDS = re.compile(r"(?i)(?<![^\W_])(?:papers?|readings?|lists?|awesome)(?![^\W_])")
"""What a folder is called that holds papers."""
_ELSEWHERE = re.compile(r"(?i)(?<![^\W_])(?:books?|courses?|lectures?|tutorials?)(?![^\W_])|书|课程|教程|강의|책")


def title_in(file: str, *, short: bool = False) -> str:
    """Return the title that a file, or the folder of a `README.md`, is called by, or nothing if it is no title.

    `short`: so may a name alone be.

    Signs that file systems refuse come back: `Name_ Rest of it` is `Name: Rest of it`, and other joiners are spaces.
    """
    if _HOLDS.search(name_of(file)) and name_of(file) != PurePosixPath(file).stem:
        return ""
    name = undated_name(file).replace("_ ", ": ").replace("_", " ")
    name = cleaning.clean_title(name if " " in name else name.replace("-", " "))
    name = venues.split_venue(name)[0]
    named = titles.looks_like_title(name) or (short and titles.could_be_title(name) and not words.says_papers(name))
    return name if named and not periods.period_heading(name) else ""


def undated_name(file: str) -> str:
    """Return the name of a file as `name_of` does, without the number, the year or the venue that it begins with."""
    name = name_of(file)
    while found := _WHEN.match(name):
        name = name[found.end() :]
    return name


def name_of(file: str) -> str:
    """Return the name of a file without its ending, that of its folder if it is but `README.md` or the like."""
    path = PurePosixPath(file.replace("\\", "/"))
    return path.parent.name if path.stem.casefold() in _UNNAMED else path.stem


def tells_when(file: str) -> bool:
    """Tell whether a file's name begins with the venue or year of a paper in brackets: `[CVPR 2020] Title.md`."""
    found = _WHEN.match(PurePosixPath(file.replace("\\", "/")).name)
    return found is not None and found[0][0] in "[(（【"


def says_papers(file: str) -> bool:
    """Tell whether the folder of a note is called by the papers that it holds."""
    return words.says_papers(PurePosixPath(file.replace("\\", "/")).parent.name)


def says_elsewhere(file: str) -> bool:
    """Tell whether a folder around a note is called by books or courses, whose notes have titles like papers'."""
    return any(map(_ELSEWHERE.search, PurePosixPath(file.replace("\\", "/")).parent.parts))
