"""What `/help` shows."""

from digestbot.bot.views import layout

_READERS = """\
**`/paper`** `MovieChat` — a paper's card; some words of its title are enough, and typos are forgiven
**`/topic`** `Diffusion` — a topic's papers, newest first; without a name, all topics
**`/keypoint`** `Memory bank` — the same for keypoints
**`/search`** `扩散` — all text of the notes
In each of them `"long video"` asks for exactly those words, `-survey` leaves out, and `topic:` `keypoint:` \
`period:2024-04..` `venue:` `has:code` `source:` narrow what is found"""

_MANAGERS = """\
**`/digest setup`** — post new papers in a channel, on the days and at the time of your choice
**`/digest preview`** — see the next one now, for you alone · **`/digest now`** — post it now
**`/digest status`** — when the next one comes, what waits for it, and what is wrong
**`/digest pause`**, **`resume`**, **`remove`**
**`/notes status`** — what was read, what was not understood, what could be mended · **`/notes sync`** — read now"""

_HINT = (
    "-# Start to type and pick from what is offered. Answers are seen by everyone in the channel; full notes and what "
    "you open with a button are seen by you alone."
)


def guide(*, managing: bool) -> layout.Layout:
    """Return the guide; `managing` adds what is for members with Manage Server."""
    items = [layout.text("## 📚 Papers from our notes"), layout.gap(), layout.text(_READERS)]
    if managing:
        items += [layout.rule(), layout.text("### The weekly digest"), layout.gap(), layout.text(_MANAGERS)]
    return layout.framed(layout.LOOK_UP, [*items, layout.rule(), layout.text(_HINT)])
