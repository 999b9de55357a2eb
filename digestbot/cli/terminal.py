"""What the command line shows on a terminal: progress, complaints, and Discord messages as text."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from digestbot.models import Payload

T = TypeVar("T")
_stderr = Console(stderr=True, highlight=False, markup=False)


def complain(line: str) -> None:
    """Say a line on standard error."""
    _stderr.print(line, soft_wrap=True)


@contextmanager
def progress(what: str) -> Generator[Callable[[int, int], None]]:
    """Show a bar on standard error until all is done; yields a function that takes `done` and `total`.

    In a pipe nothing is shown.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = sys.stderr.isatty()
    # rich would send standard output to the console of the bar, that is to standard error.
    with Progress(*columns, console=_stderr, transient=True, redirect_stdout=False, disable=not shown) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if done >= total:
                bar.stop()

        yield tell


def tracked(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass items on with a progress bar."""
    with progress(what) as tell:
        for done, item in enumerate(items):
            tell(done, total)
            yield item


def show(payload: Payload, out: Console) -> None:
    """Print the texts of a Discord message, its buttons in brackets."""
    for component in payload["components"]:
        _show_component(component, out)


# https://docs.discord.com/developers/components/reference#component-object-component-types
_ACTION_ROW, _BUTTON, _SECTION, _TEXT, _SEPARATOR, _CONTAINER = 1, 2, 9, 10, 14, 17


def _show_component(component: Mapping[str, Any], out: Console) -> None:
    match component["type"]:
        case kind if kind == _TEXT:
            out.print(Markdown(_for_terminal(component["content"])))
        case kind if kind == _SEPARATOR:
            out.print()
        case kind if kind == _ACTION_ROW:
            out.print("  ".join(f"[{b['label']}]" for b in component["components"] if b.get("label")), style="dim")
        case kind if kind in (_SECTION, _CONTAINER):
            for inner in component["components"]:
                _show_component(inner, out)
            if kind == _SECTION:
                out.print()
        case _:
            pass


def _for_terminal(text: str) -> str:
    """Turn what only Discord's Markdown has into CommonMark: subtext becomes a line in italics."""
    lines = (f"*{line.removeprefix('-# ')}*" if line.startswith("-# ") else line for line in text.splitlines())
    return "  \n".join(lines)
