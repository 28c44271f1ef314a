"""The blockers of closing a partner's month. *Pure.*

Months are closed in order, each after it is over, unless somebody tries it early. A call may be invoiced when it has
ended and is processed, the carrier's CDRs confirm its talk, and no difference about it needs an explanation. A call
that only the carrier has may belong to any partner, so it blocks the months of all. So does a day that was not
compared: it may have calls that were never reported to us.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from callrouter.invoices.close_facts import CloseFacts
from callrouter.invoices.month import Days, end_of, runs

NO_END = "it has no end: wait for it, or for the reaper"
NOT_PROCESSED = "it is not worked off: callrouter drain, callrouter outbox list"
NOT_RECONCILED = "the carrier's records do not confirm it: callrouter reconcile --day {day}"
NOT_CONFIRMED = (
    "the carrier's records do not confirm its charge: callrouter reconcile --day {day}, or credit it:"
    " callrouter billing credit {call} --reason …"
)
DENIED = (
    "the carrier's records differ ({what}), so its charge cannot be confirmed:"
    " callrouter billing credit {call} --reason …"
)
FOR_STAFF = "the carrier's records differ ({what}): callrouter differences explain {call} --reason …"
NOT_COMPARED = (
    "{days}: not compared with the carrier's records, or not fully (UTC): callrouter reconcile --day {day}"
)


class Blocker(NamedTuple):
    """What has to be done before the month can be closed: about a call, about days, or about the month."""

    call: str | None
    """None: it is about days or the month"""
    why: str


def blockers(facts: CloseFacts) -> list[Blocker]:
    """The blockers: of the month itself; else the first one of each call, and the days."""
    of_month = _too_early(facts) or _out_of_order(facts)
    if of_month:
        return [Blocker(None, of_month)]
    calls: dict[str | None, Blocker] = {}
    for blocker in _of_calls(facts):
        calls.setdefault(blocker.call, blocker)
    return [*calls.values(), *map(_of_days, runs(_uncompared(facts)))]


def _too_early(facts: CloseFacts) -> str | None:
    """A month that has not begun cannot be tried early: it would block the months before it."""
    month = facts.month
    if facts.now < month.begin:
        return f"{month.month} has not begun in {month.timezone}"
    if not month.is_over(facts.now) and not facts.early:
        return f"{month.month} is not over until {month.end:%Y-%m-%d %H:%M} in {month.timezone}"
    return None


def _out_of_order(facts: CloseFacts) -> str | None:
    month, last = facts.month.month, facts.last_closed
    if last and month < last:
        return f"{month} lies before {last}, which is closed: what belongs to it went to the months that were open"
    return f"{facts.open_before} is still open: close it first" if facts.open_before else None


def _of_calls(facts: CloseFacts) -> Iterator[Blocker]:
    yield from (Blocker(call, NO_END) for call in facts.without_end)
    yield from (Blocker(call, NOT_PROCESSED) for call in facts.not_processed)
    for charge in facts.unconfirmed_charges:
        why = DENIED if charge.denied_by else NOT_CONFIRMED
        day = _carrier_day(charge.arrived_at)
        yield Blocker(charge.call, why.format(call=charge.call, what=charge.denied_by, day=day))
    for call in facts.uncharged_calls:
        # A free talk may have been longer than reported.
        if not call.is_reconciled:
            yield Blocker(call.call, NOT_RECONCILED.format(day=_carrier_day(call.arrived_at)))
    yield from (Blocker(sid, FOR_STAFF.format(call=sid, what=what)) for sid, what in facts.differences)


def _uncompared(facts: CloseFacts) -> Iterator[date]:
    """The days that were not fully compared."""
    compared = facts.compared
    return (day for day, since in _to_compare(facts).items() if day not in compared or compared[day] < since)


def _to_compare(facts: CloseFacts) -> Mapping[date, datetime]:
    """The days to compare, each with the first time at which that is possible.

    The real carrier may have calls on any day since our first call. The simulated one only has the calls that we
    made there. A month that is tried early is compared as far as its calls have ended.
    """
    if not facts.month.is_over(facts.now):
        return facts.last_ends
    if facts.month.simulated:
        return {day: end_of(day) for day in facts.last_ends}
    first = facts.first_call_at
    since = first.astimezone(UTC).date() if first else date.max
    return {day: end_of(day) for day in facts.month.carrier_days if day >= since}


def _of_days(run: Days) -> Blocker:
    return Blocker(None, NOT_COMPARED.format(days=run, day=run.first))


def _carrier_day(moment: datetime) -> str:
    """The carrier's day (UTC)."""
    return moment.date().isoformat()
