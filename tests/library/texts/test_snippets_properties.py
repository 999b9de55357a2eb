"""Snippets as Discord gets them: whatever a note says, no sign is cut and no Markdown is left open."""

import re

import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digestbot.bot.views.listing import snippet
from digestbot.library import folding, plain, query
from digestbot.library.texts import snippets
from digestbot.models import Entry, Field, Hit, Location, Paper

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
# fmt: off
PIECES = (
    "memory", "bank", "Memory-Bank", "Résumé", "e\u0301tude", "扩散模型", "视频", FAMILY, "👍🏽", "🇩🇪🇫🇷", ENGLAND, "❤️",
    "1️⃣", "각", "\u1112\u1161\u11ab", "क्ष", "\u202eabc\u202c", "\u2066x\u2069", "\u200b", "**", "*", "__", "_a_", "~~",
    "||", "`co de`", "```", "[a b](https://x.org/a_b)", "![i](y.png)", "<b>", "&lt;", "\\*", "#", "> ", "- ", "\n",
    "https://x.org/long_path_", "discord.gg/abc", "@everyone", "<@1>", "$x_1$", "l" * 90, "好" * 60, FAMILY * 9,
    "🇩🇪" * 60, ENGLAND * 9, "a" + "\u0301" * 30,
)
QUERIES = (
    "memory", "memorybank", '"memory bank"', "resume", "etude", "扩散", "散", "abc", "l", "好好", "x", "bank 视频",
)
# fmt: on
noted = st.builds(str.join, st.sampled_from(("", " ")), st.lists(st.sampled_from(PIECES), max_size=25))
typed = st.sampled_from(QUERIES) | st.text(max_size=4)


def _hit(body: str, asked: str) -> Hit:
    entry = Entry(title="T", fields=(Field("F", body),), source=Location("a.md", 1))
    return snippets.hit(Paper(key="t:0", title="T", fields=entry.fields, entries=(entry,)), query.parse(asked).wanted)


def _cuts(of: str) -> set[int]:
    """Return the places in a text between which a reader sees one sign."""
    return {0, *(found.end() for found in regex.finditer(r"\X", of))}


@settings(max_examples=300)
@given(body=noted, asked=typed)
@example(body="好" * 150 + FAMILY * 40 + " memory", asked="memory")
@example(body="🇩🇪" * 120 + "扩散", asked="扩散")
@example(body="扩散" + ENGLAND * 120, asked="扩散")
def test_a_snippet_cuts_no_sign(body: str, asked: str) -> None:
    hit, column = _hit(body, asked), folding.composed(plain.text(body))
    shown = hit.snippet.removeprefix("…").removesuffix("…")
    assert len(hit.snippet) <= snippets.SNIPPET
    if hit.marks and shown in column:
        starts = [at for at in range(len(column)) if column.startswith(shown, at)]
        assert any({at, at + len(shown)} <= _cuts(column) for at in starts), (column, shown)
        assert {at for mark in hit.marks for at in mark} <= _cuts(hit.snippet)


@settings(max_examples=300)
@given(body=noted, asked=typed)
def test_a_snippet_leaves_no_markdown_open(body: str, asked: str) -> None:
    shown = snippet(_hit(body, asked))
    code = re.sub(r"(?<!\\)`[^`]*`", "", shown)
    bare = re.sub(r"\\.|https?:/", "", code)
    assert "`" not in bare
    assert bare.count("**") % 2 == 0
    assert not re.search(r"[*_~|]|\]\(|<@|@everyone", bare.replace("**", "")), shown
    assert "\n" not in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)


def _unmarked(of: str) -> str:
    """Return a text without what Markdown may hide, such as an address, and with an end that no word goes on from."""
    return re.sub(r"[!-~\s]+", " ", of) + ("" if of[-1:] > "\U0001f000" else " ")


@settings(max_examples=200)
@example(before="🇩🇪" * 120, after="", word="针眼")
@example(before=FAMILY * 30 + ENGLAND * 20, after="", word="针眼")
@given(before=noted, after=noted, word=st.sampled_from(("needle", "Nadel-Öhr", "针眼", "nai\u0308ve")))
def test_a_snippet_shows_the_hit(before: str, after: str, word: str) -> None:
    hit = _hit(f"{_unmarked(before)}{word} {_unmarked(after)}", f'"{word}"')
    marked = [hit.snippet[start:end] for start, end in hit.marks]
    assert folding.joined(word) in map(folding.joined, marked)
    assert "**" in snippet(hit)
