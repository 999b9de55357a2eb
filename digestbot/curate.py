"""What could be mended in notes that were understood: spellings of keypoints, bare titles, papers told twice.

And how diagnostics of all kinds are put in order and counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType

from digestbot.library.names.spelling import joined
from digestbot.models import Content, Diagnostic, Location, Paper, Severity

A_FEW = 3
"""Diagnostics of a kind that are told of a file one by one; of more only the first one and the number are told."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""The worst first."""

_QUOTED = re.compile("“.*?”", re.DOTALL)


def remarks(
    papers: Sequence[Paper],
    keypoint_aliases: Mapping[str, Sequence[str]] = MappingProxyType({}),
    sources: Sequence[str] = (),
) -> list[Diagnostic]:
    """Return what could be mended in the notes of these papers, by file and line; `done` ends with what to do.

    Spellings of keypoints that the settings' aliases join are settled there, and not told. `sources` are the names
    that the files of several sources begin with: two groups that both have a paper do not repeat themselves.
    """
    settled = {joined(name) for name in chain(keypoint_aliases, *keypoint_aliases.values())}
    kinds = (_spellings(papers, settled), _titles(papers), _doubles(papers, sources))
    return gathered(chain.from_iterable(kinds))


def gathered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Put the diagnostics of a kind in a file into one at the first place if they are more than a few.

    They are returned by file and line.
    """
    groups: dict[tuple[str, Severity, str], list[Diagnostic]] = {}
    for d in sorted(diagnostics, key=_place):
        groups.setdefault((d.file, *_kind(d)), []).append(d)
    few = (told if len(told) <= A_FEW else [replace(told[0], more=number(told) - 1)] for told in groups.values())
    return sorted(chain.from_iterable(few), key=_place)


def ranked(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Put diagnostics in order: errors first, then warnings, then remarks, each by file and line."""
    return sorted(diagnostics, key=lambda d: (SEVERITIES.index(d.severity), *_place(d)))


def number(diagnostics: Iterable[Diagnostic]) -> int:
    """Count diagnostics, those that are not told one by one too."""
    return sum(1 + d.more for d in diagnostics)


def kinds(diagnostics: Iterable[Diagnostic]) -> Counter[tuple[Severity, str]]:
    """Count diagnostics by what was found, with “…” for the names in it."""
    counted = Counter[tuple[Severity, str]]()
    for d in diagnostics:
        counted[_kind(d)] += 1 + d.more
    return counted


def _kind(diagnostic: Diagnostic) -> tuple[Severity, str]:
    return diagnostic.severity, _QUOTED.sub("“…”", diagnostic.found)


def in_full(diagnostic: Diagnostic) -> str:
    """Return what a diagnostic says beside its place, in one sentence."""
    more = f" (and {diagnostic.more:,} more in this file)" if diagnostic.more else ""
    return f"{diagnostic.found}{more}, {diagnostic.done}"


def _spellings(papers: Sequence[Paper], settled: set[str]) -> Iterator[Diagnostic]:
    """Tell each spelling of a keypoint once, except the most frequent one, the first of several."""
    for common, spellings in _keypoints(papers).items():
        if common in settled:
            continue
        usual = max(spellings, key=lambda name: len(spellings[name]))
        for name, sources in spellings.items():
            if name != usual:
                place = _named(spellings[usual][0])
                found = f"the keypoint “{name}” is spelt “{usual}” elsewhere"
                yield _remark(sources[0], found, f"both count as one: write them alike (the other: {place})")


def _keypoints(papers: Sequence[Paper]) -> dict[str, dict[str, list[Location]]]:
    """Return where each spelling of each keypoint stands, in the order of the notes."""
    found: dict[str, dict[str, list[Location]]] = {}
    for entry in sorted((e for paper in papers for e in paper.entries), key=lambda e: (e.source.file, e.source.line)):
        for name in entry.keypoints:
            found.setdefault(joined(name), {}).setdefault(name, []).append(entry.source)
    return found


def _titles(papers: Sequence[Paper]) -> Iterator[Diagnostic]:
    for paper in papers:
        if _bare(paper):
            found = f"“{paper.title}” has neither gist nor keypoints"
            yield _remark(paper.entries[0].source, found, "a digest shows the title alone: add a line about it")


def _doubles(papers: Sequence[Paper], sources: Sequence[str]) -> Iterator[Diagnostic]:
    """Tell entries that repeat an earlier one of the file, or one in their source that tells as much of the paper.

    A list may name what has a note of its own, or more to it, in another file: that is how many groups keep both.
    """
    entries = Counter(entry.source.file for paper in papers for entry in paper.entries)
    for paper in papers:
        places: dict[str | tuple[str, int], Location] = {}
        for entry in paper.entries:
            within = next((name for name in sources if entry.source.file.startswith(f"{name}/")), "")
            depth = within, 2 if entries[entry.source.file] == 1 else int(not _bare(entry))
            if first := places.get(entry.source.file, places.get(depth)):
                done = f"both are shown as one paper: keep one if that was not meant (the first: {_named(first)})"
                yield _remark(entry.source, f"“{entry.title}” is told twice", done)
            places = {entry.source.file: entry.source, depth: entry.source} | places


def _bare(content: Content) -> bool:
    return not content.gist and not content.keypoints


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    return diagnostic.file, diagnostic.line


def _named(source: Location) -> str:
    return f"{source.file}:{source.line}"


def _remark(source: Location, found: str, done: str) -> Diagnostic:
    return Diagnostic(source.file, source.line, "info", found, done)
