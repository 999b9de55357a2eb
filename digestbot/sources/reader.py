"""Reading files without library or ledger."""

from collections.abc import Iterable, Iterator, Sequence

from digestbot.errors import SourceError
from digestbot.models import Diagnostic, Note
from digestbot.parsing import Rule, Rules, read_note
from digestbot.sources.origin import File
from digestbot.sources.rulebook import rules_of


def ruled(files: Iterable[File], rules: Sequence[Rule], label: str = "") -> list[tuple[File, Rules]]:
    """Return a source's files, each with what the rules say of it by its path below the source."""
    before = f"{label}/" if label else ""
    return [(file, rules_of(rules, file.name.removeprefix(before))) for file in files]


def read_files(found: Iterable[tuple[File, Rules]]) -> Iterator[Note]:
    """Read files without library or ledger, one after the other; one that cannot be read has only a diagnostic."""
    for file, rules in found:
        try:
            text = file.load()
        except SourceError as error:
            yield Note(file.name, (), (Diagnostic(file.name, 0, "error", str(error), "the file was left out"),))
            continue
        note = read_note(text.text, file.name, rules)
        yield Note(note.file, note.entries, (*text.diagnostics, *note.diagnostics))
