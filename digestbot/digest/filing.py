"""Filing papers under topics: which of them an edition holds, where each stands, and in which order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from digestbot.digest.cut import Filed
from digestbot.identity import fold_title
from digestbot.library import Search
from digestbot.models import Paper


@dataclass(frozen=True, slots=True)
class _Topic:
    key: str
    name: str


_NONE = _Topic("", "")


async def file_papers(
    search: Search, papers: Sequence[Paper], wanted: Sequence[str], promised: Collection[int] = ()
) -> tuple[Filed, ...]:
    """Return the papers that have one of the wanted topics (none wanted: all), in the order of an edition.

    A paper stands once, under its first topic that is wanted; the spellings and aliases of a topic are one. Papers
    whose sequence is `promised` come whatever their topics. Topics stand as they are wanted, else the largest first;
    in each the newest paper is first.
    """
    topics = await _topics(search, (*wanted, *(topic for paper in papers for topic in paper.topics)))
    keys = [topics[name].key for name in wanted]
    groups: dict[_Topic, list[Paper]] = {}
    for paper in papers:
        own = [topics[name] for name in paper.topics]
        matching = [topic for topic in own if not keys or topic.key in keys]
        if matching or not keys or paper.sequence in promised:
            groups.setdefault((*matching, *own, _NONE)[0], []).append(paper)
    ordered = sorted(groups, key=lambda topic: _rank(topic, len(groups[topic]), keys))
    return tuple(
        Filed(topic.name, paper) for topic in ordered for paper in sorted(groups[topic], key=age, reverse=True)
    )


def age(paper: Paper) -> tuple[str, int]:
    """Return what orders papers, the newest largest: period, else month of publication; within a month the sequence."""
    return (paper.period or paper.published or "", paper.sequence or 0)


async def _topics(search: Search, names: Sequence[str]) -> dict[str, _Topic]:
    """Look up which topic each name stands for; one that no paper has any more stands for itself."""
    topics: dict[str, _Topic] = {}
    for name in dict.fromkeys(names):
        tally = await search.topic(name, exact=True)
        topics[name] = _Topic(tally.key, tally.name) if tally else _Topic(fold_title(name), name)
    return topics


def _rank(topic: _Topic, count: int, wanted: Sequence[str]) -> tuple[bool, int, int, str]:
    place = wanted.index(topic.key) if topic.key in wanted else len(wanted)
    return (topic == _NONE, place, -count, topic.name)
