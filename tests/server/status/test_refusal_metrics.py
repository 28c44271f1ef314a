"""What Prometheus is told of what the console refused."""

from contextlib import closing
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest

from callrouter.database import Database
from callrouter.staff.refusals import RefusalKind, count_refusal
from server.status.metrics import StoredFigures


def test_refusals_are_counted_by_kind_from_the_start(database_url: str) -> None:
    registry = CollectorRegistry()
    with closing(Database(database_url, connections=1)) as database:
        registry.register(StoredFigures(database, lambda: datetime(2026, 11, 30, tzinfo=UTC)))
        for _ in range(2):
            database.transact(lambda session: count_refusal(session, RefusalKind.FOREIGN))
        lines = generate_latest(registry).decode().splitlines()
    told = [line for line in lines if line.startswith("callrouter_console_refusals_total")]
    assert told == [
        f'callrouter_console_refusals_total{{kind="{kind}"}} {count}'
        for kind, count in (("right", "0.0"), ("foreign", "2.0"), ("form", "0.0"), ("attempts", "0.0"))
    ]
