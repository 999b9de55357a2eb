"""Commands that a person typed out as a plain message, as one does in a chat: which command, with which options.

Discord's own client turns `/paper MovieChat` into the command while it is being typed; the simulated one sends it as
a message unless the command was picked from its list.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a command; only `text` ones can be typed out, the others are picked (a channel, a role)."""

    name: str
    required: bool = False
    text: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its full name (`digest setup`), with its options in Discord's order."""

    name: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A command to be run with these options."""

    command: str
    options: Mapping[str, str]


def understand(typed: str, commands: Sequence[Command]) -> Call | str:
    """Return the call that a message starting with `/` stands for, or a sentence that says what to type instead.

    Options may be named (`/search query: "Long-Term" video`); without names, the whole rest is the one option that
    the command needs, or its first.
    """
    line = " ".join(typed.removeprefix("/").split())
    command = _named(line, commands)
    if command is None:
        return _unknown(line, commands)
    rest = line[len(command.name) :].strip()
    options = _options(rest, command.options)
    missing = [o.name for o in command.options if o.required and o.name not in options]
    if missing:
        return f"`/{command.name}` needs {_listed(missing)}: pick it from the list that opens at `/`, and fill it in."
    return Call(command.name, options)


def _named(line: str, commands: Sequence[Command]) -> Command | None:
    return next((c for c in commands if f"{line.lower()} ".startswith(f"{c.name} ")), None)


def _unknown(line: str, commands: Sequence[Command]) -> str:
    word = line.split(" ")[0].lower()
    group = [f"`/{c.name}`" for c in commands if c.name.startswith(f"{word} ")]
    if group:
        return f"`/{word}` is one of {', '.join(group)}."
    names = [c.name for c in commands]
    close = [n for n in names if word.startswith(n)] or difflib.get_close_matches(word, names, n=1)
    meant = f"Did you mean `/{close[0]}`?" if close else "Type `/` alone to see them all."
    return f"There is no command `/{word}`. {meant}" if word else "Type `/` and pick a command from the list."


def _options(rest: str, options: Sequence[Option]) -> dict[str, str]:
    texts = [o for o in options if o.text]
    if not rest or not texts:
        return {}
    names = "|".join(re.escape(o.name) for o in texts)
    pieces = re.split(rf"(?:^|(?<= ))({names}):", rest)
    if len(pieces) > 1 and not pieces[0]:
        return {name: value.strip() for name, value in zip(pieces[1::2], pieces[2::2], strict=True) if value.strip()}
    first = next((o for o in texts if o.required), texts[0])
    return {first.name: rest}


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
