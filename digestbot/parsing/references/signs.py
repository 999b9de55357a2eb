"""Signs beside a title: quotes around it, a tag, a venue or a date before it, the stop behind it."""

import re

from digestbot.parsing.terms import dates, titles, venues

QUOTED = re.compile(
    r"《([^《》]{2,300})》|[“\"]([^“”\"]{6,300}?)[,.，]?[”\"]|「([^「」]{4,200})」|『([^『』]{4,200})』"
)
"""Words in quotes, or in the title marks of Chinese and Japanese; exactly one group holds them."""
CALLED = re.compile(r"(?i)(?:\b(?:paper|article|thesis)|论文|論文|논문)\s*[《“\"「『]")
"""What calls the words in quotes behind it a paper's title: `note of the article 《…》`."""
YEAR = re.compile(r"(?:19|20)\d\d")
"""Four digits of a year."""
_TAGGED = re.compile(r"^\s*(?:[\[【]\s*([^\[\]【】]{1,40})\s*[\]】]|[(（]\s*([^()（）]{1,40})\s*[)）])\s*")
_TAG_WORDS = 3  # of a short name before a title
_SOFTENED = re.compile(r"(?i:almost|nearly|not|not so|how|when|why|what|un|de|re|in|im|non|more|some|towards?)")
"""Words that titles begin with in brackets: `(Almost) No Label No Cry`."""


def quoted_words(quoted: re.Match[str]) -> str:
    """Return the words that `QUOTED` found in quotes."""
    return next(group for group in quoted.groups() if group)


def is_told(text: str) -> bool:
    """Tell whether a text says a venue or a date."""
    return venues.venue_in(text) is not None or (bool(dates.moments(text)) and titles.size(text) <= 2)


def is_venue(text: str) -> bool:
    """Tell whether a text says a venue, known or of a venue's form, or a date."""
    return is_told(text) or venues.dated_name(text) is not None


def tag_in(text: str) -> tuple[str, str] | None:
    """Take a tag in brackets off the front of a text: what is in it, and the rest."""
    found = _TAGGED.match(text)
    return ((found[1] or found[2] or "").strip(), text[found.end() :]) if found else None


def is_tag(tag: str, rest: str) -> bool:
    """Tell whether words in brackets before a title are a short name of it (`(GPT-2) Title`), none of its words."""
    named = titles.size(tag) <= _TAG_WORDS and (tag[:1].isupper() or any(c.isdigit() for c in tag))
    return named and (rest[:1].isupper() or rest[:1].isdigit()) and not _SOFTENED.fullmatch(tag)


def until_sentence(text: str) -> tuple[str, str]:
    """Divide the rest of a title from what follows: a full stop before a venue or sentence, a bracket, a dash."""
    end = re.search(r"[.。]\s+(?=\S)|\s+[(（\[【|]|\s+[-–—]+\s+|[.。]\s*$", text)
    title = text[: end.start()] if end else text
    left = text[end.start() :].lstrip(" .。") if end else ""
    venue = venues.find_venue(title)
    if venue and venue.end() >= len(title.rstrip(" .,")) and title[: venue.start()].rstrip().endswith((",", ".")):
        return title[: venue.start()].rstrip(" ,."), f"{venue[0]} {left}".strip()
    return title, left
