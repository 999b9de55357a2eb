"""Where notes come from: which files there are, what changed, and when to look again."""

from digestbot.sources.folder import Document, Folder, documents, load
from digestbot.sources.origin import Commit, File, Origin
from digestbot.sources.reader import read_files, ruled
from digestbot.sources.repository import Repository, borrow
from digestbot.sources.rulebook import Rulebook, idle_rules
from digestbot.sources.several import Sources
from digestbot.sources.status import Progress, Reading, Status
from digestbot.sources.sync import Source
from digestbot.sources.watch import watch

__all__ = [
    "Commit",
    "Document",
    "File",
    "Folder",
    "Origin",
    "Progress",
    "Reading",
    "Repository",
    "Rulebook",
    "Source",
    "Sources",
    "Status",
    "borrow",
    "documents",
    "idle_rules",
    "load",
    "read_files",
    "ruled",
    "watch",
]
