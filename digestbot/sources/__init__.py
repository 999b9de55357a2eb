"""Where notes come from: which files there are, what changed, and when to look again."""

from digestbot.sources.folder import Document, documents, load
from digestbot.sources.sync import Progress, Reading, Source, read_documents
from digestbot.sources.watch import watch

__all__ = ["Document", "Progress", "Reading", "Source", "documents", "load", "read_documents", "watch"]
