import pytest

from digestbot.demo.typed import Call, Command, Option, understand

COMMANDS = [
    Command("paper", (Option("paper", required=True),)),
    Command("topic", (Option("topic"),)),
    Command("search", (Option("query", required=True), Option("sort"))),
    Command("help"),
    Command("digest now"),
    Command("digest setup", (Option("channel", required=True, text=False), Option("day", required=True))),
]


@pytest.mark.parametrize(
    ("typed", "command", "options"),
    [
        ("/paper MovieChat", "paper", {"paper": "MovieChat"}),
        ("/paper   dense token\u00a0to  sparse ", "paper", {"paper": "dense token to sparse"}),
        ("/Paper MovieChat", "paper", {"paper": "MovieChat"}),
        ("/paper VideoMAE: masked: autoencoders", "paper", {"paper": "VideoMAE: masked: autoencoders"}),
        ("/paper paper:MovieChat", "paper", {"paper": "MovieChat"}),
        ("/topic", "topic", {}),
        ("/topic 扩散模型", "topic", {"topic": "扩散模型"}),
        ('/search "Long-Term" video', "search", {"query": '"Long-Term" video'}),
        ('/search query: "Long-Term" video sort: new', "search", {"query": '"Long-Term" video', "sort": "new"}),
        ("/search sort: new query: video", "search", {"query": "video", "sort": "new"}),
        ("/help", "help", {}),
        ("/help me", "help", {}),
        ("/digest now", "digest now", {}),
    ],
)
def test_a_typed_command_is_understood(typed: str, command: str, options: dict[str, str]) -> None:
    assert understand(typed, COMMANDS) == Call(command, options)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("/papers MovieChat", "There is no command `/papers`. Did you mean `/paper`?"),
        ("/paperMovieChat", "There is no command `/papermoviechat`. Did you mean `/paper`?"),
        ("/xyzzy", "There is no command `/xyzzy`. Type `/` alone to see them all."),
        ("/", "Type `/` and pick a command from the list."),
        ("/digest", "`/digest` is one of `/digest now`, `/digest setup`."),
        ("/paper", "`/paper` needs paper: pick it from the list that opens at `/`, and fill it in."),
        (
            "/digest setup #papers",
            "`/digest setup` needs channel: pick it from the list that opens at `/`, and fill it in.",
        ),
        (
            "/digest setup",
            "`/digest setup` needs channel and day: pick it from the list that opens at `/`, and fill it in.",
        ),
    ],
)
def test_what_cannot_be_run_gets_a_hint(typed: str, hint: str) -> None:
    assert understand(typed, COMMANDS) == hint
