"""Entries and papers as JSON: the contract that other tools rely on."""

from typing import Any

from digestbot.identity import identifiers
from digestbot.models import Content, Diagnostic, Entry, Paper


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return one entry as the JSON object that `digestbot export` prints."""
    return {
        "key": identifiers(entry)[0],
        **_content(entry),
        "source": {"file": entry.source.file, "line": entry.source.line},
    }


def paper_json(paper: Paper) -> dict[str, Any]:
    """Return a paper as `digestbot export --merged` prints it: the same keys as an entry, and its entries."""
    first = entry_json(paper.entries[0])
    entries = [entry_json(entry) for entry in paper.entries]
    return {"key": paper.key, **_content(paper), "source": first["source"], "entries": entries}


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as `digestbot check --format json` prints it."""
    return {name: getattr(diagnostic, name) for name in ("file", "line", "severity", "found", "done", "more")}


def _content(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "topics": list(content.topics),
        "period": content.period,
        "published": content.published,
        "keypoints": list(content.keypoints),
        "gist": content.gist,
        "venue": content.venue,
        "authors": list(content.authors),
        "fields": {field.label: field.markdown for field in content.fields},
        "links": [{"kind": link.kind, "label": link.label, "url": link.url} for link in content.links],
        "images": list(content.images),
    }
