"""Parsing: the text of a note in, its entries and diagnostics out. Nothing is opened, nothing is remembered."""

from digestbot.parsing.reading import read_note

READER_VERSION = 2
"""Goes up whenever the same note gives other entries than before; the library is then made again."""

__all__ = ["READER_VERSION", "read_note"]
