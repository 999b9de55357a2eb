from collections.abc import Callable
from typing import Any

import pytest

World = Any
Said = Callable[[Any], str]


@pytest.mark.parametrize(
    "typed", ["MovieChat", "moviechat", "movie chat", "dense token to sparse", "MovieChta", "ＭｏｖｉｅＣｈａｔ"]
)
async def test_paper_shows_the_card_to_everyone(world: World, said: Said, typed: str) -> None:
    answer = await world.reader.slash(world.channel, "paper", title=typed)
    assert not answer.ephemeral
    text = said(answer)
    assert (
        "[MovieChat: From Dense Token to Sparse Memory for Long Video Understanding](https://arxiv.org/abs/2307.16449)"
        in text
    )
    assert "CVPR 2024 · LLM · 2026-02" in text
    assert "Long video understanding · Memory mechanism" in text


async def test_a_choice_stands_for_its_paper(world: World, said: Said) -> None:
    choices = await world.reader.autocomplete(world.channel, "paper", "title", "渐进")
    assert choices[0]["value"] == "arxiv:2410.08151"
    answer = await world.reader.slash(world.channel, "paper", title=choices[0]["value"])
    assert "视频扩散模型的渐进式去噪" in said(answer)


async def test_every_keystroke_gets_at_most_25_choices(world: World) -> None:
    for typed in ("", "m", "mo", "Diffusion", "扩", "zzz", "*", '"', "a" * 200):
        for command, option in (("paper", "title"), ("topic", "name"), ("keypoint", "name"), ("search", "words")):
            choices = await world.reader.autocomplete(world.channel, command, option, typed)
            assert len(choices) <= 25


async def test_several_papers_are_a_choice_for_the_caller_alone(world: World, said: Said, ids_of: Said) -> None:
    answer = await world.reader.slash(world.channel, "paper", title="Diffusion study")
    assert answer.ephemeral
    assert "7 papers for “Diffusion study”" in said(answer)
    picked = await world.reader.click(answer.response, custom_id=ids_of(answer)[1])
    assert picked.ephemeral
    menu = next(i for i in ids_of(answer) if i == "pick:paper")
    options = answer.response.components[0]["components"][-1]["components"][0]["options"]
    assert len(options) == 2
    picked = await world.reader.select(answer.response, [options[0]["value"]], custom_id=menu)
    assert picked.ephemeral
    assert options[0]["label"] in said(picked)


async def test_no_such_paper_offers_the_nearest_as_buttons(world: World, said: Said, ids_of: Said) -> None:
    answer = await world.reader.slash(world.channel, "paper", title="Quantum gravity @everyone")
    assert answer.ephemeral
    assert "No paper is called “Quantum gravity @\u200beveryone”" in said(answer)
    assert ids_of(answer)
    picked = await world.reader.click(answer.response, custom_id=ids_of(answer)[0])
    assert picked.ephemeral


async def test_an_empty_library_says_so(open_world: Callable[..., Any], said: Said) -> None:
    async with open_world() as world:
        for command in ("paper title", "search words"):
            name, option = command.split()
            answer = await world.reader.slash(world.channel, name, **{option: "anything"})
            assert answer.ephemeral
        assert "There are no papers" in said(await world.reader.slash(world.channel, "paper", title="x"))
        assert "name no topics" in said(await world.reader.slash(world.channel, "topic"))
        assert "name no keypoints" in said(await world.reader.slash(world.channel, "keypoint"))


@pytest.mark.parametrize("name", ["Diffusion", "diffusion model", "Diffusion Models"])
async def test_topic_lists_its_papers_newest_first(world: World, said: Said, name: str) -> None:
    answer = await world.reader.slash(world.channel, "topic", name=name)
    assert not answer.ephemeral
    text = said(answer)
    assert "8 papers · newest first" in text
    assert text.index("视频扩散模型") < text.index("Diffusion study")


async def test_the_caller_turns_pages_in_place_and_others_get_their_own(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "topic", name="Diffusion")
    shown = answer.response
    before = len(world.channel.history())
    turned = await world.reader.click(shown, label="Next")
    assert turned.response.id == shown.id
    assert "2 / 2" in str(answer.response.components)
    other = await world.manager.click(shown, label="Previous")
    assert other.ephemeral
    assert other.response.id != shown.id
    assert "2 / 2" in str(answer.response.components)
    assert len(world.channel.history(viewer=world.reader)) == before
    again = await world.manager.click(other.response, label="Next")
    assert again.response.id == other.response.id


async def test_topics_without_a_name_are_all_of_them_with_counts(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "topic")
    assert not answer.ephemeral
    assert "**Diffusion** 8 · **LLM" in said(answer)
    menu = answer.response.components[0]["components"][-1]["components"][0]
    opened = await world.manager.select(answer.response, [menu["options"][0]["value"]], custom_id="pick:topic")
    assert opened.ephemeral
    assert "8 papers" in said(opened)


async def test_an_unknown_topic_offers_the_nearest(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "topic", name="Difusoin")
    assert answer.ephemeral or "Diffusion" in said(answer)
    nothing = await world.reader.slash(world.channel, "topic", name="Zoology")
    assert nothing.ephemeral
    assert "no topic “Zoology”" in said(nothing)


async def test_paper_is_narrowed_like_a_search(world: World, said: Said, ids_of: Said) -> None:
    for title in ("MovieChat period:2026", "movie chat -lmm", '"dense token" topic:LLM', "MovieChat period:"):
        answer = await world.reader.slash(world.channel, "paper", title=title)
        assert not answer.ephemeral, title
        assert "MovieChat: From" in said(answer)
        (choice,) = await world.reader.autocomplete(world.channel, "paper", "title", title)
        assert choice["value"] == "arxiv:2307.16449"
    nothing = await world.reader.slash(world.channel, "paper", title="MovieChat period:1999")
    assert nothing.ephemeral
    assert "No paper fits “MovieChat period:1999”" in said(nothing)
    assert ids_of(nothing)[0] == "paper:arxiv:2307.16449"


async def test_a_topic_is_narrowed_like_a_search(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "topic", name="diffusion models -study")
    search = await world.reader.slash(world.channel, "search", words='topic:"diffusion models" -study')
    assert said(answer) == said(search)
    assert "1 paper" in said(answer)
    choices = await world.reader.autocomplete(world.channel, "topic", "name", "Diff -study")
    assert choices[0]["name"] == "Diffusion · -study"
    chosen = await world.reader.slash(world.channel, "topic", name=choices[0]["value"])
    assert "视频扩散模型" in said(chosen)
    assert "Diffusion study" not in said(chosen)


async def test_filters_that_leave_nothing_can_be_chosen_anew(world: World, said: Said, ids_of: Said) -> None:
    answer = await world.reader.slash(world.channel, "keypoint", name="Memory bank period:1999")
    assert answer.ephemeral
    assert "Nothing in the notes matches “keypoint: Memory bank · period: 1999”" in said(answer)
    assert "narrow:period" in ids_of(answer)
    free = 'keypoint:"Memory bank"'
    opened = await world.reader.select(answer.response, [free], custom_id="narrow:period")
    assert "MA-LMM" in said(opened)


async def test_a_topic_that_is_narrowed_by_too_much_is_told(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "topic", name=f"Diffusion -{'x' * 70}")
    assert answer.ephemeral
    assert "leave out a filter" in said(answer)
    assert await world.reader.autocomplete(world.channel, "topic", "name", f"Diffusion -{'x' * 90}") == []


async def test_search_offers_names_with_what_else_was_typed(world: World) -> None:
    choices = await world.reader.autocomplete(world.channel, "search", "words", "Diff has:c")
    assert {"name": "Diffusion · has:c", "value": "Diffusion has:c"} in [
        {"name": c["name"], "value": c["value"]} for c in choices
    ]


async def test_keypoint(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "keypoint", name="memory bank")
    assert not answer.ephemeral
    assert "MA-LMM" in said(answer)
    every = await world.reader.slash(world.channel, "keypoint")
    assert "扩散模型" in said(every)
    choices = await world.reader.autocomplete(world.channel, "keypoint", "name", "mem")
    assert any(c["name"] == "Memory bank · 1 paper" for c in choices)


async def test_search_marks_what_it_found(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "search", words="扩散")
    assert not answer.ephemeral
    assert "**扩散**" in said(answer)
    assert "MovieChat" in said(await world.reader.slash(world.channel, "search", words='"long videos" memory'))


@pytest.mark.parametrize(
    "words", ['"', "* OR (", "NEAR/", "title:", "-", "\\", "venue:-", "@everyone", "😀" * 35, "x" * 70, "`||`"]
)
async def test_no_search_is_an_error(world: World, said: Said, words: str) -> None:
    answer = await world.reader.slash(world.channel, "search", words=words)
    assert answer.acknowledged
    assert "went wrong" not in said(answer)


async def test_search_pages_keep_their_query(world: World) -> None:
    answer = await world.reader.slash(world.channel, "search", words="noise")
    await world.restart()
    turned = await world.reader.click(answer.response, label="Next")
    assert turned.response.id == answer.response.id
    assert "2 / 2" in str(turned.response.components)


async def test_a_menu_narrows_results_and_leads_back(world: World, said: Said, ids_of: Said) -> None:
    answer = await world.reader.slash(world.channel, "search", words="with")
    assert {"narrow:topic", "narrow:period"} <= set(ids_of(answer))
    await world.restart()
    narrowed = await world.reader.select(answer.response, ["with topic:Diffusion"], custom_id="narrow:topic")
    assert narrowed.response.id == answer.response.id
    assert "topic: Diffusion" in said(narrowed)
    assert "MovieChat" not in said(narrowed)
    back = await world.reader.select(narrowed.response, ["with"], custom_id="narrow:topic")
    assert "MovieChat" in said(back)


async def test_search_says_what_it_corrected(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "search", words="difusion")
    assert not answer.ephemeral
    assert "Results for “Diffusion” (you typed “difusion”)" in said(answer)


async def test_a_search_without_hits_offers_what_is_near(world: World, said: Said, ids_of: Said) -> None:
    answer = await world.reader.slash(world.channel, "search", words="MovieChat topic:Diffusion")
    assert answer.ephemeral
    assert "Nothing in the notes matches “MovieChat” (topic: Diffusion)" in said(answer)
    assert "paper:arxiv:2307.16449" in ids_of(answer)
    freed = await world.reader.click(answer.response, label="Search without filters")
    assert "MovieChat: From" in said(freed)


async def test_details_and_note_work_after_a_restart(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "paper", title="MovieChat")
    await world.restart()
    note = await world.manager.click(answer.response, label="Full note")
    assert note.ephemeral
    text = said(note)
    assert "**Method**" in text
    assert "  - first in, first out" in text
    assert "`N`" in text
    assert "```tex\na = \\frac{c}{n}\n```" in text
    assert "2026/03.md:3" in text


async def test_a_private_card_can_be_shown_to_everyone(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "topic", name="LLM")
    card = await world.reader.click(answer.response, custom_id="paper:arxiv:2307.16449")
    assert card.ephemeral
    shown = await world.reader.click(card.response, label="Show everyone")
    assert not shown.ephemeral
    assert "MovieChat" in said(shown)
    assert "Show everyone" not in str(shown.response.components)


async def test_a_paper_that_is_gone_is_told(world: World, said: Said) -> None:
    answer = await world.reader.slash(world.channel, "paper", title="MA-LMM")
    await world.library.remove("notes", ["2026/03.md"])
    gone = await world.reader.click(answer.response, label="Full note")
    assert gone.ephemeral
    assert "no longer in the notes" in said(gone)


async def test_a_key_that_was_given_out_keeps_working(world: World, said: Said, entry: Callable[..., Any]) -> None:
    answer = await world.reader.slash(world.channel, "paper", title="MA-LMM")
    shelf = [entry("MA-LMM: Memory-Augmented Large Multimodal Model", 20, arxiv="2404.05726")]
    await world.add(shelf, "2026/03.md")
    await world.restart()
    note = await world.reader.click(answer.response, label="Full note")
    assert "2404.05726" in said(note)


async def test_help_is_for_the_caller_and_tells_managers_more(world: World, said: Said) -> None:
    mine, theirs = await world.reader.slash(world.channel, "help"), await world.manager.slash(world.channel, "help")
    assert mine.ephemeral
    assert "/search" in said(mine)
    assert "/digest setup" not in said(mine)
    assert "/digest setup" in said(theirs)


async def test_a_fault_is_logged_once_with_the_reference_that_the_person_sees(
    world: World, said: Said, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await world.reader.slash(world.channel, "paper", title="MA-LMM")
    world.faults.append(Exception)
    world.env.inject_error("POST", "/interactions/*", status=400, code=50035)
    failed = await world.reader.click(answer.response, label="Full note")
    reference = said(failed).rsplit("`", 2)[1]
    records = [r for r in caplog.records if r.levelname == "ERROR"]
    assert len(records) == 1
    assert reference in records[0].getMessage()
    assert failed.ephemeral
