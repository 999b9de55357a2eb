"""A note's Markdown as Discord Markdown: escaped, honest about its links, and cut where a reader would cut."""

from digestbot.bot.markup.blocks import Block, blocks, code_block, fitted, joined, space
from digestbot.bot.markup.cut import cut, graphemes, length, shorten, split
from digestbot.bot.markup.escape import clean, code, defuse, one_line, plain
from digestbot.bot.markup.inline import inline
from digestbot.bot.markup.links import link, safe_url

__all__ = [
    "Block",
    "blocks",
    "clean",
    "code",
    "code_block",
    "cut",
    "defuse",
    "fitted",
    "graphemes",
    "inline",
    "joined",
    "length",
    "link",
    "one_line",
    "plain",
    "safe_url",
    "shorten",
    "space",
    "split",
]
