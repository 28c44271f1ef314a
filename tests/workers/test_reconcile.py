"""The errand that compares days with the carrier's records: over sockets, and when the carrier is not there."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.model import ReconciledDay
from simulator.server import start_server
from tests.cli.running import PATIENCE, ROOT, SECRETS, CommandLine
from tests.server.running import free_port

# Eagerly, as a task that is run at once runs its retries at once; nobody waits between two requests.
ERRAND = """
import callrouter.carrier.retry as patience
patience.PAUSES = (0.0,)
from workers.external import reconcile_days
done = reconcile_days.apply()
print(done.state, type(done.result).__name__, reconcile_days.max_retries)
"""


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> CommandLine:
    return CommandLine(
        tmp_path,
        DATABASE_URL=database_url.replace("+psycopg", ""),
        TWILIO_API_URL=f"http://127.0.0.1:{free_port()}",
        **SECRETS,
    )


@pytest.fixture
def carrier(house: CommandLine) -> Iterator[Any]:
    with start_server(house.settings, lambda _: None) as carrier:
        thread = threading.Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield carrier
        carrier.shutdown()
        thread.join()


def errand(house: CommandLine) -> str:
    """What came of it, in a process as the external worker is one."""
    command = [sys.executable, "-c", ERRAND]
    done = subprocess.run(
        command,
        env=os.environ | house.environment | {"PYTHONPATH": str(ROOT)},
        cwd=house.place,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout.strip()


def finished(house: CommandLine) -> list[str]:
    database = house.database()
    with database.engine.connect() as connection:
        days = list(connection.execute(sa.select(ReconciledDay.day)).scalars())
    database.close()
    return days


def test_yesterday_is_compared_once(house: CommandLine, carrier: Any) -> None:
    yesterday = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    assert errand(house).startswith("SUCCESS")
    assert finished(house) == [yesterday]
    assert errand(house).startswith("SUCCESS")


def test_a_carrier_that_is_not_there_ends_the_errand_in_order(house: CommandLine) -> None:
    """After its retries, and nothing is half done: the next time takes it up."""
    assert errand(house) == "FAILURE TooManyRequests 4"
    assert finished(house) == []
