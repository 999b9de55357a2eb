"""What the double knows: servers, channels and threads, who may do what in them, and the messages that are there."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

TEXT, DM, FORUM, THREAD = 0, 1, 15, 11
"""Channel types (Discord's documentation of the channel object)."""

ADMINISTRATOR = 1 << 3
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
READ_HISTORY = 1 << 16
SEND_IN_THREADS = 1 << 38
DEFAULT = VIEW_CHANNEL | SEND_MESSAGES | READ_HISTORY | SEND_IN_THREADS
EVERYTHING = (1 << 53) - 1

_EPOCH = 1_420_070_400_000
"""Milliseconds from Unix's epoch to Discord's, the first second of 2015."""


@dataclass
class Clock:
    """The double's time: the machine's, moved by an offset that a test sets."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the double's time."""
        return datetime.fromtimestamp(time.time(), UTC) + self.offset


@dataclass
class Channel:
    """A text or forum channel, a thread, or a direct message; `overwrites` are (allow, deny) by role or user."""

    id: int
    type: int = TEXT
    name: str = "papers"
    guild_id: int | None = None
    parent_id: int | None = None
    recipient: int | None = None
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    archived: bool = False
    made_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    tags: list[Json] = field(default_factory=list[Json])
    flags: int = 0


@dataclass
class Guild:
    """A server. `roles` has permissions by role; the role of everyone has the server's id."""

    id: int
    name: str = "Reading group"
    owner_id: int = 1
    system_channel_id: int | None = None
    roles: dict[int, int] = field(default_factory=dict[int, int])
    bot_roles: list[int] = field(default_factory=list[int])


@dataclass
class Message:
    """A message as it was stored: `body` is what the bot sent, `data` what Discord shows of it."""

    id: int
    channel_id: int
    at: datetime
    body: Json
    data: Json

    @property
    def nonce(self) -> str:
        """Return the nonce that it was sent with."""
        return str(self.body.get("nonce", ""))

    @property
    def components(self) -> list[Json]:
        """Return its layout."""
        return self.body.get("components") or []


@dataclass
class World:
    """All there is, and the making of ids: they carry the double's clock, are unique and only ever increase."""

    clock: Clock
    bot_id: int
    guilds: dict[int, Guild] = field(default_factory=dict[int, Guild])
    channels: dict[int, Channel] = field(default_factory=dict[int, Channel])
    messages: list[Message] = field(default_factory=list[Message])
    closed_dms: set[int] = field(default_factory=set[int])
    nonce_window: timedelta = timedelta(seconds=180)
    nonce_hits: int = 0
    _last: int = 0
    _nonces: dict[str, Message] = field(default_factory=dict[str, Message])
    _in: dict[int, list[Message]] = field(default_factory=dict[int, list[Message]])

    def snowflake(self) -> int:
        """Return a new id; after the clock was set back it follows the last one."""
        milliseconds = int(self.clock.now().timestamp() * 1000) - _EPOCH
        self._last = max(milliseconds << 22, self._last + 1)
        return self._last

    def add_guild(self, number: int, name: str = "Reading group", permissions: int = DEFAULT) -> Guild:
        """Make a server in which everyone has these permissions."""
        return self.guilds.setdefault(number, Guild(number, name, roles={number: permissions}))

    def add_channel(self, number: int, guild_id: int, kind: int = TEXT, name: str = "papers") -> Channel:
        """Make a channel of a server; the first text channel is where its system messages go."""
        guild = self.guilds[guild_id]
        if kind == TEXT and guild.system_channel_id is None:
            guild.system_channel_id = number
        return self.channels.setdefault(number, Channel(number, kind, name, guild_id))

    def add_thread(self, parent: Channel, name: str, number: int | None = None) -> Channel:
        """Make a public thread."""
        number = number or self.snowflake()
        made = Channel(number, THREAD, name, parent.guild_id, parent.id, made_at=self.clock.now())
        return self.channels.setdefault(number, made)

    def direct(self, user_id: int) -> Channel:
        """Return the direct messages with a user."""
        known = next((c for c in self.channels.values() if c.recipient == user_id), None)
        if known is None:
            known = Channel(self.snowflake(), DM, recipient=user_id)
            self.channels[known.id] = known
        return known

    def threads(self, of: int) -> list[Channel]:
        """Return a channel's threads, the newest first."""
        found = [channel for channel in self.channels.values() if channel.parent_id == of]
        return sorted(found, key=lambda thread: thread.id, reverse=True)

    def permissions(self, channel: Channel) -> int:
        """Return what the bot may do in a channel, in the order of Discord's documentation of permissions."""
        if channel.guild_id is None:
            return EVERYTHING
        guild = self.guilds[channel.guild_id]
        mine = guild.roles[guild.id]
        for role in guild.bot_roles:
            mine |= guild.roles[role]
        if mine & ADMINISTRATOR:
            return EVERYTHING
        overwrites = self.channels[channel.parent_id].overwrites if channel.parent_id else channel.overwrites
        for group in ([guild.id], guild.bot_roles, [self.bot_id]):
            rules = [overwrites[one] for one in group if one in overwrites]
            for _, deny in rules:
                mine &= ~deny
            for allow, _ in rules:
                mine |= allow
        return mine

    def same_nonce(self, body: Json) -> Message | None:
        """Return the bot's message that has this nonce already, while the window lasts and if it is to be enforced."""
        known = self._nonces.get(str(body.get("nonce", ""))) if body.get("enforce_nonce") else None
        if known is None or not timedelta() <= self.clock.now() - known.at < self.nonce_window:
            return None
        self.nonce_hits += 1
        return known

    def store(self, message: Message) -> None:
        """Keep a message."""
        self.messages.append(message)
        self._in.setdefault(message.channel_id, []).append(message)
        if message.nonce:
            self._nonces[message.nonce] = message

    def history(self, channel_id: int) -> list[Message]:
        """Return a channel's messages, the oldest first."""
        return self._in.get(channel_id, [])
