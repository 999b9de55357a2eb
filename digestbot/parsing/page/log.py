"""What a note's reading has to tell its curator."""

from dataclasses import replace

from digestbot.models import Diagnostic, Severity

_MOST = 200  # diagnostics of one file: whoever has read so many knows that the file is not read well


class Log:
    """Collects diagnostics of one file; lines are given as counted from 0 and told as counted from 1."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Diagnostic, None] = {}
        self._more = 0

    def tell(self, line: int, found: str, done: str, severity: Severity = "warning") -> None:
        """Tell what was not understood, and what was done instead."""
        told = Diagnostic(self.file, line + 1, severity, found, done)
        if len(self._found) < _MOST:
            self._found[told] = None
        elif told not in self._found:
            self._more += 1

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that was told, by line; the last one says how many more there are."""
        found = sorted(self._found, key=lambda d: d.line)
        return (*found[:-1], *(replace(last, more=self._more) for last in found[-1:]))
