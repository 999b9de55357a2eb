"""Telling managers of a trouble that they can mend, once."""

import logging
from zlib import crc32

from digestbot.digest.posting import Messenger, Retry
from digestbot.ledger import Channels
from digestbot.models import Channel

log = logging.getLogger(__name__)


async def tell_managers(channels: Channels, messenger: Messenger, channel: Channel, trouble: str, stem: str) -> None:
    """Tell a channel's managers of its trouble, unless it is what they were told last.

    `stem`, at most 20 characters, begins the nonce, which is the same for the same trouble: a process that dies between
    telling and noting it tells it once.
    """
    if channel.told == trouble:
        return
    try:
        await messenger.tell(channel, trouble, f"{stem}t{crc32(trouble.encode()) & 0xFFFF:04x}")
    except Retry as error:
        log.warning("channel %d: its managers could not be told: %s", channel.id, error)
    else:
        await channels.tell(channel.id, trouble)
