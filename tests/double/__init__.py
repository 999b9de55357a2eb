"""A double of Discord on loopback, for tests over real sockets: REST, gateway, faults, limits, and its own clock."""

from tests.double.asking import COMMAND, COMPLETION, PRESS, Asked
from tests.double.faults import MESSAGES, POSTS, Fault, Faults, error, status, too_many
from tests.double.limits import Limiter
from tests.double.server import BOT_ID, CHANNEL_ID, GUILD_ID, TOKEN, Double, Request, Stage, furnished, open_double
from tests.double.world import (
    DEFAULT,
    EVERYTHING,
    FORUM,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    TEXT,
    VIEW_CHANNEL,
    Channel,
    Json,
    Message,
    World,
)

__all__ = [
    "BOT_ID",
    "CHANNEL_ID",
    "COMMAND",
    "COMPLETION",
    "DEFAULT",
    "EVERYTHING",
    "FORUM",
    "GUILD_ID",
    "MESSAGES",
    "POSTS",
    "PRESS",
    "READ_HISTORY",
    "SEND_IN_THREADS",
    "SEND_MESSAGES",
    "TEXT",
    "TOKEN",
    "VIEW_CHANNEL",
    "Asked",
    "Channel",
    "Double",
    "Fault",
    "Faults",
    "Json",
    "Limiter",
    "Message",
    "Request",
    "Stage",
    "World",
    "error",
    "furnished",
    "open_double",
    "status",
    "too_many",
]
