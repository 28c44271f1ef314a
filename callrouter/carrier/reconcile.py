"""Comparing a day with the carrier's books, page by page, and putting ours right where the books tell what happened.

First the whole day is read into `carrier_call`, then our calls are compared in batches; each batch is a transaction.
Whatever is interrupted is simply done again: reading and comparing twice comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice

from callrouter.carrier.difference import Finding, OurCall, Theirs, differences
from callrouter.carrier.mend import mend
from callrouter.carrier.our_books import our_calls
from callrouter.database import Database, Row, Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.routing.memory import RoutingMemory
from callrouter.telephony import Carrier, CarriersCall

BATCH = 200
MICROS = 1_000_000

_READ = sql(
    "INSERT INTO carrier_call (sid, parent, day, direction, status, seconds, cost_micros, currency, read_at) VALUES"
    " (:sid, :parent, :day, :direction, :status, :seconds, :cost_micros, :currency, :read_at) ON CONFLICT (sid) DO"
    " UPDATE SET status = excluded.status, seconds = excluded.seconds, cost_micros = excluded.cost_micros,"
    " currency = excluded.currency, read_at = excluded.read_at"
)
_CALLERS = sql(
    "SELECT sid FROM carrier_call WHERE day = :day AND direction = 'inbound' AND sid > :after ORDER BY sid LIMIT :most"
)
_OURS_OF_DAY = sql(
    "SELECT sid FROM call WHERE arrived_at >= :begin AND arrived_at < :end AND sid > :after"
    " AND NOT EXISTS (SELECT 1 FROM carrier_call WHERE carrier_call.sid = call.sid) ORDER BY sid LIMIT :most"
)
_THEIRS = sql("SELECT sid, status, COALESCE(seconds, 0) FROM carrier_call WHERE AMONG(sid, :sids)")
_FOUND = sql(
    "INSERT INTO carrier_difference (day, sid, what, theirs, ours, mended, found_at) VALUES"
    " (:day, :sid, :what, :theirs, :ours, :mended, :now) ON CONFLICT (day, sid, what) DO UPDATE SET"
    " theirs = excluded.theirs, ours = excluded.ours, mended = excluded.mended"
)
_CONFIRM = sql(
    "INSERT INTO confirmation (call, confirmed_at) VALUES (:call, :confirmed_at) ON CONFLICT (call) DO NOTHING"
)
_FINISHED = sql(
    "INSERT INTO reconciled_day (day, finished_at, calls)"
    " SELECT :day, :now, COUNT(*) FROM carrier_call WHERE day = :day AND direction = 'inbound'"
    " ON CONFLICT (day) DO UPDATE SET finished_at = excluded.finished_at, calls = excluded.calls"
)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who compares: our database, the carrier, and what it takes to put a call right."""

    database: Database
    carrier: Carrier
    directories: DirectoryShelf
    memory: RoutingMemory
    clock: Callable[[], datetime]


def reconcile(auditor: Auditor, day: date) -> None:
    """Compare a day, which is the carrier's: UTC. What was found stands in `carrier_difference`."""
    _read(auditor, day)
    for sids in _in_batches(auditor, partial(_callers, day)):
        auditor.database.transact(partial(_compare, auditor, day, sids))
    for sids in _in_batches(auditor, partial(_ours_alone, day)):
        # A call just before midnight may have started a day later there, so each is asked for by itself.
        for sid in sids:
            _read_one(auditor, sid)
        auditor.database.transact(partial(_compare, auditor, day, sids))
    now = auditor.clock()
    auditor.database.transact(lambda session: session.tell(_FINISHED, day=day.isoformat(), now=now))


def _read(auditor: Auditor, day: date) -> None:
    """The day's calls into our table; the time-consuming part, outside of any transaction but a page's."""
    found = auditor.carrier.calls_of_day(day)
    while page := list(islice(found, BATCH)):
        _keep(auditor, page, day)


def _read_one(auditor: Auditor, sid: str) -> None:
    found = auditor.carrier.call(sid)
    if found:
        _keep(auditor, [found], (found.started_at or auditor.clock()).astimezone(UTC).date())


def _keep(auditor: Auditor, page: Sequence[CarriersCall], day: date) -> None:
    now = auditor.clock()
    rows = [
        {
            "sid": call.sid,
            "parent": call.parent,
            "day": day.isoformat(),
            "direction": call.direction,
            "status": call.status,
            "seconds": call.seconds,
            "cost_micros": None if call.price is None else int(call.price * MICROS),
            "currency": call.currency,
            "read_at": now,
        }
        for call in page
    ]
    auditor.database.transact(lambda session: session.tell_all(_READ, rows))


def _in_batches(auditor: Auditor, ask: Callable[[str, Session], list[Row]]) -> Iterator[list[str]]:
    after = ""
    while sids := [sid for (sid,) in auditor.database.transact(partial(ask, after))]:
        yield sids
        after = sids[-1]


def _callers(day: date, after: str, session: Session) -> list[Row]:
    return session.ask(_CALLERS, day=day.isoformat(), after=after, most=BATCH)


def _ours_alone(day: date, after: str, session: Session) -> list[Row]:
    begin = datetime.combine(day, time(), UTC)
    return session.ask(_OURS_OF_DAY, begin=begin, end=begin + timedelta(days=1), after=after, most=BATCH)


def _compare(auditor: Auditor, day: date, sids: list[str], session: Session) -> None:
    now = auditor.clock()
    ours = our_calls(session, sids)
    theirs = _theirs(session, [*sids, *(leg.sid for call in ours.values() for leg in call.legs if leg.sid)])
    for sid in sids:
        findings = list(differences(ours.get(sid), theirs.get(sid), theirs, sid))
        for finding in findings:
            mended = mend(session, auditor.directories, auditor.memory, sid, finding, now)
            session.tell(_FOUND, day=day.isoformat(), now=now, **_told(finding), mended=mended)
    session.tell_all(_CONFIRM, list(_confirmed(ours.values(), theirs, now)))


def _theirs(session: Session, sids: list[str]) -> dict[str, Theirs]:
    return {row[0]: Theirs(*row) for row in session.ask(_THEIRS, sids=sids)}


def _told(finding: Finding) -> dict[str, str | None]:
    return {"sid": finding.sid, "what": finding.what, "theirs": finding.theirs, "ours": finding.ours}


def _confirmed(
    ours: Iterable[OurCall], theirs: dict[str, Theirs], now: datetime
) -> Iterator[dict[str, object]]:
    """Calls with a talk that the carrier's books have too. What was of another length has just been put right."""
    for call in ours:
        talks = [leg for leg in call.legs if leg.talked]
        known = [theirs.get(leg.sid or "") for leg in talks]
        if talks and call.sid in theirs and all(leg and leg.status == "completed" for leg in known):
            yield {"call": call.sid, "confirmed_at": now}
