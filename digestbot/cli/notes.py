"""`export` and `check`: what the reader makes of notes, without a database."""

import asyncio
import json
import os
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from digestbot.cli.github import workflow_commands
from digestbot.cli.given import given
from digestbot.cli.read_as import told_in_a_line
from digestbot.cli.root import Config, NotesPaths
from digestbot.cli.terminal import complain, tracked
from digestbot.curate import gathered, in_full, kinds, number, remarks
from digestbot.export import diagnostic_json, entry_json, paper_json
from digestbot.identity import papers
from digestbot.models import Diagnostic, Entry, Note, Paper
from digestbot.settings import Settings, load_settings
from digestbot.sources import read_files


class ExportFormat(StrEnum):
    """How `export` prints entries."""

    JSONL = "jsonl"


class CheckFormat(StrEnum):
    """How `check` prints diagnostics."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def export(
    paths: NotesPaths = None,
    config: Config = None,
    format: Annotated[ExportFormat, typer.Option(help="One JSON object per line.")] = ExportFormat.JSONL,  # noqa: A002 - the option's name
    merged: Annotated[bool, typer.Option("--merged", help="One object per paper, with its entries.")] = False,
) -> int:
    """Print what the notes hold as JSON, one entry per line."""
    del format  # the only one there is
    return asyncio.run(_export(load_settings(config, os.environ), paths, merged=merged))


async def _export(settings: Settings, paths: Sequence[str] | None, *, merged: bool) -> int:
    entries: list[Entry] = []
    async with given(settings, paths) as found:
        failed = _complained(found.told)
        for note in tracked(read_files(found.files), len(found.files), "Reading notes"):
            failed |= _complained(note.diagnostics)
            if merged:
                entries.extend(note.entries)
            else:
                _print_lines([entry_json(entry) for entry in note.entries])
    _print_lines([paper_json(paper) for paper in papers(entries)])
    return int(failed)


def check(
    paths: NotesPaths = None,
    format: Annotated[CheckFormat, typer.Option(help="For people, programs, or GitHub.")] = CheckFormat.TEXT,  # noqa: A002 - the option's name
    entries: Annotated[bool, typer.Option("--entries", help="Also tell what each file was read as.")] = False,
    config: Config = None,
) -> int:
    """Tell what in the notes was not understood, what was done instead, and what could be mended.

    The exit status is 1 if a file could not be read.
    """
    return asyncio.run(_check(load_settings(config, os.environ), paths, format, entries=entries))


async def _check(settings: Settings, paths: Sequence[str] | None, form: CheckFormat, *, entries: bool) -> int:
    async with given(settings, paths) as found:
        notes = list(tracked(read_files(found.files), len(found.files), "Reading notes"))
        read_as = [told_in_a_line(note, file) for note, (file, _) in zip(notes, found.files, strict=True) if entries]
    merged = papers(entry for note in notes for entry in note.entries)
    told = gathered(d for note in notes for d in note.diagnostics)
    diagnostics = [*found.told, *told, *remarks(merged, settings.keypoints.aliases, found.sources)]
    summary = _summary(notes, merged, diagnostics)
    if form is CheckFormat.JSON:
        typer.echo(json.dumps({"diagnostics": [diagnostic_json(d) for d in diagnostics], "summary": summary}))
    else:
        counts = (f"{many:7,} × {severity}: {kind}" for (severity, kind), many in kinds(diagnostics).most_common())
        told = workflow_commands(diagnostics) if form is CheckFormat.GITHUB else map(_line, diagnostics)
        for line in (*told, *read_as, *counts, ", ".join(_counted(what, many) for what, many in summary.items())):
            typer.echo(line)
    return int(any(_unread(d) for d in diagnostics))


_ONE = {
    "files": "file",
    "papers": "paper",
    "entries": "entry",
    "warnings": "warning",
    "errors": "error",
    "remarks": "remark",
}


def _summary(notes: Sequence[Note], merged: Sequence[Paper], diagnostics: Sequence[Diagnostic]) -> dict[str, int]:
    return {
        "files": len(notes),
        "papers": len(merged),
        "entries": sum(len(paper.entries) for paper in merged),
        "warnings": number(d for d in diagnostics if d.severity == "warning"),
        "errors": number(d for d in diagnostics if d.severity == "error"),
        "remarks": number(d for d in diagnostics if d.severity == "info"),
    }


def _counted(what: str, many: int) -> str:
    return f"{many} {what if many != 1 else _ONE[what]}"


def _line(diagnostic: Diagnostic) -> str:
    """Put a diagnostic the way compilers do, so that editors can jump to it; line 1 stands for the whole file."""
    d = diagnostic
    return f"{d.file}:{max(1, d.line)}: {d.severity}: {in_full(d)}"


def _unread(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity == "error" and diagnostic.line == 0


def _complained(diagnostics: Sequence[Diagnostic]) -> bool:
    """Tell on standard error what could not be read, so that no paper is missing without a word."""
    unread = [d for d in diagnostics if _unread(d)]
    for diagnostic in unread:
        complain(_line(diagnostic))
    return bool(unread)


def _print_lines(objects: Sequence[object]) -> None:
    for value in objects:
        typer.echo(json.dumps(value, ensure_ascii=False))
