"""What topics and keypoints are called: their keys, and the settings' alias tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from digestbot.identity import digest16
from digestbot.library.names.spelling import joined

_digest = lru_cache(maxsize=8192)(digest16)
"""A label is asked for its key wherever a paper has it."""

Kind = Literal["topic", "keypoint"]
Tallied = tuple[Kind, str]
"""A topic or keypoint: its kind and key."""

Spelling = tuple[Kind, str, str]
"""A spelling of one: its kind, key and name."""

Table = Mapping[str, Sequence[str]]
"""An alias table of the settings: the name to show, then what else it is called."""


def doubled(table: Table) -> tuple[str, str, str] | None:
    """Return a name that stands for two in an alias table, with those two; None if each stands for one."""
    owners: dict[str, str] = {}
    for name, variants in table.items():
        for variant in (name, *variants):
            owner = owners.setdefault(joined(variant), name)
            if owner != name:
                return variant, owner, name
    return None


@dataclass(frozen=True, slots=True)
class _Aliases:
    """One table: the name to show by the joined form of each spelling, and all spellings by key."""

    shown: Mapping[str, str]
    by_key: Mapping[str, tuple[str, Sequence[str]]]

    @classmethod
    def of(cls, table: Table) -> "_Aliases":
        shown = {joined(one): name for name, variants in table.items() for one in (name, *variants)}
        return cls(shown, {digest16(joined(name)): (name, variants) for name, variants in table.items()})

    def key(self, name: str) -> str:
        folded = joined(name)
        return _digest(joined(self.shown[folded]) if folded in self.shown else folded)


_NO_ALIASES = _Aliases({}, {})


@dataclass(frozen=True, slots=True)
class Names:
    """The alias tables of topics and of keypoints, as look-up needs them."""

    topics: _Aliases = field(default=_NO_ALIASES)
    keypoints: _Aliases = field(default=_NO_ALIASES)

    @classmethod
    def of(cls, topics: Table, keypoints: Table = MappingProxyType({})) -> "Names":
        """Read the tables of the settings."""
        return cls(_Aliases.of(topics), _Aliases.of(keypoints))

    def key(self, kind: Kind, name: str) -> str:
        """Return the key of the topic or keypoint that a name stands for."""
        return self._table(kind).key(name)

    def preferred(self, kind: Kind, key: str) -> tuple[str | None, Sequence[str]]:
        """Return the name that a table wants shown for a key, and its other spellings there."""
        return self._table(kind).by_key.get(key, (None, ()))

    def _table(self, kind: Kind) -> _Aliases:
        return self.topics if kind == "topic" else self.keypoints
