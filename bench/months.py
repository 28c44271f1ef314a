"""A month's report, and the close of a partner's month, against a full scan of the same calls."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice

import sqlalchemy as sa

from bench.figure import Figure, Result, at_most
from bench.large_directory import PARTNERS
from bench.load import percentile
from bench.many_calls import FIRST_MONTH, LAST_MONTH
from bench.proof import expect
from callrouter.billing.period import next_month
from callrouter.database import Database
from callrouter.directory.versions import DirectoryCache
from callrouter.invoices.close import CloseRequest, close_month
from callrouter.reports.money.monthly import monthly
from callrouter.reports.reading import reading

BY: dict[str, tuple[str, ...]] = {
    "by partner": (),
    "by day": ("day",),
    "by partner and day": ("partner", "day"),
}
CLOSED_AT = datetime(2026, 9, 1, tzinfo=UTC)
MOST_MILLISECONDS = 200

MEANING = """\
{calls:,} calls in {months} months, of {partners} partners with {centers} centers and 5 helplines: {entries:,} entries,
and {totals:,} rows of totals. A report is `monthly` in `reports/money/monthly.py`, of one month after another, not
printed. A close is `close_month` in `invoices/close.py`, of one partner's month after another, with some {lines:,}
lines each: all that it looks for before, and one transaction that waits for the disk. A full scan counts the calls as
their partners have them and adds up their talk, as a report would have to without totals. All of it is asked from
another process than the database. In the end the invoices are held against the totals."""

_SCAN = sa.text("SELECT count(*), sum(talk_seconds) FROM partner_call")
_COUNTS = sa.text(
    "SELECT (SELECT count(*) FROM call), (SELECT count(*) FROM center), (SELECT count(*) FROM ledger_entry),"
    " (SELECT count(*) FROM day_total)"
)
_CLOSED = sa.text(
    "SELECT partner, period, total, (SELECT sum(amount - credited) FROM day_total"
    " WHERE day_total.partner = invoice.partner AND substr(day, 1, 7) = period) FROM invoice"
)
_LINES = sa.text("SELECT count(*) FROM invoice_line")


@dataclass(frozen=True)
class Size:
    """How much is measured: rounds, and in each so many reports of each kind, and so many months that are closed."""

    rounds: int
    reports: int
    closes: int


LONG, SHORT = Size(3, 60, 100), Size(1, 2, 2)


@dataclass
class Round:
    """Seconds."""

    reports: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    closes: list[float] = field(default_factory=list)
    scan: float = 0.0


def measure(database: Database, size: Size = LONG) -> Result:
    """Run it."""
    # Every other partner has one center, and half as many calls.
    mixed = [n * 37 % PARTNERS for n in range(PARTNERS)]
    to_close = iter([(f"partner-{n}", month) for n in mixed for month in months()])
    _round(database, SHORT, to_close)
    rounds = [_round(database, size, to_close) for _ in range(size.rounds)]
    _prove(database)
    figures = [
        *_figures("a month's report by partner", rounds, lambda one: one.reports["by partner"]),
        *_figures("a month's report by day", rounds, lambda one: one.reports["by day"]),
        *_figures(
            "a month's report by partner and day", rounds, lambda one: one.reports["by partner and day"]
        ),
        *_figures("the close of a partner's month", rounds, lambda one: one.closes),
        Figure("a full scan", [one.scan * 1000 for one in rounds], unit="ms"),
    ]
    return Result("months", "Reports and closing", _meaning(database, size), figures)


def months() -> Iterator[str]:
    """Those that have calls."""
    month = FIRST_MONTH
    while month <= LAST_MONTH:
        yield month
        month = next_month(month)


def _round(database: Database, size: Size, to_close: Iterator[tuple[str, str]]) -> Round:
    current = Round()
    for month in islice(cycle(months()), size.reports):
        for name, by in BY.items():
            current.reports[name].append(_seconds(partial(_report, database, month, by)))
    for partner, month in islice(to_close, size.closes):
        current.closes.append(_seconds(partial(_close, database, partner, month)))
    current.scan = min(_seconds(partial(_scan, database)) for _ in range(3))
    return current


def _seconds(deed: Callable[[], None]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def _report(database: Database, month: str, by: Sequence[str]) -> None:
    with reading(database.engine) as connection:
        assert monthly(connection, month, by=by)["rows"]


def _close(database: Database, partner: str, month: str) -> None:
    request = CloseRequest(partner, month, simulated=False, person="bench")
    closed = database.transact(lambda session: close_month(session, _directories, request, CLOSED_AT))
    expect("invoices", len(closed.invoices), 1)


_directories = DirectoryCache()


def _scan(database: Database) -> None:
    with reading(database.engine) as connection:
        connection.execute(_SCAN).one()


def _figures(
    what: str, rounds: Iterable[Round], times: Callable[[Round], Sequence[float]]
) -> Iterator[Figure]:
    """Half of the times are below the first, all but a twentieth below the second."""
    usual = [percentile(times(one), 0.5) for one in rounds]
    rare = [percentile(times(one), 0.95) for one in rounds]
    yield Figure(f"{what}, p50", [seconds * 1000 for seconds in usual], unit="ms")
    yield Figure(f"{what}, p95", [seconds * 1000 for seconds in rare], at_most(MOST_MILLISECONDS), "ms")
    yield Figure(
        f"{what}, p50 of a full scan", [of / one.scan for of, one in zip(usual, rounds, strict=True)]
    )


def _prove(database: Database) -> None:
    """Each invoice comes to what the totals say."""
    with reading(database.engine) as connection:
        for partner, month, invoiced, totalled in connection.execute(_CLOSED):
            expect(f"minor units of {partner} in {month}", invoiced, totalled)


def _meaning(database: Database, size: Size) -> str:
    with reading(database.engine) as connection:
        calls, centers, entries, totals = connection.execute(_COUNTS).one()
        lines = connection.execute(_LINES).scalar_one()
    closed = 2 + size.rounds * size.closes
    return MEANING.format(
        calls=calls,
        months=len(list(months())),
        partners=PARTNERS,
        centers=centers,
        entries=entries,
        totals=totals,
        lines=lines // closed,
    )
