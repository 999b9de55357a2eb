"""The demo as a whole: the bot's parts, its server, its page, and the first digest in the channel."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import tzlocal

from digestbot.app import App, open_app
from digestbot.demo.page import open_page
from digestbot.demo.pictures import bot_avatar, stand_ins
from digestbot.demo.server import Server, commands, open_server
from digestbot.errors import DigestbotError
from digestbot.library import Search
from digestbot.settings import DataSettings, NotesSettings, Settings
from digestbot.sources import documents

_FIRST_EDITION = 10
"""Papers in the first edition; a real channel begins without one unless that is asked for."""
_PICTURED = 2000
"""Of how many papers, the newest first, the pictures get a stand-in."""

_MANY = 20
"""Files of notes that are read in no time."""


async def show(
    given: Settings, data: Path, port: int, announce: Callable[[str], None], opened: Callable[[str], None]
) -> None:
    """Show the bot on the notes of the settings until a person ends the session on the page.

    `opened` is told the page's address, `announce` of a longer wait. Library and ledger are kept in `data`. Raises
    DigestbotError.
    """
    _announce_reading(given.notes, announce)
    # What is said of the notes alone: a token, a ledger or channels of the real bot have no place here.
    settings = Settings.model_construct(
        notes=given.notes, topics=given.topics, keypoints=given.keypoints, data=DataSettings(folder=data)
    )
    async with open_app(settings, clock=_now) as app:
        await app.read()
        if not app.has_read.is_set():
            raise DigestbotError("there are no notes to show; mend what is told above")
        async with open_server(app.client, _now) as server:
            known = commands(app.client.tree)
            pictures = await _pictures(app.library.search, server)
            async with open_page(server, known, port, timezone=_timezone(), pictures=pictures) as page:
                await server.say(await _welcome(app.library.search))
                await _first_edition(app, server)
                await app.start()
                opened(page.url)
                await page.show()


def _announce_reading(sources: Sequence[NotesSettings], announce: Callable[[str], None]) -> None:
    """Tell of what takes a while. Raises DigestbotError for a folder without notes."""
    files = 0
    for notes in sources:
        if notes.git:
            announce(f"Fetching {notes.name or 'the notes'} …")
        elif found := documents(notes.path):
            files += len(found)
        else:
            raise DigestbotError(f"{notes.path}: there are no notes in it; name a folder of Markdown files")
    if files > _MANY:
        announce(f"Reading {files:,} files …")


def _now() -> datetime:
    return datetime.now(UTC)


def _timezone() -> str:
    """Return the name of this computer's time zone, in which the page shows times and the digest is due."""
    try:
        return (tzlocal.get_localzone_name() or "UTC").removeprefix("Etc/")
    except ZoneInfoNotFoundError:
        return "UTC"


async def _pictures(search: Search, server: Server) -> Mapping[str, tuple[str, bytes]]:
    papers = await search.newest(_PICTURED)
    drawn = stand_ins(url for paper in papers for url in paper.images)
    return {**drawn, server.avatar: ("avatar.png", bot_avatar())}


async def _welcome(search: Search) -> str:
    """Say what to try, with a title and a topic that these notes have."""
    papers = await search.find("MovieChat", 1) or await search.newest(1)
    title = papers[0].title.partition(":")[0] if papers else "a title"
    topics = await search.topics("Diffusion", 1) or await search.topics("", 1)
    topic = topics[0].name if topics else "a topic"
    return (
        "👋 **This is the real bot in a simulated Discord.** Nothing leaves your computer, and nothing is kept.\n"
        f"Try `/paper {title}`, then **Full note** · `/topic {topic}`, and turn the pages · `/help` for the rest."
    )


async def _first_edition(app: App, server: Server) -> None:
    """Set the channel up as `/digest setup` would, beginning with the last papers, and post at once."""
    await app.desk.set_up(
        server.papers.id,
        server.guild.id,
        day="friday",
        time="09:00",
        timezone=_timezone(),
        by=server.you.id,
        start="last",
        count=_FIRST_EDITION,
    )
    await app.desk.now(server.papers.id)
