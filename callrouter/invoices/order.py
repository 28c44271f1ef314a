"""Months are closed in their order: what speaks against closing one is an earlier month that is open, or a later one
that is closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from callrouter.billing.monthly_fee import owed_for
from callrouter.billing.period import bounds, following, month_of
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.invoices.unexplained import PartnersMonth

BEFORE_ANYTHING = "1970-01"

_LAST_CLOSED = sql("SELECT MAX(period) FROM closed_month WHERE partner = :partner AND simulated = :simulated")
_ENTERED = sql(
    "SELECT MIN(period) FROM ledger_entry WHERE partner = :partner AND simulated = :simulated"
    " AND period >= :since AND period < :month"
)
_HAD = sql(
    "SELECT MIN(day) FROM partner_call WHERE partner = :partner AND simulated = :simulated"
    " AND day >= :since AND day < :month"
)
# Nobody knows yet which partner has them.
_UNFINISHED = sql(
    "SELECT arrived_at, directory_version FROM call WHERE ended_at IS NULL"
    " AND arrived_at >= :begin AND arrived_at < :end AND simulated = :simulated"
    " UNION SELECT call.arrived_at, call.directory_version FROM outbox JOIN call ON call.sid = outbox.call"
    " WHERE outbox.fact = 'ended' AND call.arrived_at >= :begin AND call.arrived_at < :end"
    " AND call.simulated = :simulated ORDER BY 1"
)
_FIRST_VERSION = sql("SELECT loaded_at FROM directory_version ORDER BY version LIMIT 1")


def out_of_order(session: Session, directories: DirectoryShelf, month: PartnersMonth) -> str | None:
    """Why a month cannot be closed now, because of others; None where it is its turn."""
    [(last,)] = session.ask(_LAST_CLOSED, partner=month.partner, simulated=month.simulated)
    if last and month.month < last:
        return (
            f"{month.month} lies before {last}, which is closed:"
            " what belongs to it went to the months that were open"
        )
    before = min(_open(session, directories, month, following(last) if last else BEFORE_ANYTHING), default="")
    return f"{before} is still open: close it first" if before else None


def _open(session: Session, directories: DirectoryShelf, month: PartnersMonth, since: str) -> Iterator[str]:
    """Months from that one on, and before this, of which anything is to be billed or told."""
    between = {"partner": month.partner, "simulated": month.simulated, "since": since, "month": month.month}
    begin, end = (bounds(one, month.timezone)[0] for one in (since, month.month))
    entered, had, unfinished = session.ask_all(
        (_ENTERED, between),
        (_HAD, between),
        (_UNFINISHED, {"begin": begin, "end": end, "simulated": month.simulated}),
    )
    yield from (first[:7] for (first,) in (*entered, *had) if first)
    for arrived_at, version in unfinished:
        if month.partner in directories.at(session, version).partners:
            yield month_of(arrived_at, month.timezone)
            break
    if since < month.month:
        yield from _owing(session, directories, month, since)


def _owing(session: Session, directories: DirectoryShelf, month: PartnersMonth, since: str) -> Iterator[str]:
    """The first for which a fee is owed. Before the first directory there was none."""
    for (loaded_at,) in session.ask(_FIRST_VERSION):
        one = max(since, month_of(loaded_at, month.timezone))
        while one < month.month:
            if owed_for(session, directories, month.partner, one):
                yield one
                return
            one = following(one)
