"""arXiv ids as notes have them, in text and in files' names; `identity.arxiv_id` knows those of addresses."""

import re

_ID = r"\d\d(?:0[1-9]|1[0-2])\.\d{4,5}"  # as since April 2007, the month first (arxiv.org/help/arxiv_identifier)
_VERSION = r"(?:v\d{1,2})?"
_CALLED = r"arxiv\s*[:.]?\s*"
_ALONE = re.compile(rf"(?:{_CALLED})?({_ID}){_VERSION}", re.IGNORECASE)
_NAMED = re.compile(rf"{_CALLED}({_ID})", re.IGNORECASE)
_BEFORE_VENUE = re.compile(rf"{_CALLED}{_ID}{_VERSION}\s*/\s*(?=[A-Z])", re.IGNORECASE)
_LEADING = re.compile(rf"[\W_]*(?:{_CALLED})?({_ID}){_VERSION}(?=[\])】）:：|\s])", re.IGNORECASE)
_BEHIND = re.compile(r"[\s,(\[|–—-]{1,3}arxiv\s?[:.]?\s?\d{4}\.\d{4,5}(?:v\d)?[)\].]?$", re.IGNORECASE)
_ATTRIBUTE = re.compile(rf"\barxiv-?_?(?:id)?\s*=\s*[\"']?({_ID}){_VERSION}[\"'\s>]", re.IGNORECASE)
_PATH = re.compile(rf"(?:^|/){_ID}{_VERSION}(?:-[\w-]*)?(?:\.md)?$")


def url(text: str) -> str | None:
    """Return the address of the paper whose id is all that a text says, else None."""
    return _address(_ALONE.fullmatch(text.strip(" \t()[]"))) if "." in text else None


def url_in(text: str) -> str | None:
    """Return the address of the paper whose id a text names (`arXiv 2401.00001, ICML`), else None."""
    return _address(_NAMED.search(text))


def url_in_tag(source: str) -> str | None:
    """Return the address of the paper whose id a tag of HTML holds (`data-arxiv-id="2401.00001"`), else None."""
    return _address(_ATTRIBUTE.search(source)) if "<" in source and "rxiv" in source.lower() else None


def url_before(title: str) -> str | None:
    """Return the address of the paper whose id stands before its title (`1801.00001 Title`), else None."""
    return _address(_LEADING.match(title))


def without(line: str) -> str:
    """Return a line without the id at its end (`Lee et al. — arXiv:2401.00001`)."""
    return _BEHIND.sub("", line) if "rxiv" in line.lower() else line


def without_lead(text: str) -> str:
    """Return a text without the id before where the paper came out later (`arXiv:2401.00001 / ICML 2024`)."""
    return _BEFORE_VENUE.sub("", text, 1)


def is_path(path: str) -> bool:
    """Tell whether a path within the folder leads to a note called by its paper's id (`/2026/2601.00001v1`)."""
    return "://" not in path and _PATH.search(path) is not None


def _address(found: re.Match[str] | None) -> str | None:
    return f"https://arxiv.org/abs/{found[1]}" if found else None
