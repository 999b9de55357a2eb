"""A server in a simulated Discord with the real bot in it, the real library and the real ledger."""

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, ResponseMessage
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from digestbot.bot import Checkup, DigestClient, Outbox, render
from digestbot.digest import Clockwork, Composer, Delivery, Desk, Recall
from digestbot.errors import DigestbotError
from digestbot.identity import papers
from digestbot.ledger import Ledger, open_ledger
from digestbot.library import Library, open_library
from digestbot.models import Diagnostic, Entry, Field, Link, Location, Paper, Sighting, StoredNote
from digestbot.sources import Folder, Source, Sources

NOW = datetime(2026, 3, 25, 12, 0, tzinfo=UTC)
FILE = "2026/03.md"
EXPECTED = (DigestbotError, app_commands.CheckFailure, app_commands.TransformerError)
MakeEntry = Callable[..., Entry]


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.fixture
def entry() -> MakeEntry:
    return _entry


def _entry(title: str, line: int = 1, *, arxiv: str = "", fields: Sequence[tuple[str, str]] = (), **more: Any) -> Entry:
    links = (Link("arxiv", "arXiv", f"https://arxiv.org/abs/{arxiv}"),) if arxiv else ()
    return Entry(
        title=title,
        source=Location(FILE, line),
        links=(*links, *more.pop("links", ())),
        fields=tuple(Field(label, markdown) for label, markdown in fields),
        **more,
    )


@pytest.fixture
def paper(entry: MakeEntry) -> Callable[..., Paper]:
    return lambda *args, **kwargs: papers([entry(*args, **kwargs)])[0]


@pytest.fixture
def shelf() -> list[Entry]:
    """What the library holds: two languages, a topic of several pages, a paper with everything, look-alike titles."""
    return [
        _entry(
            "MovieChat: From Dense Token to Sparse Memory for Long Video Understanding",
            3,
            arxiv="2307.16449",
            topics=("LLM",),
            period="2026-02",
            venue="CVPR 2024",
            authors=("Enxin Song", "Wenhao Chai", "Guanhong Wang", "Yucheng Zhang"),
            keypoints=("Long video understanding", "Memory mechanism"),
            gist="Long videos are understood with a memory that keeps few tokens.",
            images=("https://example.org/overview.png",),
            fields=(
                ("Keypoints", "Long video understanding; Memory mechanism"),
                ("Objective", "Long videos are understood with a memory that keeps few tokens."),
                (
                    "Method",
                    "Two memories:\n- short term: $N$ frames\n    - first in, first out\n- long term: merged tokens",
                ),
                ("Metric", "Accuracy\n\n$$\na = \\frac{c}{n}\n$$"),
            ),
            links=(
                Link("code", "Code", "https://github.com/rese1f/MovieChat"),
                Link("project", "Project", "https://rese1f.github.io/MovieChat"),
            ),
        ),
        _entry(
            "MA-LMM: Memory-Augmented Large Multimodal Model",
            20,
            topics=("LLM",),
            period="2026-02",
            keypoints=("Memory bank",),
            gist="Past frames are kept in a memory bank.",
        ),
        _entry(
            "视频扩散模型的渐进式去噪",
            30,
            arxiv="2410.08151",
            topics=("Diffusion",),
            period="2026-03",
            venue="arXiv",
            keypoints=("扩散模型", "视频生成"),
            gist="解决视频扩散模型生成视频时长短的问题，通过引入渐进噪声分配，提出了自回归式的视频扩散模型。",
            fields=(("关键词", "扩散模型；视频生成"), ("目标", "解决视频扩散模型生成视频时长短的问题。")),
        ),
        *(
            _entry(
                f"Diffusion study number {number}",
                100 + number,
                topics=("Diffusion",),
                period="2026-01",
                gist=f"The study with the number {number} looks at noise.",
            )
            for number in range(1, 8)
        ),
    ]


@dataclass
class World:
    """A started bot with what is around it."""

    env: Env
    guild: GuildHandle
    channel: ChannelHandle
    reader: MemberActor
    manager: MemberActor
    library: Library
    ledger: Ledger
    desk: Desk
    outbox: Outbox
    delivery: Delivery
    clockwork: Clockwork
    make: Callable[..., DigestClient]
    now: list[datetime]
    faults: list[type[BaseException]] = field(default_factory=list[type[BaseException]])
    """What the bot may raise beside the errors that people are told about."""

    async def restart(self, **options: Any) -> None:
        """Put a new bot, that remembers nothing, in the place of the old one."""
        old = self.env.bot
        await self.env.restart_bot(self.make(**options))
        await old.close()

    async def deny(self, **permissions: bool) -> None:
        """Take permissions in the channel from everyone, the bot as well."""
        _, denied = discord.PermissionOverwrite(**dict.fromkeys(permissions, False)).pair()
        overwrite = Overwrite(self.guild.default_role.id, OverwriteType.ROLE, allow=0, deny=denied.value)
        self.env.backend.set_overwrite(self.channel.id, overwrite)
        await self.env.settle()

    def letters(self) -> list[discord.Message]:
        """Return what the bot wrote to the manager alone."""
        return self.manager.user.dm_channel.history()

    async def allow(self) -> None:
        """Give everyone all permissions in the channel again."""
        self.env.backend.delete_overwrite(self.channel.id, self.guild.default_role.id)
        await self.env.settle()

    async def thread(self, name: str) -> ChannelHandle:
        """Make a thread of the channel."""
        made = self.env.backend.create_thread(self.channel.id, name, type=11, owner_id=self.manager.id)
        await self.env.settle()
        return ChannelHandle(self.env, self.guild, made)

    async def add(self, entries: Sequence[Entry], file: str = "2026/04.md") -> None:
        """Let the notes have something new."""
        await _put(self.ledger, self.library, file, entries)


async def _put(
    ledger: Ledger, library: Library, file: str, entries: Sequence[Entry], found: Sequence[Diagnostic] = ()
) -> None:
    sequences = await ledger.papers.sight("notes", file, file, entries, NOW)
    sightings = tuple(Sighting(e, s) for e, s in zip(entries, sequences, strict=True))
    await library.put("notes", [StoredNote(file, file, sightings, tuple(found))])


@asynccontextmanager
async def _world(tmp_path: Path, shelf: Sequence[Entry], guilds: Sequence[int] = ()) -> AsyncGenerator[World]:
    async with (
        open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger,
        open_library(tmp_path, reader_version=1) as library,
    ):
        await _put(ledger, library, FILE, shelf)
        await ledger.papers.finish_import("notes", NOW)
        now = [NOW]
        sources = Sources(
            [Source(Folder(tmp_path / "group"), library, ledger.papers, lambda: now[0], label="group")], library
        )
        checkup = Checkup(sources, library.search, {})
        outbox = Outbox()
        composer = Composer(ledger, library.search, render, lambda: now[0])
        delivery = Delivery(ledger, outbox, lambda: now[0], short_pauses=())
        recall = Recall(ledger, outbox, lambda: now[0])
        desk = Desk(ledger, library.search, composer, delivery, recall, lambda: now[0])

        def make(**options: Any) -> DigestClient:
            client = DigestClient(
                search=library.search,
                ledger=ledger,
                desk=desk,
                composer=composer,
                checkup=checkup,
                hurry=delivery.hurry,
                **options,
            )
            outbox.client = client
            return client

        client = make(guilds=guilds)
        env = Env(client, check_errors=False)
        _give_posts_the_id_of_their_message(env.backend)
        await env.start()
        guild = env.create_guild("Reading group")
        manages = guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
        world = World(
            env,
            guild,
            guild.create_text_channel("papers"),
            guild.add_member(env.create_user("reader")),
            guild.add_member(env.create_user("manager"), roles=[manages]),
            library,
            ledger,
            desk,
            outbox,
            delivery,
            Clockwork(ledger, composer, delivery, recall, lambda: now[0]),
            make,
            now,
        )
        try:
            yield world
        finally:
            await env.shutdown()
            await env.bot.close()  # the simulation does not
        check_requests(env)
        for error in env.errors:
            assert isinstance(getattr(error, "original", error), (*EXPECTED, *world.faults)), repr(error)


def _give_posts_the_id_of_their_message(backend: Any) -> None:
    """Let a forum's post have the id of the message that opens it, as in Discord and not in the simulation."""
    begin, post = backend.create_thread, backend.create_forum_post

    def create_forum_post(forum_id: int, name: str, starter: Any, **more: Any) -> Any:
        backend.create_thread = partial(begin, message_id=starter.id)
        try:
            return post(forum_id, name, starter, **more)
        finally:
            backend.create_thread = begin

    backend.create_forum_post = create_forum_post


@pytest.fixture
async def world(tmp_path: Path, shelf: list[Entry]) -> AsyncGenerator[World]:
    async with _world(tmp_path, shelf) as world:
        yield world


@pytest.fixture
def open_world(tmp_path: Path) -> Callable[..., Any]:
    def opened(shelf: Sequence[Entry] = (), guilds: Sequence[int] = ()) -> Any:
        return _world(tmp_path, shelf, guilds)

    return opened


# What Discord's documentation allows, and the simulation does not check in full.


def check_requests(env: Env) -> None:
    """Hold every message, answer and choice that the bot has sent against Discord's limits."""
    for request in env.http_requests:
        if request.json is None or "commands" in request.path:
            continue
        body: dict[str, Any] = request.json
        data: dict[str, Any] = body.get("data") or body
        check_message(data)
        choices: list[dict[str, str]] = data.get("choices") or []
        assert len(choices) <= 25
        for choice in choices:
            assert 1 <= _length(choice["name"]) <= 100
            assert 1 <= _length(choice["value"]) <= 100
        assert len(str(data.get("nonce", ""))) <= 25
        if data.get("components"):
            assert data.get("allowed_mentions") == {"parse": []} or request.method == "PATCH" or _quiet(data)


def _quiet(data: dict[str, Any]) -> bool:
    return "allowed_mentions" in data and not data["allowed_mentions"].get("parse")


def check_message(data: dict[str, Any]) -> None:
    """Hold one message against the limits of layouts."""
    every = list(_walk(data.get("components") or []))
    ids = [c["custom_id"] for c in every if "custom_id" in c]
    assert len(every) <= 40
    assert sum(_length(c["content"]) for c in every if c["type"] == 10) <= 4000
    assert len(ids) == len(set(ids))
    assert all(1 <= _length(i) <= 100 for i in ids)
    for component in every:
        _check_component(component)
    if every and any(c["type"] >= 9 for c in every) and "flags" in data:
        assert data["flags"] & 32768
        assert not data.get("content")


def _check_component(c: dict[str, Any]) -> None:
    if c["type"] == 10:
        assert c["content"].strip()
        c["content"].encode()
    if c["type"] == 2:
        assert c.get("label") or c.get("emoji")
        assert _length(c.get("label") or "") <= 80
        assert "custom_id" in c or c["url"].startswith(("https://", "http://"))
        assert len(c.get("url") or "") <= 512
    if c["type"] == 1:
        assert 1 <= len(c["components"]) <= 5
    if c["type"] == 3:
        options = c["options"]
        assert 1 <= len(options) <= 25
        assert len({o["value"] for o in options}) == len(options)
        for option in options:
            assert 1 <= _length(option["label"]) <= 100
            assert 1 <= _length(option["value"]) <= 100
            assert option.get("description") is None or 1 <= _length(option["description"]) <= 100
    if c["type"] == 12:
        assert 1 <= len(c["items"]) <= 10
        assert all(i["media"]["url"].startswith("https://") for i in c["items"])


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _walk(components: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))
        if "accessory" in component:
            yield component["accessory"]


@pytest.fixture(scope="session")
def check() -> Callable[[dict[str, Any]], None]:
    return check_message


@pytest.fixture
def said() -> Callable[[Any], str]:
    """Return all text of a layout, an answer or a message's components."""

    def read(shown: Any) -> str:
        components = _components(shown)
        return "\n".join(c["content"] for c in _walk(components) if c["type"] == 10)

    return read


@pytest.fixture
def ids_of() -> Callable[[Any], list[str]]:
    return lambda shown: [c["custom_id"] for c in _walk(_components(shown)) if "custom_id" in c]


def _components(shown: Any) -> list[dict[str, Any]]:
    if isinstance(shown, InteractionResult):
        shown = shown.response or shown.followups[-1]
    if isinstance(shown, ResponseMessage):
        return shown.components
    if isinstance(shown, discord.Message):
        return [c.to_dict() for c in shown.components]  # pyright: ignore[reportReturnType] - typed dicts
    if isinstance(shown, discord.ui.LayoutView):
        return shown.to_components()
    payload: Mapping[str, list[dict[str, Any]]] = shown if "components" in shown else {"components": shown}
    return payload["components"]
