"""Settings: `config/digestbot.toml`, then `DIGESTBOT_…` variables, the token apart.

An unknown or wrong key stops the start with one line. Paths are relative to the working directory.
"""

from digestbot.settings.loading import load_settings
from digestbot.settings.model import DataSettings, Settings
from digestbot.settings.notes import NotesSettings, RuleSettings

__all__ = ["DataSettings", "NotesSettings", "RuleSettings", "Settings", "load_settings"]
