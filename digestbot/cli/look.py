"""`preview` and `search`: what the bot would post or answer, in the terminal."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from digestbot.cli.root import Config
from digestbot.cli.terminal import progress, show
from digestbot.glance import open_to_look, preview_channel, preview_latest
from digestbot.library import Search
from digestbot.models import Hit, Results
from digestbot.settings import Settings, load_settings

_INDENT = (0, 0, 0, 2)
_ONE_LINE = 10_000
_NEAREST = 3

OtherNotes = Annotated[
    Path | None, typer.Option("--notes", metavar="PATH", help="Read these notes, not the bot's library.")
]


def preview(
    channel: Annotated[int | None, typer.Option(metavar="ID", help="The next digest of this channel.")] = None,
    notes: OtherNotes = None,
    config: Config = None,
) -> None:
    """Show the next digest of a channel, or without one the papers of the latest period; changes nothing."""
    if channel is not None and notes is not None:
        raise typer.BadParameter("--channel shows what the bot has; leave out --notes")
    asyncio.run(_preview(load_settings(config, os.environ), channel, notes))


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words and filters, as in /search.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many papers to show.")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each paper was found.")] = False,
    notes: OtherNotes = None,
    config: Config = None,
) -> None:
    """Search all text of the notes, the best first, as /search does.

    Words, "phrases", -without; topic: keypoint: period: venue: has: source: narrow it, -topic: and so on leave out.
    """
    asyncio.run(_search(load_settings(config, os.environ), " ".join(words), limit, notes, explain))


async def _preview(settings: Settings, channel: int | None, notes: Path | None) -> None:
    out = Console(markup=False, highlight=False)
    with progress("Reading notes") as tell:
        if channel is not None:
            payloads = await preview_channel(settings, channel, lambda: datetime.now(UTC))
        else:
            async with open_to_look(settings, notes, tell) as library:
                payloads = await preview_latest(library.search, datetime.now(UTC))
    if not payloads:
        out.print("Nothing new for this channel: the next slot would post nothing." if channel else "No papers yet.")
    for payload in payloads:
        show(payload, out)


async def _search(settings: Settings, query: str, limit: int, notes: Path | None, explain: bool) -> None:
    # In a pipe a title stays on its line, for whatever reads it.
    out = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else _ONE_LINE)
    with progress("Reading notes") as tell:
        async with open_to_look(settings, notes, tell) as library:
            found = await library.search.text(query, limit)
            near = await _nearest(library.search, found)
    if found.typed:
        out.print(f"Results for “{found.words}” (you typed “{found.typed}”)\n")
    if found.partly:
        out.print("No paper has all of these words; these have the most of them.\n")
    for hit in found.hits:
        _show_hit(hit, out, explain=explain)
    for kind, names in near.items():
        out.print(f"The nearest {kind}: {' · '.join(names)}", soft_wrap=True)
    total = f"{found.total}{'+' if found.more else ''} found"
    out.print(total + (f", the first {limit} shown" if found.total > limit else ""), style="dim")


async def _nearest(search: Search, found: Results) -> dict[str, list[str]]:
    """Return the names that are like the words of a search without hits, by what they are names of."""
    if found.hits or not found.words:
        return {}
    near = {
        "titles": [paper.title for paper in await search.nearest(found.words, _NEAREST)],
        "topics": [tally.name for tally in await search.topics(found.words, _NEAREST)],
        "keypoints": [tally.name for tally in await search.keypoints(found.words, _NEAREST)],
    }
    return {kind: names for kind, names in near.items() if names}


def _show_hit(hit: Hit, out: Console, *, explain: bool) -> None:
    paper = hit.paper
    out.print(Text(paper.title, style="bold"), soft_wrap=True)
    about = (paper.venue, ", ".join(paper.topics), paper.period or paper.published, paper.key)
    snippet = Text(hit.snippet)
    for start, end in hit.marks:
        snippet.stylize("bold yellow", start, end)
    out.print(Padding(Text(" · ".join(filter(None, about)), style="dim"), _INDENT, expand=False))
    out.print(Padding(snippet, _INDENT, expand=False))
    if explain:
        where = "; ".join(f"“{matched}” in {place}" for place, matched in hit.matched)
        out.print(Padding(Text(f"Found: {hit.reason}" + (f" ({where})" if where else "")), _INDENT, expand=False))
    out.print()
