"""What the people who run the digests are told: how a channel stands, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass

from digestbot.bot.markup import cut, plain
from digestbot.bot.views import layout
from digestbot.bot.views.listing import count
from digestbot.digest import Status, in_words
from digestbot.models import Channel, Edition

_MOST_CHANNELS = 6  # of at most 480 characters each


@dataclass(frozen=True, slots=True)
class Standing:
    """How one channel stands, with the permissions that are missing there (None: the channel is not to be seen)."""

    status: Status
    missing: tuple[str, ...] | None
    is_forum: bool = False


def status(standings: Sequence[Standing]) -> layout.Layout:
    """Return the answer to `/digest status`."""
    trouble = any(s.missing or s.missing is None or s.status.channel.note for s in standings)
    items: list[layout.Component] = []
    for standing in standings[:_MOST_CHANNELS]:
        items += [*([layout.rule()] if items else []), layout.text(cut(_standing(standing), 480))]
    if len(standings) > _MOST_CHANNELS:
        items.append(layout.text(f"-# … and {len(standings) - _MOST_CHANNELS} more; name one in the command."))
    items += [layout.rule(), layout.text("-# `/notes status` tells what the notes had that was not understood.")]
    return layout.framed(layout.TROUBLE if trouble else layout.DIGEST, items)


def _standing(standing: Standing) -> str:
    channel, status = standing.status.channel, standing.status
    lines = [f"### 📚 <#{channel.id}>", next_slot(channel), schedule(channel)]
    lines.append(f"**Waiting** {count(status.waiting, 'paper')}" if status.waiting else "**Waiting** nothing new yet")
    lines.append(f"**Last** {_last(status.last, channel, is_forum=standing.is_forum)}")
    if status.unposted:
        lines.append(f"⏳ {count(status.unposted, 'part')} of it not posted yet; the bot goes on trying")
    if standing.missing is None:
        lines.append("⚠️ The channel is gone, or the bot cannot see it")
    elif standing.missing:
        lines.append(f"⚠️ Missing permission here: **{'**, **'.join(standing.missing)}**")
    lines.append(f"⚠️ {plain(channel.note)}" if channel.note else "")
    return "\n".join(filter(None, lines))


def next_slot(channel: Channel) -> str:
    """Return when the next digest comes, in the reader's own time."""
    if channel.paused:
        return "⏸️ **Paused**; `/digest resume` goes on"
    at = int(channel.next_slot.at.timestamp())
    return f"**Next** <t:{at}:F> (<t:{at}:R>)"


def schedule(channel: Channel) -> str:
    """Return the schedule and the topics as one line of subtext."""
    when = channel.schedule
    topics = cut(", ".join(map(plain, channel.topics)), 120) or "all topics"
    origin = " · from the bot's settings file" if channel.origin == "config" else ""
    return f"-# {in_words(when)}, {plain(when.timezone)} · {topics}{origin}"


def _last(edition: Edition | None, channel: Channel, *, is_forum: bool) -> str:
    if edition is None:
        return "none yet"
    at = int(edition.composed_at.timestamp())
    posted = next((part.message_id for part in edition.parts if part.message_id), None)
    path = f"{channel.guild_id}/{posted}" if is_forum else f"{channel.guild_id}/{channel.id}/{posted}"
    place = f" · [open](https://discord.com/channels/{path})" if posted else ""
    return f"<t:{at}:D> · {count(len(edition.papers), 'paper')}{place}"


def set_up(channel: Channel) -> str:
    """Say that a channel is set up, with what comes next."""
    return f"✅ <#{channel.id}> gets the digest.\n{next_slot(channel)}\n{schedule(channel)}"


def alert(channel: Channel, guild: str, trouble: str) -> layout.Layout:
    """Tell the managers of a channel what keeps its digest from being posted; `guild` is the server's name."""
    where = f" in **{plain(guild)}**" if guild else ""
    said = f"### ⚠️ The paper digest for <#{channel.id}>{where} is not posted\n{plain(trouble)}."
    calm = "-# Nothing is lost: it is posted as soon as this is mended, or after a week with the next digest."
    return layout.framed(layout.TROUBLE, [layout.text(said, calm)])


def posted(edition: Edition, note: str) -> str:
    """Say what became of an edition made by hand; `note` is the channel's trouble, if there is any."""
    sent = [part.message_id for part in edition.parts if part.state == "sent"]
    papers = count(len(edition.papers), "paper")
    if len(sent) == len(edition.parts):
        return f"✅ Posted in <#{edition.channel_id}>: {papers}."
    reason = f" {plain(note)}." if note else ""
    return (
        f"⏳ {len(sent)} of {count(len(edition.parts), 'part')} posted in <#{edition.channel_id}>.{reason} It goes on."
    )
