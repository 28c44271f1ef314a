"""Charges of random histories follow from the log: late reports, corrections, credits, free calls and spend caps."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from random import Random

import pytest

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.blindness.audit import BlindnessReport, audit_blindness
from callrouter.database import Session
from callrouter.erasure import erase_caller
from callrouter.evidence.prove import export_for_audit
from callrouter.evidence.schema_statement import state_schema
from callrouter.privacy.acts import Actor
from tests.billing.history import START, Accounts, ReportedCall, directory, other_rates
from tests.blindness.audited_week import shipped
from tests.evidence.logs import LOG_KEY, NOW, logs
from tests.seeds import seeds
from tests.servers.databases import Databases

TERMS = directory(rates=other_rates(4000, date(2026, 10, 20), free_calls=1), spend_cap_minor=12_000)
HOW_MANY = 60


def history(chance: Random) -> list[ReportedCall]:
    return [
        ReportedCall(
            f"CA{number:03}",
            chance.choice(["sunrise", "sunrise", "harbor"]),
            chance.choice(["helpline", "listing"]),
            chance.choice([None, *"abcdefghij"]),
            START + timedelta(hours=chance.randrange(24 * 45)),
            chance.choice([10, 29, 30, 90, 600]),
            simulated=chance.random() < 0.8,
        )
        for number in range(HOW_MANY)
    ]


def happens(accounts: Accounts, chance: Random) -> None:
    """The calls are reported in any order and again, corrected, and credited in part and whole."""
    calls = [call.sid for call in history(chance)]
    for part in range(0, HOW_MANY, 7):
        accounts.tells(chance.sample(calls, 20) if part else calls[::2])
    accounts.tells(calls)
    for sid in chance.sample(calls, 8):
        accounts.corrects(sid, chance.choice([0, 20, 45, 300]))
        accounts.tells([sid])
    for number, sid in enumerate(chance.sample(calls, 24)):
        credits(accounts, sid, None if number % 2 else 500)


def credits(accounts: Accounts, sid: str, amount: int | None) -> None:
    def enters(session: Session) -> None:
        known = charged_calls(session, [sid]).get(sid)
        if known and known.left:
            credit(session, accounts.shelf, CreditRequest(sid, amount, "a bad line", "ada"), NOW)

    accounts.database.transact(enters)


def audited(accounts: Accounts) -> BlindnessReport:
    with accounts.database.engine.begin() as connection:
        state_schema(connection, NOW)
    logs(accounts.database)
    with accounts.database.engine.connect() as connection:
        return audit_blindness(export_for_audit(connection), LOG_KEY, shipped())


@pytest.mark.parametrize("seed", seeds(3))
def test_every_charge_of_a_random_history_follows_from_the_log(databases: Databases, seed: int) -> None:
    chance = Random(seed)
    with databases.fresh() as url, closing(Accounts(url, TERMS)) as accounts:
        accounts.stores(history(Random(seed)))
        happens(accounts, chance)
        report = audited(accounts)
    assert report.found.named == []
    assert report.charges.free.keys() >= {"repeat", "short", "free call", "spend cap", "waived"}


def test_a_forgotten_caller_s_repeats_are_still_free_and_are_only_stated(databases: Databases) -> None:
    calls = [
        ReportedCall(f"CA{day}", "harbor", "helpline", "a", START + timedelta(days=day), 90)
        for day in range(3)
    ]
    with databases.fresh() as url, closing(Accounts(url, TERMS)) as accounts:
        accounts.stores(calls)
        accounts.tells([call.sid for call in calls])
        before = audited(accounts)
        accounts.database.transact(lambda session: erase_caller(session, ["k1.a"], Actor(NOW)))
        after = audited(accounts)
    assert (before.holds, after.holds) == (True, True)
    assert (before.charges.callers_only_stated, after.charges.callers_only_stated) == (0, 3)
    assert before.charges.free == after.charges.free == {"repeat": 2}
