"""What the curators of the notes see: what was read of them, and what in them was not understood or could be mended."""

from digestbot.bot import ids
from digestbot.bot.checkup import Health, Synced
from digestbot.bot.markup import code, cut, plain, shorten
from digestbot.bot.views import layout
from digestbot.bot.views.listing import count
from digestbot.curate import kinds, number
from digestbot.models import Diagnostic, Page
from digestbot.sources import Status

_SOURCES, _KINDS, _NEW = 4, 6, 10
_PAGE = 5  # of at most 320 characters each, beside sources of 300 and kinds of 100
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "💡"}
_NAMES = {"error": "error", "warning": "warning", "info": "remark"}


def status(health: Health, only: str = "all", page: int = 0, stamp: str = "") -> layout.Layout:
    """Return the answer to `/notes status`; `only` is a severity or `all`, `stamp` that of the page turned from."""
    items = [layout.text("## 📝 The notes", *(_source(one) for one in health.sources[:_SOURCES]))]
    if len(health.sources) > _SOURCES:
        items.append(layout.text(f"-# … and {count(len(health.sources) - _SOURCES, 'source')} more"))
    shown = [d for d in health.diagnostics if only in ("all", d.severity)]
    at = max(0, min(page, (len(shown) - 1) // _PAGE))
    there = Page(tuple(shown[at * _PAGE : at * _PAGE + _PAGE]), at, _PAGE, len(shown))
    again = "-# The notes were read again since that page; this is how they stand now."
    items += [layout.rule(), layout.text(_summary(health), again if stamp not in ("", health.stamp) else "")]
    if there.items:
        items += [layout.rule(), *(layout.text(cut(_told(d), 320)) for d in there.items)]
        items += layout.row(_filters(health, only))
    items += layout.pager(there, lambda n: ids.notes(only, str(n), health.stamp))
    trouble = any(one.trouble for one in health.sources) or any(d.severity == "error" for d in health.diagnostics)
    return layout.framed(layout.TROUBLE if trouble else layout.LOOK_UP, items)


def _source(one: Status) -> str:
    when = f"read <t:{int(one.read_at.timestamp())}:R>" if one.read_at else "not read yet"
    commit = f"commit {code(one.commit.id[:10])}" if one.commit else ""
    place = plain(shorten(one.place, 80)) if one.place != one.name else ""
    read = " · ".join(filter(None, [count(one.files, "file"), count(one.papers, "paper"), when, commit, place]))
    trouble = f"\n⚠️ {cut(plain(one.trouble), 120)}" if one.trouble else ""
    return cut(f"**{plain(shorten(one.name, 60))}**\n-# {read}{trouble}", 300)


def _summary(health: Health) -> str:
    if not health.diagnostics:
        return "✅ Everything was understood, and nothing needs mending."
    counted = kinds(health.diagnostics).most_common(_KINDS)
    return "\n".join(f"{_SIGNS[severity]} **{many:,}** × {cut(plain(kind), 100)}" for (severity, kind), many in counted)


def _told(diagnostic: Diagnostic) -> str:
    d = diagnostic
    place = shorten(d.file, 90) + (f":{d.line}" if d.line else "")
    more = f" (and {d.more:,} more in this file)" if d.more else ""
    return f"{_SIGNS[d.severity]} {code(place)}\n{cut(plain(d.found), 130)}{more} → {cut(plain(d.done), 140)}"


def _filters(health: Health, only: str) -> list[layout.Component]:
    """Return a button for each severity that there is, and the way back to all."""
    totals = {s: number(d for d in health.diagnostics if d.severity == s) for s in _SIGNS}
    buttons = [
        layout.button(count(totals[s], _NAMES[s]), ids.notes(s, "first", health.stamp), emoji=sign, disabled=only == s)
        for s, sign in _SIGNS.items()
        if totals[s]
    ]
    everything = layout.button("All", ids.notes("all", "first", health.stamp), disabled=only == "all")
    return [everything, *buttons] if len(buttons) > 1 or only != "all" else []


def synced(done: Synced) -> layout.Layout:
    """Return the answer to `/notes sync`."""
    reading = done.reading
    files = f"{count(reading.files, 'file')} · {reading.changed:,} new or changed · {reading.removed:,} gone"
    said = "\n".join(f"- {plain(shorten(paper.title, 120))}" for paper in done.new[:_NEW])
    more = f"-# … and {len(done.new) - _NEW:,} more" if len(done.new) > _NEW else ""
    unreadable = f"❌ {count(reading.unreadable, 'file')} could not be read" if reading.unreadable else ""
    trouble = f"⚠️ {cut(plain(reading.trouble), 600)}" if reading.trouble else ""
    new = f"**{count(len(done.new), 'new paper')}**" if done.new else "No new papers."
    hint = "-# `/notes status` tells what was not understood."
    colour = layout.TROUBLE if trouble or unreadable else layout.LOOK_UP
    items = [layout.text("### 🔄 The notes were read", f"-# {files}", trouble, unreadable), layout.rule()]
    return layout.framed(colour, [*items, layout.text(new, said, more, hint)])
