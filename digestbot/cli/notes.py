"""`export` and `check`: what the reader makes of notes, without a database."""

import json
import os
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from digestbot.cli.github import workflow_command
from digestbot.cli.root import NotesPaths
from digestbot.cli.terminal import complain, tracked
from digestbot.curate import remarks
from digestbot.export import diagnostic_json, entry_json, paper_json
from digestbot.identity import papers
from digestbot.models import Diagnostic, Entry, Note, Paper
from digestbot.sources import Document, documents, read_documents


class ExportFormat(StrEnum):
    """How `export` prints entries."""

    JSONL = "jsonl"


class CheckFormat(StrEnum):
    """How `check` prints diagnostics."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def export(
    paths: NotesPaths,
    format: Annotated[ExportFormat, typer.Option(help="One JSON object per line.")] = ExportFormat.JSONL,  # noqa: A002 - the option's name
    merged: Annotated[bool, typer.Option("--merged", help="One object per paper, with its entries.")] = False,
) -> int:
    """Print what the notes hold as JSON, one entry per line."""
    del format  # the only one there is
    failed = False
    found = _found(paths)
    entries: list[Entry] = []
    for note in tracked(read_documents(found), len(found), "Reading notes"):
        failed |= _complained(note)
        if merged:
            entries.extend(note.entries)
        else:
            _print_lines([entry_json(entry) for entry in note.entries])
    _print_lines([paper_json(paper) for paper in papers(entries)])
    return int(failed)


def check(
    paths: NotesPaths,
    format: Annotated[CheckFormat, typer.Option(help="For people, programs, or GitHub.")] = CheckFormat.TEXT,  # noqa: A002 - the option's name
) -> int:
    """Tell what in the notes was not understood, what was done instead, and what could be mended.

    The exit status is 1 if a file could not be read.
    """
    found = _found(paths)
    notes = list(tracked(read_documents(found), len(found), "Reading notes"))
    merged = papers(entry for note in notes for entry in note.entries)
    diagnostics = [*(d for note in notes for d in note.diagnostics), *remarks(merged)]
    summary = _summary(notes, merged, diagnostics)
    if format is CheckFormat.JSON:
        typer.echo(json.dumps({"diagnostics": [diagnostic_json(d) for d in diagnostics], "summary": summary}))
    else:
        put = workflow_command if format is CheckFormat.GITHUB else _line
        for diagnostic in diagnostics:
            typer.echo(put(diagnostic))
        typer.echo(", ".join(f"{number} {what if number != 1 else _ONE[what]}" for what, number in summary.items()))
    return int(any(_unread(d) for d in diagnostics))


_ONE = {
    "files": "file",
    "papers": "paper",
    "entries": "entry",
    "warnings": "warning",
    "errors": "error",
    "remarks": "remark",
}


def _found(paths: Sequence[str]) -> list[Document]:
    """Return the documents at the paths, each file once."""
    return list({os.path.realpath(d.path): d for path in paths for d in documents(path)}.values())


def _summary(notes: Sequence[Note], merged: Sequence[Paper], diagnostics: Sequence[Diagnostic]) -> dict[str, int]:
    return {
        "files": len(notes),
        "papers": len(merged),
        "entries": sum(len(paper.entries) for paper in merged),
        "warnings": sum(d.severity == "warning" for d in diagnostics),
        "errors": sum(d.severity == "error" for d in diagnostics),
        "remarks": sum(d.severity == "info" for d in diagnostics),
    }


def _line(diagnostic: Diagnostic) -> str:
    """Put a diagnostic the way compilers do, so that editors can jump to it; line 1 stands for the whole file."""
    d = diagnostic
    return f"{d.file}:{max(1, d.line)}: {d.severity}: {d.found}, {d.done}"


def _unread(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity == "error" and diagnostic.line == 0


def _complained(note: Note) -> bool:
    """Tell on standard error that a file could not be read, so that no paper is missing without a word."""
    unread = [d for d in note.diagnostics if _unread(d)]
    for diagnostic in unread:
        complain(_line(diagnostic))
    return bool(unread)


def _print_lines(objects: Sequence[object]) -> None:
    for value in objects:
        typer.echo(json.dumps(value, ensure_ascii=False))
