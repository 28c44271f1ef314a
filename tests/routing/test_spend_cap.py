"""How much a spend cap leaves; without one nothing is asked."""

from datetime import UTC, datetime
from functools import partial as given
from typing import Any

from callrouter.billing import spend_cap
from callrouter.billing.spend_cap import PricedAttempt, beyond_spend_cap, lock_spend_caps
from callrouter.database import Database, Session
from callrouter.directory.directory import Directory
from callrouter.reports.reading import reading
from callrouter.routing.explain import ExplainedCall, explain
from tests.directories import SILENT, a_directory, helpline, partner
from tests.routing.deciding import NOON, Deciding

CENTERS = ("ash-home", "ash-house", "birch-home")
REACHED = "spend cap reached"


class NobodyIsAsked:
    """A session that must not be used."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was used")


def under(minor: int | None) -> Directory:
    return a_directory(partner("ash", spend_cap_minor=minor), helpline(*CENTERS))


def beyond(database: Database, directory: Directory, at: datetime = NOON) -> dict[str, str]:
    return database.transact(
        lambda session: beyond_spend_cap(session, directory, CENTERS, at, simulated=False)
    )


def spent(database: Database, amount: int, month: str = "2026-11") -> None:
    database.transact(given(spend_cap.set_spend, partner="ash", month=month, amount=amount, simulated=False))


def test_all_seats_of_the_partner_are_beyond_together(database: Database) -> None:
    spent(database, 6501)
    assert beyond(database, under(10_000)) == {"ash-home": REACHED, "ash-house": REACHED}
    spent(database, 6500)
    assert beyond(database, under(10_000)) == {}


def test_what_is_reserved_counts_beside_what_was_spent(database: Database) -> None:
    directory = under(10_000)
    spent(database, 3000)
    attempt = PricedAttempt("CA1", 1, "helpline", NOON, simulated=False)
    for _ in range(2):  # again
        database.transact(given(spend_cap.reserve, partner=directory.partners["ash"], attempt=attempt))
    assert beyond(database, directory) == {}
    later = PricedAttempt("CA1", 2, "listing", NOON, simulated=False)
    database.transact(given(spend_cap.reserve, partner=directory.partners["ash"], attempt=later))
    assert beyond(database, directory).keys() == {"ash-home", "ash-house"}
    for _ in range(2):
        database.transact(given(spend_cap.release, call="CA1", number=2))
    assert beyond(database, directory) == {}


def test_a_month_is_the_partners_own(database: Database) -> None:
    """Until 08:00 in UTC it is November in Los Angeles."""
    spent(database, 10_000)
    assert beyond(database, under(10_000), datetime(2026, 12, 1, 7, 59, tzinfo=UTC))
    assert not beyond(database, under(10_000), datetime(2026, 12, 1, 8, 0, tzinfo=UTC))


def test_what_is_only_simulated_is_counted_by_itself(database: Database) -> None:
    spent(database, 10_000)
    deciding = Deciding(database, under(10_000))
    assert deciding.rings("CA1") == "birch-home"
    assert deciding.rings("CA2", simulated=True) == "ash-home"


def test_where_there_is_no_spend_cap_the_database_is_not_asked() -> None:
    session: Session = NobodyIsAsked()  # type: ignore[assignment]
    assert beyond_spend_cap(session, under(None), CENTERS, NOON, simulated=False) == {}
    lock_spend_caps(session, under(None), CENTERS)
    lock_spend_caps(session, under(0), ["birch-home"])
    assert beyond_spend_cap(session, under(0), ["birch-home"], NOON, simulated=False) == {}


def test_it_is_explained_as_a_call_then_meets_it(database: Database) -> None:
    deciding = Deciding(database, under(3500))
    spent(database, 1)
    with reading(database.engine) as connection:
        line = deciding.directory.helplines["national"]
        seats = explain(connection, deciding.directory, line, ExplainedCall("CA", NOON), SILENT)
    told = {seat.seat.center: seat.status for seat in seats if not seat.may_be_rung}
    assert told == {"ash-home": REACHED, "ash-house": REACHED} == deciding.skips("CA1")
    assert deciding.rings("CA2") == "birch-home"
    assert deciding.replayed().agrees


def test_a_call_of_the_month_before_is_counted_there(database: Database) -> None:
    deciding = Deciding(database, under(3500))
    spent(database, 3500)
    assert deciding.rings("CA1", datetime(2026, 12, 1, 9, tzinfo=UTC), arrived_at=NOON) == "birch-home"
    assert deciding.rings("CA2", datetime(2026, 12, 1, 9, tzinfo=UTC)) == "ash-home"
