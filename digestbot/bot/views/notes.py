"""What the curators of the notes see: what was read of them, and what in them was not understood or could be mended."""

from digestbot.bot import ids
from digestbot.bot.checkup import Findings, Health, Synced
from digestbot.bot.markup import code, cut, plain, shorten
from digestbot.bot.views import layout
from digestbot.bot.views.listing import count
from digestbot.curate import SEVERITIES
from digestbot.models import Diagnostic, Page
from digestbot.sources import Status

_SOURCES, _KINDS, _FILES = 4, 6, 5
_PAGE = 5  # of at most 320 characters each, beside sources of 300 and kinds of 100
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "💡"}
_NAMES = {"error": "error", "warning": "warning", "info": "remark"}


def status(health: Health, only: str = "all", page: int = 0, stamp: str = "") -> layout.Layout:
    """Return the answer to `/notes status`; `only` is a severity or `all`, `stamp` that of the page turned from."""
    items = [layout.text("## 📝 The notes", *(_source(one) for one in health.sources[:_SOURCES]))]
    if len(health.sources) > _SOURCES:
        items.append(layout.text(f"-# … and {count(len(health.sources) - _SOURCES, 'source')} more"))
    found = health.found
    shown = [d for d in found.diagnostics if only in ("all", d.severity)]
    at = max(0, min(page, (len(shown) - 1) // _PAGE))
    there = Page(tuple(shown[at * _PAGE : at * _PAGE + _PAGE]), at, _PAGE, len(shown))
    again = "-# The notes were read again since that page; this is how they stand now."
    items += [layout.rule(), layout.text(_summary(found), again if stamp not in ("", found.stamp) else "")]
    if there.items:
        items += [part for d in there.items for part in (layout.gap(), layout.text(cut(_told(d), 320)))]
        items += layout.row(_filters(found, only))
    items += layout.pager(there, lambda n: ids.notes(only, str(n), found.stamp))
    trouble = any(one.trouble for one in health.sources) or any(severity == "error" for severity, _ in found.kinds)
    return layout.framed(layout.TROUBLE if trouble else layout.LOOK_UP, items)


def _source(one: Status) -> str:
    when = f"read <t:{int(one.read_at.timestamp())}:R>" if one.read_at else "not read yet"
    commit = f"commit {code(one.commit.id[:10])}" if one.commit else ""
    place = plain(shorten(one.place, 80)) if one.place != one.name else ""
    read = " · ".join(filter(None, [count(one.files, "file"), count(one.papers, "paper"), when, commit, place]))
    trouble = f"\n⚠️ {cut(plain(one.trouble), 120)}" if one.trouble else ""
    return cut(f"**{plain(shorten(one.name, 60))}**\n-# {read}{trouble}", 300)


def _summary(found: Findings) -> str:
    """Tell the kinds, the worst and most frequent first."""
    if not found.kinds:
        return "✅ Everything was understood, and nothing needs mending."
    counted = sorted(found.kinds.items(), key=lambda one: (SEVERITIES.index(one[0][0]), -one[1]))
    told = (f"{_SIGNS[severity]} **{many:,}** × {cut(plain(kind), 100)}" for (severity, kind), many in counted[:_KINDS])
    others = f"\n-# … and {count(len(counted) - _KINDS, 'other kind')}" if len(counted) > _KINDS else ""
    return "\n".join(told) + others


def _told(diagnostic: Diagnostic) -> str:
    d = diagnostic
    place = shorten(d.file, 90) + (f":{d.line}" if d.line else "")
    more = f" (and {d.more:,} more in this file)" if d.more else ""
    return f"{_SIGNS[d.severity]} {code(place)}\n{cut(plain(d.found), 130)}{more}\n-# → {cut(plain(d.done), 140)}"


def _filters(found: Findings, only: str) -> list[layout.Component]:
    """Return a button for each severity that there is, and the way back to all."""
    totals = {s: sum(many for (severity, _), many in found.kinds.items() if severity == s) for s in SEVERITIES}
    buttons = [
        layout.button(
            count(totals[s], _NAMES[s]), ids.notes(s, "first", found.stamp), emoji=_SIGNS[s], disabled=only == s
        )
        for s in SEVERITIES
        if totals[s]
    ]
    everything = layout.button("All", ids.notes("all", "first", found.stamp), disabled=only == "all")
    return [everything, *buttons] if len(buttons) > 1 or only != "all" else []


def synced(done: Synced) -> layout.Layout:
    """Return the answer to `/notes sync`."""
    reading = done.reading
    files = f"{count(reading.files, 'file')} · {reading.changed:,} new or changed · {reading.removed:,} gone"
    touched = " · ".join(code(shorten(name, 60)) for name in reading.touched[:_FILES])
    others = f" … and {len(reading.touched) - _FILES:,} more" if len(reading.touched) > _FILES else ""
    said = "\n".join(f"- {cut(plain(paper.title), 150)}" for paper in done.newest)
    more = f"-# … and {done.new - len(done.newest):,} more" if done.new > len(done.newest) else ""
    unreadable = f"❌ {count(reading.unreadable, 'file')} could not be read" if reading.unreadable else ""
    trouble = f"⚠️ {cut(plain(reading.trouble), 600)}" if reading.trouble else ""
    new = f"**{count(done.new, 'new paper')}**" if done.new else "No new papers."
    hint = "-# `/notes status` tells what was not understood."
    colour = layout.TROUBLE if trouble or unreadable else layout.LOOK_UP
    items = [
        layout.text("### 🔄 The notes were read", f"-# {files}", touched + others, trouble, unreadable),
        layout.rule(),
    ]
    return layout.framed(colour, [*items, layout.text(new, said, more, hint)])
