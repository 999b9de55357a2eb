"""The bot in Discord: what is said there, and what is answered. The only room that knows discord.py."""

from digestbot.bot.checkup import Checkup
from digestbot.bot.client import DigestClient, reach
from digestbot.bot.outbox import Outbox
from digestbot.bot.views.edition import render

__all__ = ["Checkup", "DigestClient", "Outbox", "reach", "render"]
