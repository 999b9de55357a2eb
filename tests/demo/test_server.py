from typing import Any

from discord import app_commands

from digestbot.demo.server import Server, commands
from digestbot.demo.typed import Command, Option


def test_the_commands_of_the_tree_are_known(server: Server, tree: app_commands.CommandTree[Any]) -> None:
    assert commands(tree) == [Command("echo", (Option("words", required=True),)), Command("settle")]


def test_only_one_of_the_two_may_manage_the_server(server: Server) -> None:
    visible = [m.available_commands(server.papers) for m in (server.you, server.reader)]
    assert visible == [("echo", "settle"), ("echo",)]


async def test_messages_carry_the_time_of_the_clock(server: Server) -> None:
    sent = await server.you.send(server.papers, "now")
    assert sent.created_at.isoformat(timespec="seconds") == "2026-03-06T09:30:00+00:00"


async def test_a_command_is_run_and_a_refusal_told(server: Server) -> None:
    assert await server.run(server.you, "echo", {"words": "x"}) == ""
    assert await server.run(server.you, "echo", {}) == (
        "Discord would not take that: Command 'echo' requires option 'words'"
    )


async def test_a_choice_is_shown_by_its_name_and_run_by_its_value(server: Server) -> None:
    choices = await server.you.autocomplete(server.papers, "echo", "words", "xyz")
    assert [(c["name"], c["value"]) for c in choices] == [("Say xyz", "Say xyz"), ("Say xyz", "XYZ")]
    for choice in choices:
        await server.run(server.you, "echo", {"words": choice["value"]})
    assert [m.content for m in server.papers.history()] == ["Heard: xyz", "Heard: XYZ"]
