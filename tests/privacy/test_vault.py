"""The vault: a number opens only where it belongs, and only as long as the key of its day is there."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.privacy.data_keys import NUMBER, ChangedSeal
from callrouter.privacy.master_keys import WrongMasterKey
from callrouter.privacy.model import SealedNumber, StoredDataKey
from callrouter.privacy.numbers import replace_number, seal_number, unseal_number
from callrouter.privacy.vault import CALLER, RETURN, Vault
from tests.databases import open_database
from tests.routing.deciding import NOON

OLD, NEW = b"o" * 32, b"n" * 32
CALLER_NUMBER, OTHER_NUMBER = "+13105550188", "+14155550123"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=2) as database:
        yield database


@pytest.fixture
def vault() -> Vault:
    return Vault({"2026": NEW})


def seals(database: Database, vault: Vault, call: str = "CA1", purpose: str = CALLER, days: int = 0) -> None:
    now = NOON + timedelta(days=days)
    database.transact(lambda session: seal_number(session, vault, call, CALLER_NUMBER, purpose, now))


def opens(database: Database, vault: Vault, call: str = "CA1", purpose: str = CALLER) -> str | None:
    return database.transact(lambda session: unseal_number(session, vault, call, purpose))


def in_database(database: Database, statement: sa.Executable) -> None:
    with database.engine.begin() as connection:
        connection.execute(statement)


def test_a_number_is_kept_sealed_with_its_call(database: Database, vault: Vault) -> None:
    seals(database, vault)
    with database.engine.connect() as connection:
        [row] = connection.execute(sa.select(SealedNumber.__table__)).all()
    assert (row.call, row.purpose, row.day, row.sealed_at) == ("CA1", CALLER, NOON.date(), NOON)
    assert CALLER_NUMBER.encode() not in row.sealed
    assert opens(database, vault) == opens(database, Vault({"2026": NEW})) == CALLER_NUMBER


def test_another_number_takes_the_place_of_the_first(database: Database, vault: Vault) -> None:
    for number, days in ((CALLER_NUMBER, 0), (OTHER_NUMBER, 1)):
        now = NOON + timedelta(days=days)
        database.transact(
            partial(replace_number, vault=vault, call="CA1", number=number, purpose=RETURN, now=now)
        )
    assert opens(database, vault, purpose=RETURN) == OTHER_NUMBER
    assert opens(database, vault, purpose=CALLER) is None


@pytest.mark.parametrize("moved", [{"call": "CA2"}, {"purpose": RETURN}, {"day": NOON.date() + timedelta(1)}])
def test_what_is_moved_to_another_row_does_not_open(
    database: Database, vault: Vault, moved: dict[str, object]
) -> None:
    seals(database, vault, "CA9", days=1)
    seals(database, vault)
    in_database(database, sa.update(SealedNumber).where(SealedNumber.call == "CA1").values(moved))
    place = {"call": "CA1", "purpose": CALLER} | {
        key: str(value) for key, value in moved.items() if key != "day"
    }
    with pytest.raises(ChangedSeal, match="was not sealed for it"):
        opens(database, vault, **place)


def test_what_was_sealed_for_another_table_does_not_open_as_a_number(
    database: Database, vault: Vault
) -> None:
    seals(database, vault)
    key = database.transact(lambda session: vault.sealing_key(session, NUMBER, NOON))
    elsewhere = key.seal(CALLER_NUMBER.encode(), "recording/CA1/sealed")
    in_database(database, sa.update(SealedNumber).values(sealed=elsewhere))
    with pytest.raises(ChangedSeal):
        opens(database, vault)


def test_when_the_key_of_a_day_is_destroyed_its_numbers_do_not_open_with_everything_that_is_left(
    database: Database, vault: Vault
) -> None:
    seals(database, vault, "CA1")
    seals(database, vault, "CA2", days=1)
    ring = {"2026": NEW, "2025": OLD}
    in_database(database, sa.delete(StoredDataKey).where(StoredDataKey.period == NOON.date()))
    for each in (vault, Vault(ring)):
        assert (opens(database, each, "CA1"), opens(database, each, "CA2")) == (None, CALLER_NUMBER)
    with database.engine.connect() as connection:
        sealed = connection.execute(
            sa.select(SealedNumber.sealed).where(SealedNumber.call == "CA1")
        ).scalar_one()
        left = connection.execute(sa.select(StoredDataKey.__table__)).all()
    for row in left:
        key = vault.opening_key(row.purpose, row.period, row)
        with pytest.raises(ChangedSeal):
            key.open(sealed, f"sealed_number/CA1/{CALLER}/sealed")


def test_a_key_of_the_same_day_that_is_made_anew_opens_nothing_of_before(
    database: Database, vault: Vault
) -> None:
    seals(database, vault, "CA1")
    in_database(database, sa.delete(StoredDataKey))
    anew = Vault({"2026": NEW})
    seals(database, anew, "CA2")
    assert opens(database, anew, "CA2") == CALLER_NUMBER
    with pytest.raises(ChangedSeal):
        opens(database, anew, "CA1")


def test_without_the_master_key_nothing_opens(database: Database, vault: Vault) -> None:
    seals(database, vault)
    for ring in ({"2025": OLD}, {"2026": OLD}):
        with pytest.raises(WrongMasterKey):
            opens(database, Vault(ring))
