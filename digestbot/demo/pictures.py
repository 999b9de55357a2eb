"""Pictures for the simulated Discord, which loads none from the network: drawn here, so that no frame stays broken."""

import io
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import urlsplit

from PIL import Image, ImageDraw, ImageFont

Drawn = tuple[str, bytes]
"""A file name and the bytes of a PNG."""

_BLURPLE, _SHADE, _INK, _WHITE = "#5865f2", "#383a40", "#b5bac1", "#ffffff"


def stand_ins(urls: Iterable[str]) -> Mapping[str, Drawn]:
    """Draw a tile in place of each picture of the notes: it says where the picture would come from."""
    return {url: _tile(urlsplit(url).hostname or "the notes") for url in urls}


@cache
def _tile(host: str) -> Drawn:
    image = Image.new("RGB", (640, 240), _SHADE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((12, 12, 627, 227), outline=_INK)
    draw.text((320, 104), f"picture from {host}", fill=_WHITE, font=ImageFont.load_default(26), anchor="mm")
    draw.text(
        (320, 146), "shown on Discord; the demo stays offline", fill=_INK, font=ImageFont.load_default(19), anchor="mm"
    )
    return "picture.png", _png(image)


def bot_avatar() -> bytes:
    """Draw the bot's avatar: a page with lines of text, the first one marked."""
    image = Image.new("RGB", (128, 128), _BLURPLE)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((36, 26, 92, 102), 8, fill=_WHITE)
    draw.rounded_rectangle((46, 38, 82, 48), 3, fill="#f0b232")
    for top in (58, 70, 82):
        draw.rounded_rectangle((46, top, 82 if top < 82 else 68, top + 5), 2, fill=_BLURPLE)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
