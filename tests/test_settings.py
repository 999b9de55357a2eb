import re
from pathlib import Path

import pytest

from digestbot.digest import parse_schedule
from digestbot.errors import SettingsError
from digestbot.settings import Settings, load_settings


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "digestbot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert settings.notes[0].path == Path("notes")
    assert settings.data.ledger_url == "sqlite:///data/ledger.db"
    assert settings.token is None


def test_the_settings_file_of_the_project_holds_the_defaults() -> None:
    shipped = load_settings(Path(__file__).parents[1] / "config" / "digestbot.toml", {})
    assert shipped.model_dump() == Settings.model_construct().model_dump()


def test_every_key_of_the_file_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [notes]
        path = "papers"
        [data]
        folder = "kept"
        [discord]
        guilds = [1, 2]
        api_base = "http://127.0.0.1:8000/api"
        gateway = "ws://127.0.0.1:8001/"
        [topics.aliases]
        Diffusion = ["扩散模型"]
        [keypoints.aliases]
        Text-to-image = ["T2I"]
        [log]
        level = "DEBUG"
        [[channels]]
        id = 123
        day = "monday"
        time = "9:00"
        timezone = "Europe/Berlin"
        topics = ["LLM"]
        start = "last"
        """,
    )
    settings = load_settings(path, {})
    assert (settings.notes[0].path, settings.data.folder) == (Path("papers"), Path("kept"))
    assert settings.discord.guilds == (1, 2)
    assert str(settings.discord.gateway) == "ws://127.0.0.1:8001/"
    assert settings.topics.aliases == {"Diffusion": ("扩散模型",)}
    assert settings.keypoints.aliases == {"Text-to-image": ("T2I",)}
    channel = settings.channels[0]
    assert (channel.id, channel.day, channel.time, channel.start) == (123, "Mondays", "09:00", "last")


@pytest.mark.parametrize("day", ["first monday", "每两周周一", "every 2 weeks on Monday from 2026-03-02", "工作日"])
def test_a_day_is_written_as_for_the_command(tmp_path: Path, day: str) -> None:
    path = write(tmp_path, f'[[channels]]\nid = 1\nday = "{day}"\ntime = "9:00"')
    (channel,) = load_settings(path, {}).channels
    wished = parse_schedule(day, "09:00", "UTC")
    assert parse_schedule(channel.day, channel.time, channel.timezone) == wished


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[notes]\npath = "a"\n[log]\nlevel = "DEBUG"\n')
    settings = load_settings(path, {"DIGESTBOT_NOTES__PATH": "b", "DIGESTBOT_DISCORD__GUILDS": "[7]"})
    assert (settings.notes[0].path, settings.log.level, settings.discord.guilds) == (Path("b"), "DEBUG", (7,))


def test_several_sources_are_a_list(tmp_path: Path) -> None:
    path = write(tmp_path, '[[notes]]\nname = "a b"\n[[notes]]\nname = "论文"\npath = "b"')
    told = [(notes.name, notes.path) for notes in load_settings(path, {}).notes]
    assert told == [("a b", Path("notes")), ("论文", Path("b"))]


def test_a_repository_is_a_source_and_its_credentials_are_shown_nowhere(tmp_path: Path) -> None:
    path = write(tmp_path, '[notes]\ngit = "https://me:s3cret@host/team/notes.git"\nbranch = "a/b"\nfolder = "papers"')
    (notes,) = load_settings(path, {}).notes
    origin = notes.origin(tmp_path)
    assert origin.place == origin.key == "https://host/team/notes.git (a/b) /papers"
    assert "s3cret" not in repr(notes)


@pytest.mark.parametrize("url", ["git@host:team/notes.git", "ssh://git@host:22/x", "file:///srv/x.git"])
def test_an_address_without_a_password_is_shown_as_it_is(tmp_path: Path, url: str) -> None:
    (notes,) = load_settings(write(tmp_path, ""), {"DIGESTBOT_NOTES__GIT": url}).notes
    assert notes.origin(tmp_path).place == url


def test_the_token_comes_from_its_variable_and_is_not_shown(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), {"DISCORD_TOKEN": "abc.def"})
    assert settings.token is not None
    assert settings.token.get_secret_value() == "abc.def"
    assert "abc.def" not in repr(settings)


def test_the_token_comes_from_a_secret_file(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "discord_token").write_text("xyz\n", encoding="utf-8")
    secrets = {"DIGESTBOT_SECRETS": str(tmp_path / "secrets")}
    settings = load_settings(write(tmp_path, ""), secrets)
    assert settings.token is not None
    assert settings.token.get_secret_value() == "xyz"
    both = load_settings(write(tmp_path, ""), {**secrets, "DISCORD_TOKEN": "abc"})
    assert both.token is not None
    assert both.token.get_secret_value() == "abc"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[notes]\ngit = "https://h/x"\npath = "a"', r"notes: path and git exclude each other; remove one"),
        ('[notes]\nbranch = "x"', r"notes: branch is for a repository; set git, or remove branch$"),
        ('[[notes]]\ngit = "https://h/x"\nbranch = "-x"', r"notes\.0: the branch is not a name that git allows"),
        (
            '[notes]\ngit = "https://h/x"\nfolder = "a/../.."',
            r"notes: the folder leads out of the repository; remove ..$",
        ),
        ('[notes]\ngit = "ext::sh -c x"', r"notes\.git: write https://host/group/repository, ssh://…, git@"),
        ('[notes]\ngit = "--upload-pack=x"', r"notes\.git: write https://host"),
        ('[notes]\ngit = "ssh://-oProxyCommand=x/y"', r"notes\.git: write https://host"),
        ('[notes]\ngit = "https://me:s3cret@h/x y"', r"notes\.git: write https://host/[^@]*git@host[^@]*$"),
        ('[notes]\ngit = "https://h/x"\nevery = 0', r"notes\.every: input should be greater than or equal to 1"),
        ("notes = []", r"notes: there is none; write a section \[notes\] with a path$"),
        (
            '[[notes]]\npth = "x"',
            r"notes\.0\.pth: unknown setting; known here: path, git, branch, folder, every, name, rules$",
        ),
        ('[[notes]]\n[[notes]]\nname = "a"', r"notes: one of them has no name; with several, give each its own$"),
        ('[[notes]]\nname = "a"\n' * 2, r"notes: two of them have the name a; give each its own$"),
        ('[[notes]]\nname = "a"\n[[notes]]\nname = "b"', r"notes: two of them are notes; remove one$"),
        ('[notes]\nname = "a/b"', r"notes\.name: a name has no slash, .*$"),
        (
            '[notes]\npth = "x"',
            r"notes\.pth: unknown setting; known here: path, git, branch, folder, every, name, rules$",
        ),
        ("[nots]", r"nots: unknown setting; known here: notes, data, discord, topics, keypoints, channels, log$"),
        ('[log]\nlevel = "LOUD"', r"log\.level: input should be 'DEBUG', 'INFO', .* \(it is 'LOUD'\)$"),
        (
            '[topics.aliases]\nMemory = ["记忆"]\nRecall = ["记忆 "]',
            r"topics\.aliases: “记忆 ” stands for both “Memory” and “Recall”; leave it under one of them$",
        ),
        (
            '[keypoints.aliases]\nT2I = ["Text to images"]\n"text-to-image" = []',
            r"keypoints\.aliases: “text-to-image” stands for both “T2I” and “text-to-image”; leave it under one",
        ),
        (
            '[keypoints.aliases]\nT2I = [" "]',
            r"keypoints\.aliases: one of the names is empty; write",
        ),
        ("[discord]\nguilds = [0]", r"discord\.guilds\.0: input should be greater than or equal to 1 \(it is 0\)$"),
        ('[discord]\napi_base = "nowhere"', r"discord\.api_base: input should be a valid URL"),
        ("[notes\n", r"this is not valid TOML: .*line 1"),
        (
            '[[channels]]\nid = 1\nday = "someday"\ntime = "9:00"',
            r"channels\.0\.day: “someday” is not a weekday or .*; write one like Monday, .*$",
        ),
        ('[[channels]]\nid = 1\nday = "monday"', r"channels\.0\.time: field required$"),
        ('[[channels]]\nid = 1\nday = "monday"\ntime = "25:00"', r"channels\.0\.time: “25:00” is not a time of day"),
        (
            '[[channels]]\nid = 1\nday = "monday"\ntime = "9:00"\ntimezone = "Europe/Berln"',
            r"channels\.0\.timezone: .*did you mean Europe/Berlin",
        ),
        (
            '[[channels]]\nid = 7\nday = "monday"\ntime = "9:00"\n' * 2,
            r"channels: two of them have the id 7; a channel gets one digest, so remove one$",
        ),
        ("[data]\nkeep_backups = -1", r"data\.keep_backups: input should be greater than or equal to 0 \(it is -1\)$"),
        (
            '[[channels]]\nid = 1\nday = "monday"\ntime = "9:00"\nhour = 3',
            r"channels\.0\.hour: unknown setting; known here: id, day, time, timezone, topics, start$",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError, match=told) as error:
        load_settings(path, {})
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DIGESTBOT_NOTES__PTH", "x", "DIGESTBOT_NOTES__PTH: unknown setting; known here: path"),
        ("DIGESTBOT_NOTS__PATH", "x", "DIGESTBOT_NOTS__PATH: unknown setting; after DIGESTBOT_ comes one of NOTES"),
        ("DIGESTBOT_NOTES_PATH", "x", "DIGESTBOT_NOTES_PATH: unknown setting; after DIGESTBOT_ comes one of NOTES"),
        ("DIGESTBOT_DATA", "x", "DIGESTBOT_DATA: this is a section; set one of its keys: DIGESTBOT_DATA__FOLDER"),
        ("DIGESTBOT_LOG__LEVEL", "LOUD", "DIGESTBOT_LOG__LEVEL: input should be"),
        ("DIGESTBOT_DISCORD__GUILDS", "[x", "DIGESTBOT_DISCORD__GUILDS: "),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(tmp_path: Path, name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(write(tmp_path, ""), {name: value})
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such settings file"):
        load_settings(tmp_path / "gone.toml", {})
    with pytest.raises(SettingsError, match="no such settings file"):
        load_settings(None, {"DIGESTBOT_CONFIG": str(tmp_path / "gone.toml")})


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "digestbot.toml"
    path.write_bytes("[notes]\npath = 'Aufsätze'\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"digestbot\.toml: the settings file is not UTF-8 text \(at byte 20\)"):
        load_settings(path, {})


@pytest.mark.parametrize("token", ["abc def", "abc\ndef", "abc\r\n\tdef", "abc\x00", "abc\udcff", "令牌"])
def test_what_cannot_be_a_token_is_told_and_not_shown(tmp_path: Path, token: str) -> None:
    with pytest.raises(SettingsError, match=r"DISCORD_TOKEN: the token has .* copy it again") as caught:
        load_settings(write(tmp_path, ""), {"DISCORD_TOKEN": token})
    assert "abc" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_stands_around_a_token_is_dropped(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), {"DISCORD_TOKEN": " abc.def\r\n"})
    assert settings.token is not None
    assert settings.token.get_secret_value() == "abc.def"
    assert load_settings(write(tmp_path, ""), {"DISCORD_TOKEN": " \n"}).token is None


def test_a_file_with_a_token_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "discord_token").write_bytes(b"\xff\xfeabc")
    with pytest.raises(SettingsError, match="discord_token: the file with the token is not text"):
        load_settings(write(tmp_path, ""), {"DIGESTBOT_SECRETS": str(tmp_path)})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("papers = 'level 9'", "notes.rules.0.papers: input should be 'level 1', "),
        ("topics = 'heading'", "notes.rules.0.topics: input should be 'level 1', "),
        ("topics = ['a', 1]", "or a list of topics (it is ['a', 1])"),
        ("period = 'file'", "notes.rules.0.period: input should be 'heading', 'path', 'front matter' or 'none' (it is"),
        ("keypoints = 'a'", "notes.rules.0.keypoints: "),
        ("keypoints = ['a', ' ']", "notes.rules.0.keypoints.1: "),
        ("level = 3", "known here: files, papers, topics, period, keypoints, skip"),
    ],
)
def test_a_wrong_rule_is_told_in_one_line(tmp_path: Path, line: str, told: str) -> None:
    path = write(tmp_path, f"[[notes.rules]]\nfiles = '**'\n{line}\n")
    with pytest.raises(SettingsError) as error:
        load_settings(path, {})
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("files", ["''", "[]", "['a', 1]", "'/notes/*'", "3"])
def test_globs_of_a_rule_are_below_the_notes(tmp_path: Path, files: str) -> None:
    with pytest.raises(SettingsError, match=r"notes\.rules\.0\.files: write globs below the folder of notes"):
        load_settings(write(tmp_path, f"[[notes.rules]]\nfiles = {files}\n"), {})


def test_the_rules_in_the_documentation_are_settings(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "checking-notes.md").read_text("utf-8")
    blocks = re.findall(r"(?ms)^```toml\n(.*?)^```$", text)
    assert blocks
    rules = [rule for block in blocks for one in load_settings(write(tmp_path, block), {}).notes for rule in one.rules]
    assert [rule.papers for rule in rules] == ["level 3", None]
    assert rules[1].skip
