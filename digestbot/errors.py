"""Errors that a person is told about.

Each message is one line that says what is wrong, where, and what to do. The command line prints it and the bot
replies with it; anything that is not a `DigestbotError` is a fault of the program and is logged with its traceback.
"""


class DigestbotError(Exception):
    """Base of all expected errors; the message is fit for the person who caused or can mend it."""


class SettingsError(DigestbotError):
    """A setting is unknown, has the wrong type, or names something that is not there."""


class SourceError(DigestbotError):
    """A folder or file of notes cannot be read as a whole."""


class LibraryError(DigestbotError):
    """The library cannot be opened or written (locked, read-only, disk full)."""


class LedgerError(DigestbotError):
    """The ledger cannot be opened, migrated or written; nothing may be posted without it."""


class ChannelError(DigestbotError):
    """A channel cannot be set up, changed or posted to as asked."""
