"""Reading real notes against what people read in them, where such a corpus is at hand.

`DIGESTBOT_CORPUS` names a folder with `seeds/` (notes) and `seeds-truth.json` (what they hold).
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from digestbot.identity import entry_arxiv, fold_title
from digestbot.models import Entry
from digestbot.parsing import read_note

CORPUS = os.environ.get("DIGESTBOT_CORPUS", "")
Truth = dict[str, Any]


def samples() -> list[Truth]:
    if not CORPUS:
        return []
    return json.loads((Path(CORPUS) / "seeds-truth.json").read_text("utf-8"))["samples"]


def read(sample: Truth) -> tuple[Entry, ...]:
    path = Path(CORPUS) / sample["id"] / sample["path"]
    return read_note(path.read_text("utf-8"), sample["path"]).entries


def is_about(entry: Entry, paper: Truth) -> bool:
    names = [paper["title"], *paper.get("title_alt", [])]
    return fold_title(entry.title) in map(fold_title, names) and abs(entry.source.line - paper["line"]) <= 2


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def deviations(entry: Entry, paper: Truth) -> list[str]:
    fields = {field.label: field.markdown for field in entry.fields}
    links = [{"kind": link.kind, "url": link.url, "label": link.label} for link in entry.links]
    checks = {
        "topic": paper["topic"] in entry.topics,
        "period": entry.period in [paper["period"], *paper.get("period_alt", [])],
        "keypoints": paper["keypoints"] is None
        or list(entry.keypoints) in [paper["keypoints"], paper.get("keypoints_alt")],
        "arxiv": entry_arxiv(entry) == paper["arxiv"],
        "venue": entry.venue == paper["venue"],
        "links": len(links) == paper["links"],
        "links_full": all(any(want.items() <= link.items() for link in links) for want in paper.get("links_full", [])),
        "fields": "fields" not in paper or list(fields) == paper["fields"],
        "images": list(entry.images) == paper.get("images", []),
        "objective": fields.get("Objective", "").startswith(paper.get("objective", "").rstrip()),
        "gist": entry.gist.startswith(paper.get("objective", paper.get("note", "")).rstrip()),
        "note": squeezed(fields.get("Comment", "")).startswith(squeezed(paper.get("note", ""))),
        "authors": list(entry.authors) == paper.get("authors", []),
        "published": "submitted" not in paper or entry.published == paper["submitted"][:7],
    }
    return [f"{entry.title}: {name}: {entry}" for name, holds in checks.items() if not holds]


@pytest.mark.skipif(not CORPUS, reason="DIGESTBOT_CORPUS names no folder with seeds/ and seeds-truth.json")
@pytest.mark.parametrize("sample", samples(), ids=lambda sample: str(sample["path"]))
def test_corpus_is_read_as_people_read_it(sample: Truth) -> None:
    entries = read(sample)
    assert len(entries) == len(sample["papers"])
    for entry, paper in zip(entries, sample["papers"], strict=True):
        assert is_about(entry, paper)
        assert deviations(entry, paper) == []
    forbidden = set(map(fold_title, sample["must_not"]))
    assert not forbidden & {fold_title(entry.title) for entry in entries}
