"""What titles begin with: their letters, names and initials."""

from collections.abc import Callable

import pytest

from digestbot.library import Library, folding
from digestbot.library.titles import starts
from digestbot.models import Entry, StoredNote

MakeEntry = Callable[..., Entry]
MakeNote = Callable[..., StoredNote]


@pytest.mark.parametrize(
    ("title", "found_by"),
    [
        ("Attention", ["attention"]),
        ("Two Words", ["twowords"]),
        ("Deep Long Video", ["deeplongvideo", "~dlv"]),
        ("LoRA: Low-Rank Models", ["loralowrankmodels", "lora:", "~lrm"]),
        ("Deep Long: A Study", ["deeplongastudy", "deeplong:", "~dl:as"]),
        ("视频：Deep Long Video", ["视频deeplongvideo", "视频:", "~dlv"]),
        ("A B C D E F G H I J", ["abcdefghij", "~abcdefgh"]),
        ("扩散 模型 综述", ["扩散模型综述"]),
        ("Progressive Autoregressive Video", ["progressiveautoregressiv", "~pav"]),
    ],
)
def test_a_title_is_found_by_its_letters_name_and_initials(title: str, found_by: list[str]) -> None:
    folded = folding.fold(title)
    assert starts.of(title, folded, folding.tokens(folded)) == found_by


@pytest.mark.parametrize(
    ("titles", "typed", "found"),
    [
        (("Deep Long Video", "Dark Low Views: More", "Deep Long Video Memory"), "dlv", (1, 0, 2)),
        (("Deep Long Video", "Dlvision"), "DLV", (1, 0)),
        (("Deep Long Video", "Dlvision"), "dlv", (1,)),
        (("Deep Long Video", "Dlvision"), "Dlv", (1,)),
        (("Deep Long Video",), "dl", ()),
        (("Scaling of Models Now", "Scaling of Models Nowhere"), "Scaling of Models Now", (0,)),
        (
            ("Progressive Autoregressive Video One", "Progressive Autoregressive Video Two"),
            "progressive autoregressive video one",
            (0,),
        ),
        (
            ("Progressive Autoregressive Video One", "Progressive Autoregressive Video Two"),
            "progressive autoregressive video on",
            (0,),
        ),
        (("Chat", "Chat+"), "chat", (0,)),
        (("Chat", "Chat+"), "Chat+", (1,)),
        (("Chat!", "Chat+"), "chat", (1, 0)),
        (("Movie Views", "MovieChat: Long"), "mov ie chta", (1,)),
    ],
)
async def test_titles_are_found_by_how_they_begin(
    library: Library, entry: MakeEntry, note: MakeNote, titles: tuple[str, ...], typed: str, found: tuple[int, ...]
) -> None:
    entries = [entry(title, f"2401.{line:05}", line) for line, title in enumerate(titles)]
    await library.put("notes", [note("a.md", entries, range(1, len(titles) + 1))])
    assert [paper.title for paper in await library.search.find(typed)] == [titles[at] for at in found]


async def test_pieces_of_words_are_offered_after_words_that_begin_so(
    library: Library, entry: MakeEntry, note: MakeNote
) -> None:
    entries = [entry("Formerly", line=1), entry("Transformer", line=2)]
    await library.put("notes", [note("a.md", entries, (1, 2))])
    assert [one.label for one in await library.search.suggest("form")] == ["Formerly", "Transformer"]
