"""Pseudonyms: one for each caller for as long as the caller is known, and leading to nobody after that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from callrouter.database import Database, Session
from callrouter.database.pipeline import _compile
from callrouter.privacy.data_keys import REPEAT, key_of, make_keys_ahead
from callrouter.privacy.model import MatchValue, StoredDataKey
from callrouter.privacy.pseudonyms import (
    RECOGNIZE,
    forget_pseudonyms,
    pseudonym_for,
    pseudonyms_of,
    recognize,
)
from callrouter.privacy.vault import Vault
from tests.at_once import somebody_waits_for_a_lock
from tests.databases import open_database
from tests.owner import as_owner
from tests.routing.deciding import NOON

ANN, BOB = "+13105550188", "+14155550123"
OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=4) as database:
        yield database


@pytest.fixture
def vault() -> Vault:
    return Vault({"a": OLD})


def of(database: Database, vault: Vault, number: str = ANN, now: datetime = NOON) -> str:
    return database.transact(lambda session: pseudonym_for(session, vault, number, now))


def found(database: Database, vault: Vault, number: str = ANN) -> list[str]:
    return database.transact(lambda session: pseudonyms_of(session, vault, number))


def stored(database: Database) -> list[tuple[str, str]]:
    """(month, pseudonym) of each match value"""
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(MatchValue).order_by(MatchValue.period, MatchValue.pseudonym))
        return [(f"{row.period:%Y-%m}", row.pseudonym) for row in rows.all()]


def test_a_number_has_one_pseudonym_and_another_has_another(database: Database, vault: Vault) -> None:
    ann, bob = of(database, vault), of(database, vault, BOB)
    assert ann != bob
    assert [of(database, vault), of(database, Vault({"a": OLD})), of(database, vault, BOB)] == [ann, ann, bob]
    assert (found(database, vault), found(database, vault, BOB)) == ([ann], [bob])
    assert len(stored(database)) == 2


def test_a_pseudonym_tells_nothing_and_looks_like_no_number(database: Database, vault: Vault) -> None:
    assert all(
        len(of(database, vault, f"+1310555{each:04}")) == 32
        and of(database, vault, f"+1310555{each:04}").isalpha()
        for each in range(20)
    )


def test_who_never_called_has_none_and_asking_makes_none(database: Database, vault: Vault) -> None:
    assert found(database, vault) == []
    with database.engine.connect() as connection:
        assert connection.execute(sa.select(StoredDataKey)).all() == []


def test_a_caller_is_known_from_month_to_month(database: Database, vault: Vault) -> None:
    begin = datetime(2026, 1, 15, tzinfo=UTC)
    months = [begin + timedelta(days=days) for days in (0, 31, 31, 100, 190, 380)]
    pseudonyms = {of(database, vault, now=now) for now in months}
    assert len(pseudonyms) == 1
    assert [month for month, _ in stored(database)] == ["2026-01", "2026-02", "2026-04", "2026-07", "2027-01"]
    assert found(database, vault) == list(pseudonyms)


def test_a_caller_whose_months_are_purged_is_a_new_one(database: Database, vault: Vault) -> None:
    first = of(database, vault)
    with database.engine.begin() as connection:
        connection.execute(
            sa.delete(StoredDataKey).where(StoredDataKey.period == key_of(REPEAT, NOON).period)
        )
    later = Vault({"a": OLD})
    assert found(database, later) == []
    assert of(database, later, now=NOON + timedelta(days=40)) != first


def test_a_call_in_a_later_month_keeps_a_caller_known_when_the_first_is_purged(
    database: Database, vault: Vault
) -> None:
    first = of(database, vault)
    assert of(database, vault, now=NOON + timedelta(days=40)) == first
    with database.engine.begin() as connection:
        connection.execute(sa.delete(MatchValue).where(MatchValue.period == key_of(REPEAT, NOON).period))
        connection.execute(
            sa.delete(StoredDataKey).where(StoredDataKey.period == key_of(REPEAT, NOON).period)
        )
    assert of(database, Vault({"a": OLD}), now=NOON + timedelta(days=41)) == first


def test_who_is_forgotten_and_calls_again_is_a_new_caller(database: Database, vault: Vault) -> None:
    first = of(database, vault)
    database.transact(lambda session: forget_pseudonyms(session, [first]))
    assert (found(database, vault), stored(database)) == ([], [])
    assert of(database, vault) != first


def test_a_number_among_many_is_found_by_its_values_and_not_by_reading_the_months(
    database: Database, vault: Vault
) -> None:
    """Also where the planner knows nothing of the values."""
    rows = sa.text(
        "INSERT INTO match_value SELECT sha256(n::text::bytea), n::text, date '2026-01-01' + (n % 300)::int"
        " FROM generate_series(1, 5000) AS n"
    )
    given = {"values": "{x}", "value": b"x", "period": NOON.date(), "random": "x"}
    statement, names, values = _compile(RECOGNIZE, tuple(given))
    with as_owner(database) as connection:
        connection.execute(rows)
        connection.exec_driver_sql("ANALYZE match_value")
        connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        psycopg_connection: Any = connection.connection.dbapi_connection
        cursor = psycopg.RawCursor(psycopg_connection)
        cursor.execute(b"EXPLAIN " + statement, [{**values, **given}[name] for name in names])
        plan = "\n".join(row[0] for row in cursor)
    assert "Index Scan using pk_match_value" in plan
    assert "ix_match_value_period" not in plan
    assert "Seq Scan" not in plan


def test_two_first_calls_at_once_are_of_one_caller(
    database: Database, vault: Vault, database_url: str
) -> None:
    """The second waits for the first on a connection of its own."""
    database.transact(lambda session: make_keys_ahead(session, vault.master_keys, NOON))
    seen: list[str] = []
    with closing(Database(database_url, connections=1, pipelined=True)) as other:
        second = Thread(target=lambda: seen.append(of(other, vault)))

        def first(session: Session) -> None:
            seen.append(pseudonym_for(session, vault, ANN, NOON))
            second.start()
            somebody_waits_for_a_lock(database, second)

        database.transact(first)
        second.join(10)
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert stored(database) == [(f"{NOON:%Y-%m}", seen[0])]


def test_many_first_calls_at_once_are_of_one_caller(database: Database, vault: Vault) -> None:
    database.transact(lambda session: make_keys_ahead(session, vault.master_keys, NOON))
    begin, seen = Barrier(4), list[str]()

    def calls() -> None:
        for each in range(10):
            begin.wait(10)
            seen.append(f"{each} {of(database, vault, f'+1310555{each:04}')}")

    threads = [Thread(target=calls) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(seen), len(set(seen)), len(stored(database))) == (40, 10, 10)


def test_a_call_that_arrives_while_its_caller_is_erased_revives_nothing(
    database: Database, vault: Vault, database_url: str
) -> None:
    first, seen = of(database, vault), list[str]()
    with closing(Database(database_url, connections=1)) as other:
        call = Thread(target=lambda: seen.append(of(other, vault)))

        def erases(session: Session) -> None:
            forget_pseudonyms(session, [first])
            call.start()
            somebody_waits_for_a_lock(database, call)

        database.transact(erases)
        call.join(10)
    assert len(seen) == 1
    assert seen[0] != first
    assert found(database, vault) == seen


def test_an_erasure_waits_for_a_call_that_has_found_its_caller(
    database: Database, vault: Vault, database_url: str
) -> None:
    first = of(database, vault)
    with closing(Database(database_url, connections=1)) as other:
        erasure = Thread(
            target=lambda: other.transact(partial(forget_pseudonyms, pseudonyms=[first])),
        )

        def arrives(session: Session) -> None:
            recognize(session, vault, ANN, NOON)
            erasure.start()
            somebody_waits_for_a_lock(database, erasure)
            assert session.execute(sa.select(MatchValue.pseudonym)).scalar() == first

        database.transact(arrives)
        erasure.join(10)
    assert stored(database) == []
