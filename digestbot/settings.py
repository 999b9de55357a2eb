"""Settings: `config/digestbot.toml`, then `DIGESTBOT_…` variables, the token apart.

Every key is declared here once, with its default; an unknown or wrong one stops the start with one line that names the
place, the key, what came and what is allowed. Paths are relative to the working directory.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self, cast, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    PlainValidator,
    SecretStr,
    StringConstraints,
    ValidationError,
    WebsocketUrl,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceFailed

from digestbot.digest import StartOption, parse_day, parse_time, parse_timezone
from digestbot.errors import ChannelError, SettingsError
from digestbot.library import doubled
from digestbot.parsing import PapersRule, PeriodRule, Rule, Rules, TopicsRule
from digestbot.sources import Folder, Origin, Repository, Rulebook

CONFIG = Path("config/digestbot.toml")
SECRETS = Path("/run/secrets")
"""Where Docker and systemd put secret files; one named `discord_token` holds the token."""

_PREFIX = "DIGESTBOT_"
Snowflake = Annotated[int, Field(ge=1, lt=2**64)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _a_name(name: str) -> str:
    if name != name.strip() or "/" in name or not name.isprintable() or name in {".", ".."}:
        raise ValueError("a name has no slash, no line break, and no space around it")
    return name


def _globs(given: object) -> tuple[str, ...]:
    globs = _texts((given,) if isinstance(given, str) else given)
    if not globs or any(not glob.strip() or glob.startswith("/") for glob in globs):
        raise ValueError(f'write globs below the folder of notes, as in "2024/**/*.md" (it is {given!r})')
    return globs


def _topics_rule(given: object) -> str | tuple[str, ...]:
    if isinstance(given, str) and given in get_args(TopicsRule):
        return given
    topics = _texts(given)
    if topics is None or not all(topic.strip() for topic in topics):
        allowed = ", ".join(map(repr, get_args(TopicsRule)))
        raise ValueError(f"input should be {allowed} or a list of topics (it is {given!r})")
    return topics


def _texts(given: object) -> tuple[str, ...] | None:
    if not isinstance(given, list | tuple):
        return None
    texts = tuple(text for text in cast("list[object]", given) if isinstance(text, str))
    return texts if len(texts) == len(cast("list[object]", given)) else None


class RuleSettings(_Section):
    """How the notes that match the globs are read where the reader would guess; what is left out it decides."""

    files: Annotated[tuple[str, ...], BeforeValidator(_globs)]
    papers: PapersRule | None = None
    topics: Annotated[TopicsRule | tuple[str, ...] | None, PlainValidator(_topics_rule)] = None
    period: PeriodRule | None = None
    keypoints: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] | None = None
    skip: bool | None = None

    @property
    def rule(self) -> Rule:
        """The rule as the reader takes it."""
        return Rule(self.files, Rules(self.papers, self.topics, self.period, self.keypoints, self.skip))


def _an_address(url: str) -> str:
    """Refuse what git would take for an option or a command. The address is not shown: a password may be in it."""
    if not _ADDRESS.fullmatch(url):
        raise ValueError("write https://host/group/repository, ssh://…, git@host:group/repository or file:///…")
    return url


_ADDRESS = re.compile(r"(https?|ssh)://[^/\s-]\S*|file:///\S+|[\w.][\w.-]*@[\w.][\w.-]*:[^\s:-]\S*")
_BRANCH = r"^$|^(?![-/.])(?!.*(\.\.|//|@\{|\.lock$|[./]$))[^\s~^:?*\[\\\x00-\x1f]+$"


class NotesSettings(_Section):
    """A source of notes: the folder `path`, or a repository `git`, of which it may be a `branch` and a `folder`.

    `name`, if given, stands before the names of its files. `every` is in minutes.
    """

    path: Path = Path("notes")
    git: Annotated[str, AfterValidator(_an_address), Field(repr=False)] = ""
    branch: str = ""
    folder: str = ""
    every: Annotated[int, Field(ge=1, le=10_080)] = 15
    name: Annotated[str, AfterValidator(_a_name)] = ""
    rules: tuple[RuleSettings, ...] = ()

    @property
    def reading(self) -> tuple[Rule, ...]:
        """The rules as the reader takes them."""
        return tuple(told.rule for told in self.rules)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        of_git = sorted(self.model_fields_set & {"branch", "folder", "every"})
        if self.git and "path" in self.model_fields_set:
            raise ValueError("path and git exclude each other; remove one, or make two sections [[notes]]")
        if of_git and not self.git:
            raise ValueError(f"{of_git[0]} is for a repository; set git, or remove {of_git[0]}")
        if not re.search(_BRANCH, self.branch):
            raise ValueError("the branch is not a name that git allows; write it as git branch shows it")
        if ".." in PurePosixPath(self.folder).parts:
            raise ValueError("the folder leads out of the repository; remove ..")
        return self

    def origin(self, clones: Path) -> Origin:
        """Return where these notes come from; a repository is cloned below the folder `clones`."""
        if not self.git:
            return Folder(self.path, self.name)
        return Repository(self.git, clones, branch=self.branch, folder=self.folder, name=self.name, every=self.every)


def _as_list(given: object) -> object:
    """Take one table for a list of one; validated here, so that errors name its keys without a number."""
    return (NotesSettings.model_validate(given),) if isinstance(given, dict) else given


def _apart(sources: tuple[NotesSettings, ...]) -> tuple[NotesSettings, ...]:
    """Refuse sources that could not be told apart."""
    if not sources:
        raise ValueError("there is none; write a section [notes] with a path")
    if len(sources) == 1:
        return sources
    names = [source.name for source in sources]
    if "" in names:
        raise ValueError("one of them has no name; with several, give each its own")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"two of them have the name {twice}; give each its own")
    places = [source.origin(Path()).place for source in sources]
    if again := next((place for place in places if places.count(place) > 1), None):
        raise ValueError(f"two of them are {again}; remove one")
    return sources


class DataSettings(_Section):
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


class DiscordSettings(_Section):
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


class TopicsSettings(_Section):
    """Which topics are the same: the name to show, and the other names it goes by."""

    aliases: Aliases = Field(default_factory=dict[str, tuple[str, ...]])


class KeypointsSettings(_Section):
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


class ChannelSettings(_Section):
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


class LogSettings(_Section):
    """What the log tells."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(BaseSettings):
    """All settings, as read at the start."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    notes: Annotated[tuple[NotesSettings, ...], BeforeValidator(_as_list), AfterValidator(_apart)] = (NotesSettings(),)
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


def load_settings(config: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings; `config` None means the default file, which need not exist.

    Raises SettingsError.
    """
    path = config or Path(environ.get(f"{_PREFIX}CONFIG", CONFIG))
    if not path.is_file() and path != CONFIG:
        raise SettingsError(f"{path}: no such settings file; name another with --config")

    class Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            secrets = Path(environ.get(f"{_PREFIX}SECRETS", SECRETS))
            return (
                _Environment(settings_cls, environ),
                TomlConfigSettingsSource(settings_cls, path),
                *((_TokenFile(settings_cls, secrets),) if secrets.is_dir() else ()),
            )

    _refuse_unknown_variables(environ)
    try:
        settings = Loaded()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: this is not valid TOML: {error}") from error
    except SourceFailed as error:  # its cause is an error of ours, from `_TokenFile`
        raise SettingsError(str(error.__cause__ or error)) from error
    except UnicodeDecodeError as error:
        told = f"{path}: the settings file is not UTF-8 text (at byte {error.start}); save it as UTF-8"
        raise SettingsError(told) from error
    except OSError as error:
        raise SettingsError(f"{path}: the settings file cannot be read ({error.strerror})") from error
    except ValidationError as error:
        raise SettingsError(_told(error.errors()[0], path, environ)) from error
    _check_token(settings.token)
    return settings


def _check_token(token: SecretStr | None) -> None:
    """Refuse what cannot be a token, and could not even be sent. Raises SettingsError; the token is not shown."""
    text = token.get_secret_value() if token else ""
    if not text.isascii() or any(sign.isspace() or not sign.isprintable() for sign in text):
        told = "a space, a line break or a sign in it that no token has"
        raise SettingsError(f"DISCORD_TOKEN: the token has {told}; copy it again, as one word, from Bot → Reset Token")


class _Environment(EnvSettingsSource):
    """The variables that were passed in, in place of the process's own."""

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(settings_cls, case_sensitive=True)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        upper = {name.removeprefix(_PREFIX).lower(): v for name, v in self._environ.items() if name.startswith(_PREFIX)}
        return {f"{_PREFIX}{name}": value for name, value in upper.items()} | {
            name: value.strip() for name, value in self._environ.items() if name == "DISCORD_TOKEN" and value.strip()
        }

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError as error:
            name = next(name for name, given in self._environ.items() if given == value)
            raise SettingsError(f"{name}: write it as JSON, as in [1, 2] (it is {value!r})") from error


class _TokenFile(SecretsSettingsSource):
    """The token in a file `discord_token` of the folder for secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        file = Path(str(self.secrets_dir), "discord_token")
        if field_name == "token" and file.is_file():
            return _read_token(file), "DISCORD_TOKEN", False
        return None, field_name, False


def _read_token(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: the file with the token is not text; write the token into it anew") from error
    except OSError as error:
        raise SettingsError(f"{file}: the file with the token cannot be read ({error.strerror})") from error


_NO_SETTINGS = {"CONFIG", "SECRETS", "CORPUS", "FUZZ", "POSTGRES"}
"""Variables with the prefix that are no settings; the last three are for tests."""


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    sections = {name.upper(): field for name, field in Settings.model_fields.items() if name != "token"}
    for name in environ:
        section, nested, _ = name.removeprefix(_PREFIX).upper().partition("__")
        if not name.startswith(_PREFIX) or (section in _NO_SETTINGS and not nested):
            continue
        if section not in sections:
            raise SettingsError(f"{name}: unknown setting; after {_PREFIX} comes one of {', '.join(sections)} and __")
        model = sections[section].annotation
        if not nested and isinstance(model, type) and issubclass(model, BaseModel):
            keys = ", ".join(f"{name}__{key.upper()}" for key in model.model_fields)
            raise SettingsError(f"{name}: this is a section; set one of its keys: {keys}")


def _told(error: ErrorDetails, path: Path, environ: Mapping[str, str]) -> str:
    """Put a validation error into one line: the place, the key, what came, what is allowed."""
    keys = [str(key) for key in error["loc"]]
    variable = next((v for v in environ if v.upper() == f"{_PREFIX}{'__'.join(keys)}".upper()), None)
    place = variable or f"{path}: {'.'.join(keys)}"
    if error["type"] == "extra_forbidden":
        return f"{place}: unknown setting; known here: {', '.join(_known(keys[:-1]))}"
    message = error["msg"].removeprefix("Value error, ")
    came = "" if error["type"] in ("missing", "value_error") else f" (it is {error['input']!r})"
    return f"{place}: {message[0].lower()}{message[1:]}{came}"


_LISTS: Mapping[str, type[BaseModel]] = {"channels": ChannelSettings, "notes": NotesSettings, "rules": RuleSettings}


def _known(section: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for key in section:
        if key in _LISTS:
            model = _LISTS[key]
            continue
        inner = model.model_fields[key].annotation if key in model.model_fields else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return [name for name in model.model_fields if name != "token"]
