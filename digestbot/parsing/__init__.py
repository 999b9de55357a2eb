"""Parsing: the text of a note in, its entries and diagnostics out. Nothing is opened, nothing is remembered."""

from digestbot.parsing.reading import read_note
from digestbot.parsing.rules import NO_RULES, PapersRule, PeriodRule, Rule, Rules, TopicsRule, idle, rules_for

READER_VERSION = 7
"""Goes up whenever the same note gives other entries than before; the library is then made again."""

__all__ = [
    "NO_RULES",
    "READER_VERSION",
    "PapersRule",
    "PeriodRule",
    "Rule",
    "Rules",
    "TopicsRule",
    "idle",
    "read_note",
    "rules_for",
]
