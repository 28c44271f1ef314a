"""Data keys: one for each purpose and period, whoever makes it; gone with its row."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from callrouter.database import Database, Session
from callrouter.privacy.data_keys import (
    ALWAYS,
    DAYS_AHEAD,
    DO_NOT_CALL,
    MESSAGE,
    NUMBER,
    REPEAT,
    ChangedSeal,
    DataKey,
    DataKeyName,
    key_of,
    make_keys_ahead,
)
from callrouter.privacy.key_check import know_key
from callrouter.privacy.master_keys import WrongMasterKey
from callrouter.privacy.model import StoredDataKey
from callrouter.privacy.vault import Vault
from tests.databases import open_database
from tests.routing.deciding import NOON

OLD, NEW = b"o" * 32, b"n" * 32
KEY = DataKey(DataKeyName(NUMBER, date(2026, 11, 30)), bytes(32))

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
numbers = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
places = st.text(max_size=30)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=4) as database:
        yield database


@pytest.fixture
def webhooks(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, connections=2, pipelined=True)) as database:
        yield database


class RolledBack(Exception):
    """Ends a transaction without a commit."""


def seals_with(database: Database, vault: Vault, purpose: str = NUMBER, now: datetime = NOON) -> DataKey:
    return database.transact(lambda session: vault.sealing_key(session, purpose, now))


def stored(database: Database) -> list[DataKeyName]:
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(StoredDataKey.purpose, StoredDataKey.period))
        return sorted(DataKeyName(*row) for row in rows)


@given(st.binary(max_size=200), places, places)
def test_what_was_sealed_for_a_place_opens_there_and_nowhere_else(
    content: bytes, place: str, other: str
) -> None:
    sealed = KEY.seal(content, place)
    assert KEY.open(sealed, place) == content
    if other != place:
        with pytest.raises(ChangedSeal):
            KEY.open(sealed, other)


@given(st.data())
def test_a_changed_seal_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(KEY.seal(b"+13105550188", "here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ChangedSeal):
        KEY.open(bytes(sealed), "here")
    with pytest.raises(ChangedSeal):
        KEY.open(bytes(sealed[: data.draw(st.integers(0, 27))]), "here")


@given(numbers, numbers, st.binary(min_size=32, max_size=32))
def test_match_values_are_the_same_for_the_same_number_and_key_and_for_no_other(
    one: str, other: str, secret: bytes
) -> None:
    assert (KEY.match(one) == KEY.match(other)) is (one == other)
    assert (KEY.match(one) == DataKey(KEY.name, secret).match(one)) is (secret == KEY.secret)


def test_match_values_never_change_between_releases() -> None:
    """They are stored, so whatever changes this loses all repeats, and the do-not-call list."""
    known = "6cf65718716429b2d6c832951af655a381ebbf3a53403a7d9b68e20c9c52e1be"
    assert KEY.match("+13105550188").hex() == known


def test_the_same_is_sealed_differently_each_time() -> None:
    assert len({KEY.seal(b"+13105550188", "here") for _ in range(100)}) == 100


def test_a_key_does_not_show_itself() -> None:
    assert repr(KEY) == f"DataKey(name={KEY.name!r})"


@given(moments)
def test_days_and_months_are_those_of_utc_wherever_the_clock_stands(moment: datetime) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=-10)))
    for purpose in (NUMBER, MESSAGE):
        assert key_of(purpose, elsewhere) == (purpose, moment.date())
    assert key_of(REPEAT, elsewhere) == (REPEAT, moment.date().replace(day=1))
    assert key_of(DO_NOT_CALL, elsewhere) == (DO_NOT_CALL, ALWAYS)


def test_the_first_who_needs_a_key_makes_it_and_everybody_has_the_same(
    database: Database, webhooks: Database
) -> None:
    first = seals_with(webhooks, Vault({"a": OLD}))
    assert seals_with(database, Vault({"a": OLD})) == first
    assert stored(database) == [(NUMBER, NOON.date())]


def test_each_purpose_and_each_day_has_a_key_of_its_own(database: Database) -> None:
    vault = Vault({"a": OLD})
    keys = [
        seals_with(database, vault, purpose, NOON + timedelta(days=days)).secret
        for purpose in (NUMBER, MESSAGE)
        for days in range(3)
    ]
    assert len({*keys, seals_with(database, vault, REPEAT).secret}) == 7


def test_processes_that_need_the_same_key_at_once_get_the_same(database: Database) -> None:
    vaults = [Vault({"a": OLD}) for _ in range(16)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda vault: seals_with(database, vault), vaults))
    assert len({key.secret for key in made}) == 1


def test_a_key_whose_row_is_rolled_back_seals_nothing_that_lasts(database: Database) -> None:
    vault, seen = Vault({"a": OLD}), []

    def is_rolled_back(session: Session) -> None:
        seen.extend([vault.sealing_key(session, NUMBER, NOON), vault.sealing_key(session, NUMBER, NOON)])
        raise RolledBack

    with pytest.raises(RolledBack):
        database.transact(is_rolled_back)
    assert seen[0] == seen[1]
    assert stored(database) == []
    assert seals_with(database, vault) != seen[0]


def test_a_key_is_read_once_on_its_day_and_then_the_next_one(database: Database) -> None:
    vault = Vault({"a": OLD})
    first = seals_with(database, vault)
    assert seals_with(database, vault) == first
    with database.engine.begin() as connection:
        connection.execute(sa.delete(StoredDataKey))
    assert seals_with(database, vault) == first
    tomorrow = NOON + timedelta(days=1)
    assert seals_with(database, vault, now=tomorrow).name == (NUMBER, tomorrow.date())
    assert stored(database) == [(NUMBER, tomorrow.date())]


def test_keys_are_made_for_the_days_to_come_and_again_there_is_nothing_to_make(database: Database) -> None:
    ring, now = Vault({"a": OLD}).master_keys, datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
    made = database.transact(lambda session: make_keys_ahead(session, ring, now))
    assert made == 2 * (DAYS_AHEAD + 1) + 2 + 1
    names = stored(database)
    assert len(names) == made
    assert {(REPEAT, date(2026, 11, 1)), (REPEAT, date(2026, 12, 1)), (DO_NOT_CALL, ALWAYS)} < set(names)
    assert database.transact(lambda session: make_keys_ahead(session, ring, now)) == 0
    later = now + timedelta(days=1)
    assert database.transact(lambda session: make_keys_ahead(session, ring, later)) == 2


def test_a_process_without_the_key_in_use_makes_no_key(database: Database) -> None:
    with database.engine.begin() as connection:
        know_key(connection, Vault({"b": NEW}), NOON)
    for ring in ({"a": OLD}, {"b": OLD}):
        with pytest.raises(WrongMasterKey, match="the vault key in use, 'b', is not in the ring"):
            seals_with(database, Vault(ring))
    assert stored(database) == []


def test_the_key_that_the_database_has_in_use_wraps_not_the_first_of_the_ring(database: Database) -> None:
    """Otherwise a process that was not restarted yet could not open what the others seal."""
    with database.engine.begin() as connection:
        know_key(connection, Vault({"a": OLD}), NOON)
    key = seals_with(database, Vault({"b": NEW, "a": OLD}))
    assert seals_with(database, Vault({"a": OLD})) == key
