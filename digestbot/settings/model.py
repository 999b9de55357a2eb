"""Every key of the settings, declared here once with its default; those of `[notes]` beside this."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, WebsocketUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

from digestbot.digest import StartOption, parse_day, parse_time, parse_timezone
from digestbot.errors import ChannelError
from digestbot.library import doubled
from digestbot.settings.notes import Notes, NotesSettings
from digestbot.settings.section import Section
from digestbot.sources import Rulebook

PREFIX = "DIGESTBOT_"
"""What the names of variables that are settings begin with."""

Snowflake = Annotated[int, Field(ge=1, lt=2**64)]


class DataSettings(Section):
    """Where library and ledger are kept. `ledger` is a database URL, by default SQLite in the folder.

    `keep_backups` are the days that the daily backups of an SQLite ledger are kept; 0 makes none and deletes none.
    """

    folder: Path = Path("data")
    ledger: str | None = None
    keep_backups: Annotated[int, Field(ge=0, le=36_500)] = 14

    @property
    def clones(self) -> Path:
        """Where repositories of notes are cloned."""
        return self.folder / "sources"

    @property
    def ledger_url(self) -> str:
        """The ledger's database URL."""
        return self.ledger or f"sqlite:///{self.folder / 'ledger.db'}"


class DiscordSettings(Section):
    """How Discord is reached. `guilds` empty means every server that the bot is in."""

    guilds: tuple[Snowflake, ...] = ()
    api_base: HttpUrl | None = None
    gateway: WebsocketUrl | None = None


def _each_for_one(aliases: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    if any(not name.strip() for one, others in aliases.items() for name in (one, *others)):
        raise ValueError("one of the names is empty; write a name or remove it")
    if twice := doubled(aliases):
        raise ValueError("“{}” stands for both “{}” and “{}”; leave it under one of them".format(*twice))
    return aliases


Aliases = Annotated[Mapping[str, tuple[str, ...]], AfterValidator(_each_for_one)]


class TopicsSettings(Section):
    """Which topics are the same: the name to show, and the other names it goes by."""

    aliases: Aliases = Field(default_factory=dict[str, tuple[str, ...]])


class KeypointsSettings(Section):
    """Which keypoints are the same, as for topics."""

    aliases: Aliases = Field(default_factory=dict[str, tuple[str, ...]])


def _understood(parse: Callable[[str], str]) -> AfterValidator:
    """Check a text as `/digest setup` does, with the same sentences."""

    def check(text: str) -> str:
        try:
            return parse(text)
        except ChannelError as error:
            raise ValueError(str(error)) from error

    return AfterValidator(check)


class ChannelSettings(Section):
    """A channel that gets digests, set up by the operator instead of by `/digest setup`."""

    id: Snowflake
    day: Annotated[str, _understood(parse_day)]
    time: Annotated[str, _understood(parse_time)]
    timezone: Annotated[str, _understood(parse_timezone)] = "UTC"
    topics: tuple[str, ...] = ()
    start: StartOption = "now"


def _each_once(channels: tuple[ChannelSettings, ...]) -> tuple[ChannelSettings, ...]:
    ids = [channel.id for channel in channels]
    twice = next((number for number in ids if ids.count(number) > 1), None)
    if twice is not None:
        raise ValueError(f"two of them have the id {twice}; a channel gets one digest, so remove one")
    return channels


class LogSettings(Section):
    """What the log tells."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(BaseSettings):
    """All settings, as read at the start."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    notes: Notes = (NotesSettings(),)
    data: DataSettings = DataSettings()
    discord: DiscordSettings = DiscordSettings()
    topics: TopicsSettings = TopicsSettings()
    keypoints: KeypointsSettings = KeypointsSettings()
    channels: Annotated[tuple[ChannelSettings, ...], AfterValidator(_each_once)] = ()
    log: LogSettings = LogSettings()
    token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")

    @property
    def rulebook(self) -> Rulebook:
        """The rules of all sources, for reading files without the bot."""
        return Rulebook((None if one.git else one.path, one.reading) for one in self.notes)
