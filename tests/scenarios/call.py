"""A call that was placed: what the carrier saw of it, and what is stored of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from callrouter.money import Money
from callrouter.reports.calls.ended_calls import exported_calls
from callrouter.reports.period import Period
from callrouter.reports.reading import reading
from simulator import Caller as CallerBehavior
from simulator import CenterBehaviors, Faults, SimulatedCall

if TYPE_CHECKING:
    from tests.scenarios.world import World


class HasKey(Protocol):
    """A center, whether it is an entry of the directory or one that is played."""

    @property
    def key(self) -> str: ...


class PlacedCall:
    """A call of a scenario. Whatever is asked of it, it has happened by then."""

    def __init__(
        self, world: World, dialled: str, caller: CallerBehavior, faults: Faults | None, *, settled: bool
    ) -> None:
        self._world = world
        self._asked_for = (dialled, caller, faults, settled)
        self._story: SimulatedCall | None = None

    def happens(self, centers: CenterBehaviors) -> None:
        dialled, caller, faults, settled = self._asked_for
        place = self._world.carrier.place_call
        self._story = place(dialled, caller, centers, faults=faults, settled=settled)

    @property
    def story(self) -> SimulatedCall:
        """What the carrier saw."""
        if self._story is None:
            self._world.catch_up()
        assert self._story is not None
        return self._story

    @property
    def sid(self) -> str:
        return self.story.sid

    @property
    def stored(self) -> dict[str, Any]:
        """Its row."""
        return self._world.rows("call", sid=self.sid)[0]

    @property
    def outcome(self) -> str | None:
        outcome: str | None = self.stored["outcome"]
        return outcome

    @property
    def legs(self) -> list[tuple[str, str | None]]:
        """(center, outcome) of each leg."""
        return [(leg["center"], leg["outcome"]) for leg in self.stored_legs]

    @property
    def stored_legs(self) -> list[dict[str, Any]]:
        return self._world.rows("leg", call=self.sid)

    @property
    def decisions(self) -> list[dict[str, Any]]:
        rows = self._world.rows("decision", call=self.sid)
        return sorted(rows, key=lambda decision: decision["attempt"])

    @property
    def promise(self) -> dict[str, Any] | None:
        return next(iter(self._world.rows("promise", call=self.sid)), None)

    @property
    def promised(self) -> dict[str, Any]:
        """Its promise, which there is."""
        [promise] = self._world.rows("promise", call=self.sid)
        return promise

    @property
    def returns(self) -> list[tuple[str, str | None]]:
        """(center, outcome) of each try to return it."""
        return [(row["center"], row["outcome"]) for row in self._world.rows("return_call", call=self.sid)]

    @property
    def message(self) -> dict[str, Any] | None:
        return next(iter(self._world.rows("message", call=self.sid)), None)

    @property
    def record(self) -> dict[str, Any]:
        """What exports say of it, but for what is listed within it."""
        self._world.settles()
        with reading(self._world.database.engine) as connection:
            [found] = [call for call in exported_calls(connection, Period()) if call["sid"] == self.sid]
        return {name: value for name, value in found.items() if not isinstance(value, list | dict)}

    @property
    def charges(self) -> list[tuple[str, str, str]]:
        """(partner, kind, amount) of each entry."""
        self._world.settles()
        rows = self._world.rows("ledger_entry", call=self.sid)
        return [(row["partner"], row["kind"], str(Money(row["amount"], row["currency"]))) for row in rows]

    @property
    def disclosures(self) -> list[dict[str, Any]]:
        self._world.settles()
        return self._world.rows("disclosure", call=self.sid)

    @property
    def documents(self) -> list[str]:
        """Every document it was given."""
        rows = self._world.rows("inbox", call=self.sid)
        return [row["answer"] for row in rows if row["answer"] is not None]

    def was_answered_by(self, center: HasKey) -> bool:
        return (self.outcome, self.stored["answered_by"]) == ("answered", center.key)

    def costs(self, partner: str, amount: str) -> bool:
        """This partner is charged this, and nobody is charged anything else."""
        return [(who, cost) for who, _, cost in self.charges] == [(partner, amount)]

    @property
    def is_free(self) -> bool:
        return self.charges == []

    def was_told(self, words: str) -> bool:
        """The caller heard this, word for word, as one sentence or within one."""
        return any(words in heard for heard in self.story.heard)

    def rang(self, *centers: HasKey) -> bool:
        """These were rung, one after another, and nobody else."""
        return [center for center, _ in self.legs] == [center.key for center in centers]

    def __repr__(self) -> str:
        return f"<call {self.outcome} {self.legs} {self.story.heard} {self.story.errors}>"
