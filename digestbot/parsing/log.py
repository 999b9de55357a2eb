"""What a note's reading has to tell its curator."""

from digestbot.models import Diagnostic, Severity

_MOST = 200  # diagnostics of one file: whoever has read so many knows that the file is not read well


class Log:
    """Collects diagnostics of one file; lines are given as counted from 0 and told as counted from 1."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Diagnostic, None] = {}

    def tell(self, line: int, found: str, done: str, severity: Severity = "warning") -> None:
        """Tell what was not understood, and what was done instead."""
        if len(self._found) < _MOST:
            self._found[Diagnostic(self.file, line + 1, severity, found, done)] = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was told, by line."""
        return tuple(sorted(self._found, key=lambda d: d.line))
