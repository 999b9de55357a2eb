"""Reads the settings from their file and from variables, and puts what is wrong into one line.

The line names the place, the key, what came and what is allowed.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceFailed

from digestbot.errors import SettingsError
from digestbot.settings.model import PREFIX, ChannelSettings, Settings
from digestbot.settings.notes import NotesSettings, RuleSettings

CONFIG = Path("config/digestbot.toml")
SECRETS = Path("/run/secrets")
"""Where Docker and systemd put secret files; one named `discord_token` holds the token."""


def load_settings(config: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings; `config` None means the default file, which need not exist.

    Raises SettingsError.
    """
    path = config or Path(environ.get(f"{PREFIX}CONFIG", CONFIG))
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
            secrets = Path(environ.get(f"{PREFIX}SECRETS", SECRETS))
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
        upper = {name.removeprefix(PREFIX).lower(): v for name, v in self._environ.items() if name.startswith(PREFIX)}
        return {f"{PREFIX}{name}": value for name, value in upper.items()} | {
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
        section, nested, _ = name.removeprefix(PREFIX).upper().partition("__")
        if not name.startswith(PREFIX) or (section in _NO_SETTINGS and not nested):
            continue
        if section not in sections:
            raise SettingsError(f"{name}: unknown setting; after {PREFIX} comes one of {', '.join(sections)} and __")
        model = sections[section].annotation
        if not nested and isinstance(model, type) and issubclass(model, BaseModel):
            keys = ", ".join(f"{name}__{key.upper()}" for key in model.model_fields)
            raise SettingsError(f"{name}: this is a section; set one of its keys: {keys}")


def _told(error: ErrorDetails, path: Path, environ: Mapping[str, str]) -> str:
    """Put a validation error into one line: the place, the key, what came, what is allowed."""
    keys = [str(key) for key in error["loc"]]
    variable = next((v for v in environ if v.upper() == f"{PREFIX}{'__'.join(keys)}".upper()), None)
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
