"""Where notes come from: which files there are, what changed, and when to look again."""

from digestbot.sources.folder import Document, Folder, documents, load
from digestbot.sources.origin import Commit
from digestbot.sources.several import Sources
from digestbot.sources.sync import Progress, Reading, Source, Status, idle_rules, read_documents
from digestbot.sources.watch import watch

__all__ = [
    "Commit",
    "Document",
    "Folder",
    "Progress",
    "Reading",
    "Source",
    "Sources",
    "Status",
    "documents",
    "idle_rules",
    "load",
    "read_documents",
    "watch",
]
