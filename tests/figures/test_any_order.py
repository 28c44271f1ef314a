"""Whatever is told in whatever order, late, twice, or by workers that are killed: the totals are those of a recount."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from functools import partial

import pytest

from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.errors import Fault, NotKnown
from tests.billing.history import START, ReportedCall, directory, other_rates
from tests.figures.days import Days
from tests.seeds import seeds
from tests.servers.databases import Databases

CALLS = 24
VERSIONS = (
    directory(rates=other_rates(4000, date(2026, 10, 20), free_calls=2), spend_cap_minor=26_000),
    directory(rates=other_rates(4500, date(2026, 10, 15), free_calls=3)),
)
Deed = Callable[[Days], None]


def history(chance: random.Random) -> list[ReportedCall]:
    minutes = sorted(chance.sample(range(60 * 24 * 60), CALLS))
    return [
        ReportedCall(
            sid=f"CA{number:03}",
            partner=chance.choice(["sunrise", "harbor"]),
            kind=chance.choice(["helpline", "helpline", "listing"]),
            caller=chance.choice([None, "a", "b", *(f"d{n}" for n in range(12))]),
            arrived_at=START + timedelta(minutes=minute),
            talk_seconds=chance.choice([5, 30, 90, 600]),
            version=1 + (2 * number) // CALLS,
        )
        for number, minute in enumerate(minutes)
    ]


def life(call: ReportedCall, chance: random.Random) -> list[Deed]:
    """What happens to a call, in its order: it is told, corrected or returned, paid for, and credited."""
    sid, price = call.sid, chance.randint(1, 90_000)
    late = {sid: price, f"{sid}-leg": chance.choice([None, 8_500])}
    return [
        lambda days: days.tells([sid]),
        chance.choice(returns(sid, chance) if is_returned(call) else corrections(sid, chance)),
        lambda days: days.tells([sid]),
        lambda days: days.costs(late),
        lambda days: days.costs({f"{sid}-leg": price}),
        chance.choice([lambda days: credits(days, sid, None), lambda days: credits(days, sid, 500), nothing]),
    ]


def is_returned(call: ReportedCall) -> bool:
    """Whether nobody was rung for it, and its caller promised a call."""
    return call.kind == "helpline" and call.caller is None


def returns(sid: str, chance: random.Random) -> list[Deed]:
    seconds = chance.choice([10, 300])
    return [
        lambda days: days.keeps(sid, "sunrise", seconds),
        lambda days: days.keeps(sid, "harbor", seconds),
        nothing,
    ]


def corrections(sid: str, chance: random.Random) -> list[Deed]:
    seconds = chance.choice([5, 95])
    return [lambda days: days.corrects(sid, seconds), nothing, nothing]


def nothing(_: Days) -> None:
    """Nothing happens."""


def credits(days: Days, sid: str, amount: int | None) -> None:
    """A person takes the charge back, if there is one."""
    wanted = CreditRequest(sid, amount, "a test says so", "ada")
    with suppress(NotKnown, Fault):
        days.database.transact(partial(credit, directories=days.shelf, wanted=wanted, now=days.now))


def shuffled(lives: Sequence[list[Deed]], chance: random.Random) -> Iterator[Deed]:
    """All deeds, those of a call in their order."""
    waiting = [list(life) for life in lives]
    while waiting:
        chosen = chance.choice(waiting)
        yield chosen.pop(0)
        waiting = [life for life in waiting if life]


@contextmanager
def opened(databases: Databases, calls: Sequence[ReportedCall]) -> Iterator[Days]:
    with databases.fresh() as url, closing(Days(url, *VERSIONS)) as days:
        days.stores(calls)
        for call in calls:
            if is_returned(call):
                days.promises(call.sid)
        yield days


def all_lives(calls: Sequence[ReportedCall], seed: int) -> list[list[Deed]]:
    chance = random.Random(f"lives {seed}")
    return [life(call, chance) for call in calls]


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(2))
def test_the_totals_are_those_of_a_recount_after_every_deed(databases: Databases, seed: int) -> None:
    calls, chance = history(random.Random(seed)), random.Random(f"order {seed}")
    with opened(databases, calls) as days:
        for deed in shuffled(all_lives(calls, seed), chance):
            again = [call.sid for call in chance.sample(calls, chance.choice([0, 0, 0, 1, 4]))]
            days.tells(again, killed=chance.random() < 0.5)
            deed(days)
            days.now += timedelta(minutes=chance.randint(0, 60 * 24))
            assert days.totals()
            assert days.differences() == []
        counted = days.counted()
        days.tells([call.sid for call in calls])
        assert days.counted() == counted == once_and_in_order(databases, calls, seed)


def once_and_in_order(
    databases: Databases, calls: Sequence[ReportedCall], seed: int
) -> list[dict[str, object]]:
    """The same calls, one after another."""
    with opened(databases, calls) as days:
        for deeds in all_lives(calls, seed):
            for deed in deeds:
                deed(days)
        return days.counted()
