"""The library: papers in SQLite with their search index, made from the notes and made again at any time."""

from digestbot.library.library import Library, open_library
from digestbot.library.names.aliases import Kind, doubled
from digestbot.library.query import parse
from digestbot.library.search import Search

__all__ = ["Kind", "Library", "Search", "doubled", "open_library", "parse"]
