"""What the page shows for a choice that was picked from the autocomplete.

Discord's client shows the choice's name and sends its value; the simulated one shows the value, which is made for
machines. So names stand for values on the page, and are exchanged for them before the bot sees the command.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from simcord.backend.models import Interaction

_AUTOCOMPLETE = 4
"""Discord's type of an interaction that asks for choices (its documentation of interactions)."""


class Choices:
    """The choices that were offered so far: their values by their names."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def watch(self, interaction: Interaction) -> None:
        """Have the answer to an autocomplete pass through here, before the page gets it."""
        if interaction.type == _AUTOCOMPLETE:
            answer = partial(self._offer, interaction)
            interaction.complete_autocomplete = answer

    def _offer(self, interaction: Interaction, choices: Iterable[Mapping[str, Any]]) -> None:
        names: list[dict[str, Any]] = []
        for choice in choices:
            name, value = choice["name"], choice["value"]
            if self._values.setdefault(name, value) != value:
                name = value  # another choice has the name: this one goes by its value
            names.append({**choice, "value": name})
        Interaction.complete_autocomplete(interaction, names)

    def give_back(self, event: str, payload: Mapping[str, Any]) -> None:
        """Put the values into the options of a command that is on its way to the bot."""
        if event == "INTERACTION_CREATE":
            self._fill(payload["data"].get("options", ()))

    def _fill(self, options: Iterable[dict[str, Any]]) -> None:
        for option in options:
            if "value" in option and not option.get("focused"):
                option["value"] = self._values.get(option["value"], option["value"])
            self._fill(option.get("options", ()))
