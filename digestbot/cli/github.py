"""Diagnostics as workflow commands, which GitHub Actions shows beside the lines of a pull request.

The form is that of "Workflow commands for GitHub Actions" (docs.github.com).
"""

import os

from digestbot.models import Diagnostic

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})


def workflow_command(diagnostic: Diagnostic) -> str:
    """Put a diagnostic as one line; line 1 stands for the whole file, files are named from where `check` ran."""
    d = diagnostic
    properties = {"file": os.path.normpath(d.file), "line": str(max(1, d.line)), "title": "digestbot check"}
    told = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    kind = "notice" if d.severity == "info" else d.severity
    return f"::{kind} {told}::{f'{d.found}, {d.done}'.translate(_MESSAGE)}"
