"""Each paper that is new comes once, in order, whatever fails and whenever the process dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digestbot.digest import Retry, Unsendable

if TYPE_CHECKING:
    from .conftest import World


class Crash(BaseException):
    """The process dies here."""


FAULTS: dict[str, Callable[[], BaseException]] = {
    "crash": Crash,
    "outage": lambda: Retry("Discord does not answer"),
    "refusal": lambda: Unsendable("The bot may not write here."),
}

steps = st.one_of(
    st.tuples(st.just("note"), st.integers(1, 9)),
    st.tuples(st.just("wait"), st.sampled_from([-24, -1, -0.2, 0.01, 0.5, 5, 24, 80, 168, 400])),
    st.tuples(st.just("tick"), st.integers(1, 3)),
    st.tuples(st.just("slot"), st.integers(1, 9)),
    st.tuples(st.just("now"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.sampled_from(["refuse", "lose"]), st.tuples(st.sampled_from(sorted(FAULTS)), st.integers(1, 3))),
    st.tuples(st.just("break"), st.integers(1, 4)),
    st.tuples(st.just("rename"), st.just(0)),
    st.tuples(st.just("vanish"), st.just(0)),
)


class Life:
    """Carries out steps in a world, restarting it whenever it dies."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.titles: list[str] = []
        self.crashes = 0
        self.broken = 0
        render = world.render

        def breakable(sheet: Any) -> Any:
            if self.broken:
                self.broken -= 1
                if not self.broken:
                    raise Crash
            return render(sheet)

        world.render = breakable
        world.restart()

    async def survive(self, doing: Awaitable[object]) -> None:
        try:
            await doing
        except Crash:
            self.crashes += 1
            self.world.restart()

    async def do(self, step: str, detail: Any) -> None:
        match step:
            case "tick":
                for _ in range(detail):
                    await self.survive(self.world.tick())
            case "slot":
                await self._notes("note", detail)
                self.world.clock.now = (await self.world.channel()).next_slot.at
                await self.survive(self.world.tick())
            case "now":
                await self.survive(self.world.desk.now(10))
            case "restart":
                self.world.restart()
            case "note" | "rename" | "vanish":
                await self._notes(step, detail)
            case "wait":
                self.world.clock.pass_by(hours=detail)
            case _:
                self._fault(step, detail)

    async def _notes(self, step: str, detail: int) -> None:
        """New papers in a file of their own; all of them in one file instead of the last; that file deleted."""
        if step == "note":
            new = [f"Paper number {len(self.titles) + n}" for n in range(detail)]
            self.titles += new
            await self.world.note(*new, file=f"{len(self.titles)}.md")
            return
        gone = "all.md" if step == "vanish" else f"{len(self.titles)}.md"
        await self.world.library.remove("notes", [gone])
        await self.world.ledger.papers.forget("notes", [gone])
        if step == "rename" and self.titles:
            await self.world.note(*self.titles, file="all.md")

    def _fault(self, step: str, detail: Any) -> None:
        discord = self.world.discord
        if step == "break":
            self.broken = detail
        elif step == "refuse":
            discord.refuse[discord.sends + detail[1]] = FAULTS[detail[0]]()
        else:
            discord.lose[discord.sends + detail[1]] = FAULTS["crash" if detail[0] == "crash" else "outage"]()

    async def heal(self) -> None:
        """Let a month pass in which nothing fails."""
        self.broken = 0
        self.world.discord.refuse.clear()
        self.world.discord.lose.clear()
        if self.titles:
            await self.world.note(*self.titles, file="all.md")
        for _ in range(8):
            self.world.clock.pass_by(hours=90)
            await self.world.tick()


@settings(max_examples=25, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25))
@example([("lose", ("crash", 2)), ("slot", 9), ("wait", 0.5), ("slot", 2)])
@example([("lose", ("outage", 1)), ("slot", 5), ("wait", 168), ("vanish", 0), ("tick", 2), ("slot", 1)])
@example([("break", 3), ("slot", 9), ("refuse", ("refusal", 1)), ("now", 0), ("wait", 400), ("restart", 0)])
def test_each_paper_comes_once(in_a_world: Callable[[Any], None], story: list[tuple[str, Any]]) -> None:
    async def scenario(world: World) -> None:
        life = Life(world)
        await world.set_up()
        for step, detail in story:
            await life.do(step, detail)
        await life.heal()
        beyond = {
            sequence
            for edition_id in range(1, 200)
            if (edition := await world.ledger.editions.get(edition_id))
            for sequence in set(edition.papers) - {s for part in edition.parts for s in part.papers}
            if edition.parts[-1].state == "sent"
        }
        behind_buttons = [paper.title for paper in (await world.library.search.sequences(list(beyond))).values()]
        assert Counter([*world.discord.shown(), *behind_buttons]) == Counter(life.titles)
        tokens = [message.payload["token"] for message in world.discord.messages]
        assert len(tokens) == len(set(tokens))
        assert tokens == sorted(tokens, key=lambda t: [int(n) for n in t[1:].split(".")])

    in_a_world(scenario)
