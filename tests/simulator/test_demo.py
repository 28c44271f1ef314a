"""`make demo`: a month is played through the real handlers, and its figures agree everywhere."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

import callrouter.directory
from callrouter.billing.model import CHARGE, LedgerEntry
from callrouter.calls.model import Call
from callrouter.database import Database
from callrouter.directory.directory_file.read import read_directory
from callrouter.errors import Fault
from callrouter.invoices.model import InvoiceHead
from callrouter.messages.model import DELETED, KEPT, MessageRecording
from callrouter.privacy.vault import Vault
from callrouter.reports.money.monthly import monthly
from simulator.account import SimulatedAccount
from simulator.demo import plan
from simulator.demo.play import Demo
from tests.directories import put_in_force

SAMPLE = Path(callrouter.directory.__file__).with_name("sample.yaml")
NOW = datetime(2026, 11, 6, 9, tzinfo=UTC)
"""After the third, when the month before is closed."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, connections=2, pipelined=True)) as database:
        yield database


@pytest.fixture
def demo(database: Database, monkeypatch: pytest.MonkeyPatch) -> Demo:
    monkeypatch.setattr(plan, "CALLS_A_DAY", 4)
    put_in_force(database, read_directory(SAMPLE.read_text(), SAMPLE.name), NOW)
    account = SimulatedAccount("AC" + "5" * 32, "a token of the account")
    return Demo(database, Vault({"k1": bytes(32)}), account, "http://127.0.0.1:8000")


def test_a_month_and_the_days_since_are_played_and_the_month_is_closed(
    demo: Demo, database: Database
) -> None:
    days = []
    placed = demo.play(NOW, lambda hour: days.append(hour.date()))
    assert (str(days[0]), str(days[-1])) == ("2026-10-01", "2026-11-05")
    with database.engine.begin() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(Call)).scalar_one()
        charged = connection.execute(
            sa.select(sa.func.count()).where(
                LedgerEntry.entry_type == CHARGE, LedgerEntry.period == "2026-10"
            )
        ).scalar_one()
        report = monthly(connection, "2026-10")
        invoices = connection.execute(sa.select(InvoiceHead)).all()
        states = set(connection.execute(sa.select(MessageRecording.state)).scalars())
    assert count == placed > 100
    assert report["total"]
    assert report["total"]["charged"] == charged > 50
    assert len(invoices) > 5
    assert states
    assert states <= {KEPT, DELETED}, states
    with pytest.raises(Fault, match="has calls already"):
        demo.play(NOW, lambda _: None)
