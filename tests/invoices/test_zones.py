"""Sixty zones, fifteen years of month ends and of changes of the clocks: each call stands on exactly one invoice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from callrouter.billing.period import month_bounds, month_of
from tests.billing.history import Accounts, ReportedCall, center_of
from tests.billing.test_period import ZONES
from tests.directories import a_directory, center, helpline, partner, rate
from tests.invoices.closing import close, invoice, take

PARTNERS = {f"p{number:02}": zone for number, zone in enumerate(ZONES)}
AROUND = (timedelta(seconds=-1), timedelta(0), timedelta(minutes=59, seconds=59), timedelta(hours=-1))
LONG_AGO = rate("helpline", begins=datetime(2020, 1, 1, tzinfo=UTC).date(), repeat_days=0)
PARTS = 6
"""so that two processes can share the work"""


def month_ends(place: int) -> list[str]:
    """One month a year, another one each year; over the zones each month of each year has its turn."""
    return [f"{year}-{1 + (place + 5 * (year - 2021)) % 12:02}" for year in range(2021, 2036)]


def calls_around(key: str, place: int) -> Iterator[ReportedCall]:
    for month in month_ends(place):
        begin, _ = month_bounds(month, PARTNERS[key])
        for number, away in enumerate(AROUND):
            sid = f"CA-{key}-{month}-{number}"
            yield ReportedCall(sid, key, "helpline", None, begin.astimezone(UTC) + away, 60)


@pytest.fixture(params=range(PARTS))
def keys(request: pytest.FixtureRequest) -> list[str]:
    return list(PARTNERS)[request.param :: PARTS]


def test_each_call_at_a_month_end_stands_on_exactly_one_invoice(database_url: str, keys: list[str]) -> None:
    known = [partner(key, timezone=PARTNERS[key], rates=(LONG_AGO,)) for key in keys]
    centers = [center(center_of(key), key) for key in keys]
    accounts = Accounts(
        database_url, a_directory(*known, *centers, helpline(*(each.key for each in centers)))
    )
    calls = [call for place, key in enumerate(keys) for call in calls_around(key, place)]
    accounts.now = datetime(2036, 2, 1, tzinfo=UTC)
    take(accounts, calls)
    for key in keys:
        for month in sorted(
            {month_of(call.arrived_at, PARTNERS[key]) for call in calls if call.partner == key}
        ):
            close(accounts, month, key)
    issued = [invoice(accounts, row["name"]) for row in accounts.rows("invoice")]
    stands = [(line.call, each.period) for each in issued for line in each.lines]
    assert Counter(call for call, _ in stands) == Counter(call.sid for call in calls)
    arrived = {call.sid: month_of(call.arrived_at, PARTNERS[call.partner]) for call in calls}
    assert dict(stands) == arrived
    accounts.close()
