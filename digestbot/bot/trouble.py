"""What a person is told when a command or a press goes wrong: the one place for it."""

import logging
from typing import Any

import discord
from discord import app_commands

from digestbot.bot.markup import plain
from digestbot.bot.views.choices import notice
from digestbot.bot.views.layout import Layout
from digestbot.errors import DigestbotError

log = logging.getLogger(__name__)

_UNKNOWN_INTERACTION = 10062  # Discord's code for an interaction whose three seconds are over


async def report(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person, and only them, what happened and what to do.

    An error that is nobody's wish is logged with its traceback and a reference that the person sees too.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException) and error.code == _UNKNOWN_INTERACTION:
        log.warning("interaction %d: answered too late for Discord", interaction.id)
        return
    said = _sentence(error)
    if said is None:
        reference = f"{interaction.id:x}"[-8:]
        log.error("interaction failed, reference %s", reference, exc_info=error)
        said = f"Something went wrong here, and it is not your fault. The bot's log has it under `{reference}`."
    try:
        await tell(interaction, notice(said, trouble=True))
    except discord.HTTPException as failure:
        log.warning("interaction %d: the answer could not be sent (%s)", interaction.id, failure)


async def tell(interaction: discord.Interaction[Any], view: Layout) -> None:
    """Show a layout to the person alone, as the answer or after it."""
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=True)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


def _sentence(error: BaseException) -> str | None:
    """Return what an expected error says to the person, None if it is not an expected one."""
    if isinstance(error, DigestbotError):
        text = str(error).strip()
        return plain(text if text.endswith((".", "!", "?", "。")) else f"{text}.")
    if isinstance(error, app_commands.MissingPermissions):
        names = " and ".join(p.replace("_", " ").title().replace("Guild", "Server") for p in error.missing_permissions)
        return f"This is for members with the **{names}** permission."
    if isinstance(error, app_commands.NoPrivateMessage):
        return "This works in servers only."
    if isinstance(error, app_commands.TransformerError):
        return f"“{plain(str(error.value))}” cannot be used here; choose something that Discord offers."
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return "This command has just changed. Restart Discord (Ctrl+R) and try again."
    return None
