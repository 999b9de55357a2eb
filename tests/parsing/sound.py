"""What holds for the reading of every text, however broken."""

import html
import re
import unicodedata
from dataclasses import replace
from itertools import islice

from digestbot.models import Entry, Note
from digestbot.parsing import NO_RULES, Rules, read_note

WHITE = dict.fromkeys(map(ord, "\n\t\u2028\u2029"))
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
REMAINS = re.compile(
    r"\[[^\[\]]*\]\(https?://[^\s()]*\)|!\[[^\]]*\]\([^)\s]*\)"
    r"|</?(?:br|b|i|a|p|li|td|tr|h[1-6]|img|summary|details)(?:\s+[a-zA-Z_][\w-]*(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+))?)*\s*/?>"
)
AMID = [
    re.compile(pattern)
    for pattern in (
        r"<[^<>\n]*>|\[\^[^\[\]]*\]",  # tags, footnotes' marks
        r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>",  # tags alone that HTML allows
        r"\(\s*(?:https?://|<)[^\s()]*\s*\)",  # addresses
        r"(?<=\])\([^\s()]*\)(?=\S)",  # a link's, amid a word
    )
]
"""What may stand amid a word of a title."""

FRONT = 30  # lines of a note after which a labelled title, or front matter, would stand too low with one line more
NEAR = 40  # lines with words, from an entry's own, in which its title begins: it may be that of a link below a heading
IN_PIECES = re.compile(r"[`\\]|<[^<>]*(?:<|\[\^|[\u200b-\u200f\u2060\ufeff])")
"""What may be no tag, and what is left around a tag, a footnote or a sign that is not seen."""
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def assert_sound(note: Note, text: str) -> None:
    """Check a reading against the text that was read."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    signs = _bare_too(f"{text}\n{note.file}") if note.entries else ""
    coded = re.search(r":[^\s:]+:|`[^`]*<", text)  # an emoji's code is left out of a word, a tag in code is not
    for entry in note.entries:
        assert_sound_entry(entry)
        remains = REMAINS.search(entry.title)
        assert not remains or remains[0] not in text or IN_PIECES.search(text), entry.title
        assert 1 <= entry.source.line <= len(lines)
        assert _stands_in(_signs(entry.title), signs), entry.title
        assert coded or all(_signs(word) in signs for word in entry.title.split()), entry.title
        near = _bare_too("\n".join([*islice(filter(str.strip, lines[entry.source.line - 1 :]), NEAR), note.file]))
        assert coded or _signs(entry.title.split()[0]) in near, (entry.title, near)
    assert all(1 <= diagnostic.line <= len(lines) for diagnostic in note.diagnostics)
    assert [d.line for d in note.diagnostics] == sorted(d.line for d in note.diagnostics)
    assert all(d.found and d.done for d in note.diagnostics)
    assert all("\n" not in diagnostic.found + diagnostic.done for diagnostic in note.diagnostics)
    assert [entry.source.line for entry in note.entries] == sorted(entry.source.line for entry in note.entries)
    assert size(note) <= 20 * len(text) + 1000, size(note)


def assert_sound_entry(entry: Entry) -> None:
    """Check what holds for an entry whatever the text was."""
    assert any(c.isalnum() for c in entry.title)
    for line in (entry.title, entry.gist, entry.venue or "x", *entry.topics, *entry.keypoints, *entry.authors):
        assert not CONTROL.search(line), repr(line)
        assert line == " ".join(line.split()), repr(line)
    assert all((entry.venue != "", *entry.topics, *entry.keypoints, *entry.authors))
    assert all(field.label.strip() and field.markdown.strip() for field in entry.fields)
    assert not any(CONTROL.search(field.markdown.translate(WHITE)) for field in entry.fields)
    assert len({link.url for link in entry.links}) == len(entry.links)
    assert all(not CONTROL.search(link.url) and " " not in link.url for link in entry.links), entry.links
    assert all(
        link.url.startswith(("http://", "https://")) or ":" not in link.url.split("/")[0] for link in entry.links
    )
    assert all(url.startswith(("http://", "https://")) for url in entry.images)
    assert all(month is None or MONTH.fullmatch(month) for month in (entry.period, entry.published))


def assert_settled(text: str, file: str, rules: Rules = NO_RULES) -> None:
    """Check that a text is read the same again, with other line ends, blank lines at its end, and one line below."""
    note = read_note(text, file, rules)
    assert read_note(text, file, rules) == note
    bare = text.removeprefix("\ufeff")
    if "\r" not in text:
        assert read_note("\ufeff" + bare.replace("\n", "\r\n"), file, rules) == note
    assert _told(read_note(text + "\n\n", file, rules)) == _told(note)
    if text.count("\n") < FRONT:
        assert _told(read_note("\n" + bare, file, rules), 1) == _told(note)


def _told(note: Note, below: int = 0) -> list[tuple[object, int]]:
    """Return the entries, and their lines if these began `below` lines higher."""
    return [
        (replace(entry, source=replace(entry.source, line=0)), max(1, entry.source.line - below))
        for entry in note.entries
    ]


def size(note: Note) -> int:
    """Return the characters that come out, what entries have in common counted once."""
    told: list[str] = [d.found for d in note.diagnostics]
    for entry in note.entries:
        told += [entry.title, entry.gist, *entry.keypoints, *entry.authors, *entry.images]
        told += [f.label + f.markdown for f in entry.fields] + [link.label + link.url for link in entry.links]
    return sum(map(len, told))


def _signs(text: str) -> str:
    """Return the letters and digits, folded, with entities resolved as the reader and the title's cleaning do."""
    plain = unicodedata.normalize("NFKC", html.unescape(html.unescape(text))).casefold()
    return "".join(filter(str.isalnum, plain))


def _bare_too(text: str) -> str:
    """Return a text's letters and digits, with and without what may stand amid a word."""
    return " ".join([_signs(text), *(_signs(amid.sub("", text)) for amid in AMID)])


def _stands_in(title: str, text: str) -> bool:
    """Tell whether a title's signs stand in a text in their order; marks, tags and addresses may stand between."""
    rest = iter(text)
    return all(sign in rest for sign in title)
