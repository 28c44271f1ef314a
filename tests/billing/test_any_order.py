"""Any history of calls, told in any order, twice, with workers that are killed, comes to the same accounts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta
from functools import partial

import pytest

from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.directory.directory import Directory
from callrouter.errors import Fault, NotKnown
from tests.billing.history import START, Accounts, ReportedCall, directory, other_rates
from tests.directories import rate
from tests.seeds import seeds
from tests.servers.databases import Databases

CALLS = 36
TERMS: dict[str, tuple[Directory, ...]] = {
    "rates alone": (directory(),),
    "free calls": (directory(rates=(rate("helpline", free_calls=4), rate("listing", free_calls=1))),),
    "a spend cap": (directory(spend_cap_minor=20_000),),
    "a spend cap that comes in the middle": (directory(), directory(spend_cap_minor=9_000)),
    "free calls that come and go": (
        directory(),
        directory(rates=(rate("helpline", free_calls=3), rate("listing"))),
        directory(),
    ),
    "a zone that changes": (
        directory(timezone="Pacific/Kiritimati", rates=(rate("helpline", free_calls=2), rate("listing"))),
        directory(timezone="America/Los_Angeles", rates=(rate("helpline", free_calls=2), rate("listing"))),
    ),
    "all of it, and a rate that changes": (
        directory(rates=other_rates(4000, date(2026, 10, 20), free_calls=2), spend_cap_minor=26_000),
        directory(rates=other_rates(4500, date(2026, 10, 15), free_calls=3), spend_cap_minor=23_000),
    ),
}


def history(seed: int, versions: int) -> list[ReportedCall]:
    """Calls of a few callers within two months, which repeat, are short, and come with every version."""
    chance = random.Random(seed)
    minutes = sorted(chance.sample(range(60 * 24 * 60), CALLS))
    return [
        ReportedCall(
            sid=f"CA{number:03}",
            partner=chance.choice(["sunrise", "sunrise", "sunrise", "harbor"]),
            kind=chance.choice(["helpline", "helpline", "listing"]),
            caller=chance.choice([None, "a", "b", "c", *(f"d{n}" for n in range(12))]),
            arrived_at=START + timedelta(minutes=minute),
            talk_seconds=chance.choice([5, 29, 30, 90, 600]),
            version=1 + (versions * number) // CALLS,
        )
        for number, minute in enumerate(minutes)
    ]


@contextmanager
def accounts(databases: Databases, versions: tuple[Directory, ...]) -> Iterator[Accounts]:
    with databases.fresh() as url, closing(Accounts(url, *versions)) as made:
        yield made


def in_order(made: Accounts, calls: list[ReportedCall]) -> None:
    for call in calls:
        made.tells([call.sid])


def in_any_order(made: Accounts, calls: list[ReportedCall], chance: random.Random) -> None:
    """In batches of any size, some of them twice, some first by a worker that is killed."""
    waiting = [call.sid for call in calls] + [call.sid for call in chance.sample(calls, 8)]
    chance.shuffle(waiting)
    while waiting:
        size = chance.randint(1, 6)
        batch, waiting = waiting[:size], waiting[size:]
        if chance.random() < 0.3:
            made.tells(batch, killed=True)
        made.now += timedelta(minutes=chance.randint(0, 60 * 24))
        made.tells(batch)


def correct(made: Accounts, calls: list[ReportedCall], seed: int) -> None:
    """Some talks had another length; they are told of anew."""
    chance = random.Random(f"corrected {seed}")
    for call in chance.sample(calls, 6):
        made.corrects(call.sid, chance.choice([5, 90]))
        made.tells([call.sid])


def credit_some(made: Accounts, calls: list[ReportedCall], seed: int) -> None:
    """A person takes some charges back, wholly or in part."""
    chance = random.Random(f"credited {seed}")
    for call in chance.sample(calls, 6):
        wanted = CreditRequest(call.sid, chance.choice([None, 500]), "a test says so", "ada")
        with suppress(NotKnown, Fault):
            made.database.transact(partial(credit, directories=made.shelf, wanted=wanted, now=made.now))


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(4))
@pytest.mark.parametrize("terms", TERMS)
def test_any_order_gives_the_accounts_of_once_and_in_order(
    databases: Databases, terms: str, seed: int
) -> None:
    calls, stands = history(seed, len(TERMS[terms])), []
    for told in (in_order, lambda made, calls: in_any_order(made, calls, random.Random(f"order {seed}"))):
        with accounts(databases, TERMS[terms]) as made:
            made.stores(calls)
            told(made, calls)
            before = made.cost_of_calls()
            correct(made, calls, seed)
            credit_some(made, calls, seed)
            stands.append((before, made.cost_of_calls()))
    assert stands[0] == stands[1]
    assert stands[0][0] != {}


@pytest.mark.parametrize("terms", TERMS)
def test_no_month_costs_more_than_its_spend_cap(databases: Databases, terms: str) -> None:
    spend_cap = max(version.partners["sunrise"].spend_cap_minor or 10**9 for version in TERMS[terms])
    with accounts(databases, TERMS[terms]) as made:
        calls = history(5, len(TERMS[terms]))
        made.stores(calls)
        in_any_order(made, calls, random.Random("order 5"))
        stand = made.cost_of_calls()
        months = {call.arrived_at.strftime("%Y-%m") for call in calls}
        for month in months:
            of_month = [c for c in calls if f"{c.arrived_at:%Y-%m}" == month and c.partner == "sunrise"]
            assert sum(stand.get(call.sid, 0) for call in of_month) <= spend_cap
