"""The rules of several sources, for reading their files without library or ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from digestbot.models import Diagnostic
from digestbot.parsing import Rule, Rules, idle, rules_for
from digestbot.sources.folder import Document


def rules_of(rules: Sequence[Rule], file: str) -> Rules:
    """Return what the rules say of a file, named below its source; at the source's top no folder is a topic."""
    said = rules_for(rules, file)
    return replace(said, topics=tuple(PurePosixPath(file).parts[-2:-1])) if said.topics == "folder" else said


class Rulebook:
    """Knows which rules hold for a document: those of the source that it is in.

    A document outside of all sources has the rules of the only one, by its path below the folder that it was found in:
    it may be of another copy of these notes. With several sources none is likelier than another, and it has none.
    A repository has no folder of its own here (None).
    """

    def __init__(self, sources: Iterable[tuple[Path | None, Sequence[Rule]]]) -> None:
        every = list(sources)
        self._sources = [(path, path.resolve(), rules) for path, rules in every if path]
        self._only = every[0][1] if len(every) == 1 else ()

    def rules(self, document: Document) -> Rules:
        """Return the rules of a document."""
        for _, root, rules in self._sources:
            if name := _below(document, root):
                return rules_of(rules, name)
        return rules_of(self._only, document.below)

    def idle(self, found: Sequence[Document], given: Iterable[str]) -> tuple[Diagnostic, ...]:
        """Tell of the globs that match no file of their source, for the sources that are wholly in the given paths."""
        folders = [Path(path).resolve() for path in given]
        return tuple(
            told
            for path, root, rules in self._sources
            if any(root.is_relative_to(folder) for folder in folders)
            for told in idle_rules(rules, str(path), list(filter(None, (_below(d, root) for d in found))))
        )


def _below(document: Document, root: Path) -> str:
    """Return a document's path below a folder, and nothing if it is not in it."""
    path = document.path.parent.resolve() / document.path.name
    return path.relative_to(root).as_posix() if path != root and path.is_relative_to(root) else ""


def idle_rules(rules: Sequence[Rule], source: str, files: Sequence[str]) -> tuple[Diagnostic, ...]:
    """Tell of the globs of rules that match none of a source's files (named below it)."""
    return tuple(
        Diagnostic(source, 0, "warning", f"no file matches “{glob}” of notes.rules", "that glob was passed over")
        for glob in idle(rules, files)
    )
