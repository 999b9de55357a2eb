"""Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a pull request.

The form is that of "Workflow commands for GitHub Actions" (docs.github.com).
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator

from digestbot.curate import SEVERITIES, in_full, number, ranked
from digestbot.models import Diagnostic

_SHOWN = 10
"""Annotations of a kind that GitHub shows for one step (docs/problem-matchers.md of github.com/actions/toolkit)."""
_CALLED = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("notice", "remarks")}

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def workflow_commands(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Put diagnostics as lines, a file's first before its others, so that GitHub shows of each file as much as it can.

    Where it shows some only, the last that it does show says how many there are besides.
    """
    every = ranked(diagnostics)
    for severity in SEVERITIES:
        some = _spread([d for d in every if d.severity == severity])
        if len(some) > _SHOWN:
            kind, called = _CALLED[severity]
            yield f"::{kind} title=digestbot check::{number(some[_SHOWN - 1 :]):,} more {called}: see the step's log"
        yield from map(workflow_command, some)


def _spread(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    turns = Counter[str]()
    order: list[int] = []
    for diagnostic in diagnostics:
        order.append(turns[diagnostic.file])
        turns[diagnostic.file] += 1
    return [d for _, d in sorted(zip(order, diagnostics, strict=True), key=lambda pair: pair[0])]


def workflow_command(diagnostic: Diagnostic) -> str:
    """Put a diagnostic as one line; line 1 stands for the whole file, files are named from where `check` ran."""
    d = diagnostic
    properties = {"file": os.path.normpath(d.file), "line": str(max(1, d.line)), "title": "digestbot check"}
    told = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{_CALLED[d.severity][0]} {told}::{in_full(d).translate(_MESSAGE)}"
