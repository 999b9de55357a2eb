"""Links that lead where they seem to lead.

A label that reads like an address is followed by the host that is really opened (RFC 3986, section 7.6, warns of the
part before "@", which is refused here altogether).
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

from digestbot.bot.markup.cut import length
from digestbot.bot.markup.escape import clean, code, escape, one_line

_SAFE = re.compile(r"https?://((?:[a-z0-9-]+\.)+[a-z]+)((?:/[\w.~-]*)*)", re.ASCII)
"""URLs as most are, in the form that `safe_url` returns already."""
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w-])((?:[\w-]+\.)+[a-z\u0370-\u052f]{2,})(?![\w.-]*\.\d)", re.IGNORECASE)
_DOTS = dict.fromkeys(map(ord, "。ꓸ܁܂𐩐"), ".")
"""What is read as a full stop: U+3002 is one in host names (RFC 3490, section 3.1), the others look like one."""
_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*:\s*//+", re.IGNORECASE)
_INVITES = ("discord.gg", "discord.com/invite", "discordapp.com/invite")
_MATH = re.compile(r"\$(?=\S)([^$`\[\]\n]*[^\s$`\[\]\\])\$")
LONGEST_URL = 512
"""Discord's limit for the URL of a link button; longer ones are shown without a link everywhere."""


@lru_cache(maxsize=1024)
def safe_url(url: str) -> str | None:
    """Return an http(s) URL in a form that no Markdown can break, or None where it cannot be shown honestly."""
    if found := _SAFE.fullmatch(url):
        return url if len(url) <= LONGEST_URL and not _invites(found[1], found[2]) else None
    try:
        parts = urlsplit(clean(url).strip())
        host = _host(parts)
    except ValueError:  # also UnicodeError: a host that no name system can hold
        return None
    if parts.scheme not in ("http", "https") or host is None:
        return None
    path, query, fragment = (quote(p, safe="/:@!$&'*+,;=~%?-._") for p in (parts.path, parts.query, parts.fragment))
    safe = f"{parts.scheme}://{host}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return safe if length(safe) <= LONGEST_URL and not _invites(host, path) else None


def _host(parts: SplitResult) -> str | None:
    name = parts.hostname
    if "@" in parts.netloc or not name:
        return None
    name = name if name.isascii() else name.encode("idna").decode()
    name = f"[{name}]" if ":" in name else name
    return (f"{name}:{parts.port}" if parts.port else name) if _HOST.fullmatch(name) else None


def _invites(host: str, path: str) -> bool:
    return f"{host.removeprefix('www.')}{path}".lower().startswith(_INVITES)


def bare(url: str) -> str:
    """Return a URL of running text as a link that shows all of itself, or as code if it cannot be one."""
    safe = safe_url(url)
    return f"<{safe}>" if safe else code(url)


def link(text: str, url: str | None) -> str:
    """Return a masked link, or the label alone where the URL cannot be linked. `text` is plain, not yet escaped."""
    label = one_line(text)
    safe = safe_url(url) if url else None
    if not safe:
        return _label(label)
    if not label:
        return f"<{safe}>"
    named = {m[1].lower().removeprefix("www.") for m in _ADDRESS.finditer(_as_read(label))}
    shown = _SCHEME.sub("", label)
    if named and named != {host := (urlsplit(safe).hostname or "").removeprefix("www.")}:
        shown = f"{shown} ({host})"
    return f"[{_label(shown)}]({safe})"


def _as_read(label: str) -> str:
    """Return a label as a hurried reader sees it: look-alike dots and wide signs plain, marks and joiners gone."""
    if label.isascii():
        return label
    signs = unicodedata.normalize("NFKD", label).translate(_DOTS)
    return "".join(sign for sign in signs if unicodedata.category(sign)[0] != "M" and sign not in "\u200c\u200d")


def _label(text: str) -> str:
    """Escape a label; brackets that do not pair would end the link and become full-width ones."""
    if not _pairs(text):
        text = text.translate({ord("["): "［", ord("]"): "］"})
    parts = _MATH.split(text)
    return "".join(code(part) if i % 2 else escape(part) for i, part in enumerate(parts))


def _pairs(text: str) -> bool:
    return not re.search(r"[\[\]]", re.sub(r"\[[^\[\]]*\](?!\()", "", text))
