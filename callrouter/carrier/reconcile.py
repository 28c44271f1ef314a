"""Comparing a day with the carrier's books, and putting ours right where the books tell what happened.

First the whole day is read (`their_books.py`), then all calls that have something on it are compared in batches; each
batch is a transaction. Whatever is interrupted is simply done again: reading and comparing twice comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from callrouter.carrier.auditor import BATCH, Auditor
from callrouter.carrier.books import OurCall, TheirBooks
from callrouter.carrier.difference import NOT_ENDED_HERE, Finding, differences, has_the_talk
from callrouter.carrier.found import lay_aside_the_gone, note
from callrouter.carrier.mend import mend
from callrouter.carrier.our_books import our_calls
from callrouter.carrier.their_books import read_day, read_one, their_books
from callrouter.database import Row, Session, Statement, sql

# The call that is meant: of a call to a center that owes one, the caller's that was promised it.
_THEIRS_OF_DAY = sql(
    "SELECT carrier_call.sid, COALESCE(return_call.call, carrier_call.sid) FROM carrier_call"
    " LEFT JOIN return_call ON return_call.sid = carrier_call.sid"
    " WHERE carrier_call.day = :day AND carrier_call.parent IS NULL AND carrier_call.sid > :after"
    " ORDER BY carrier_call.sid LIMIT :most"
)
_LEGS_OF_OTHER_DAYS = sql(
    "SELECT leg.sid, COALESCE(return_call.call, leg.parent) FROM carrier_call leg"
    " LEFT JOIN return_call ON return_call.sid = leg.parent"
    " WHERE leg.day = :day AND leg.sid > :after AND leg.parent IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM carrier_call parent WHERE parent.sid = leg.parent AND parent.day = :day)"
    " ORDER BY leg.sid LIMIT :most"
)
_OURS_OF_DAY = sql(
    "SELECT sid, sid FROM call WHERE arrived_at >= :begin AND arrived_at < :end AND sid > :after"
    " AND NOT EXISTS (SELECT 1 FROM carrier_call WHERE carrier_call.sid = call.sid AND carrier_call.day = :day)"
    " ORDER BY sid LIMIT :most"
)
_RETURNED_ON_DAY = sql(
    "SELECT DISTINCT call, call FROM return_call WHERE began_at >= :begin AND began_at < :end AND call > :after"
    " ORDER BY call LIMIT :most"
)
_CONFIRM = sql(
    "INSERT INTO confirmation (call, confirmed_at) VALUES (:call, :confirmed_at) ON CONFLICT (call) DO NOTHING"
)
_FINISHED = sql(
    "INSERT INTO reconciled_day (day, finished_at, calls)"
    " SELECT :day, :now, COUNT(*) FROM carrier_call WHERE day = :day AND direction = 'inbound'"
    " ON CONFLICT (day) DO UPDATE SET finished_at = excluded.finished_at, calls = excluded.calls"
)

_MOST_LOOKS = 3
"""a call has ended, was answered, and is confirmed"""


def reconcile(auditor: Auditor, day: date) -> None:
    """Compare a day, which is the carrier's: UTC. What was found stands in `carrier_difference`."""
    read_day(auditor, day)
    for calls in _calls_of_day(auditor, day):
        for sid in auditor.database.transact(partial(_not_told_whole, calls)):
            read_one(auditor, sid, day)
        auditor.database.transact(partial(_compare, auditor, calls))
    now = auditor.clock()
    auditor.database.transact(lambda session: session.tell(_FINISHED, day=day.isoformat(), now=now))


def _calls_of_day(auditor: Auditor, day: date) -> Iterator[list[str]]:
    """Callers' calls, and calls that only the carrier knows, with anything on this day, by either's books."""
    begin = datetime.combine(day, time(), UTC)
    within: dict[str, object] = {"begin": begin, "end": begin + timedelta(days=1)}
    of_day: dict[str, object] = {"day": day.isoformat()}
    for statement, values in (
        (_THEIRS_OF_DAY, of_day),
        (_LEGS_OF_OTHER_DAYS, of_day),
        (_OURS_OF_DAY, of_day | within),
        (_RETURNED_ON_DAY, within),
    ):
        yield from _in_batches(auditor, partial(_page, statement, values))


def _page(statement: Statement, values: dict[str, object], after: str, session: Session) -> list[Row]:
    return session.ask(statement, **values, after=after, most=BATCH)


def _in_batches(auditor: Auditor, ask: Callable[[str, Session], list[Row]]) -> Iterator[list[str]]:
    after = ""
    while rows := auditor.database.transact(partial(ask, after)):
        yield sorted({call for _, call in rows})
        after = rows[-1][0]


def _not_told_whole(calls: list[str], session: Session) -> list[str]:
    """What should be in the carrier's books, and was not over, or not there, on the days that have been read."""
    named = _named(calls, our_calls(session, calls))
    theirs = their_books(session, named)
    return [sid for sid in named if not ((there := theirs.call(sid)) and there.over)]


def _named(calls: list[str], ours: Mapping[str, OurCall]) -> list[str]:
    """These calls, and all that was rung for them."""
    return sorted({*calls, *(leg.sid for call in ours.values() for leg in call.legs if leg.sid)})


def _compare(auditor: Auditor, calls: list[str], session: Session) -> None:
    now = auditor.clock()
    found, left = list[Finding](), calls
    # What has just been ended, or answered after all, has come to something, and that is compared too.
    for _ in range(_MOST_LOOKS):
        seen = _look(auditor, left, session, now) if left else []
        left = sorted({finding.call for finding in seen if finding.call and _came_to_something(finding)})
        found += seen
    lay_aside_the_gone(session, calls, {(f.day, f.sid, f.what) for f in found}, now)


def _came_to_something(finding: Finding) -> bool:
    """Whether the call or leg has come to something else by what was mended."""
    return finding.what == NOT_ENDED_HERE or (finding.leg is not None and finding.leg.supposed)


def _look(auditor: Auditor, calls: list[str], session: Session, now: datetime) -> list[Finding]:
    """Find, mend and confirm; what was found."""
    ours = our_calls(session, calls)
    theirs = their_books(session, _named(calls, ours))
    found = [finding for sid in calls for finding in differences(sid, ours.get(sid), theirs)]
    for finding in found:
        mended = mend(session, auditor.directories, auditor.memory, finding, now)
        note(session, finding, mended=mended, now=now)
    session.tell_all(_CONFIRM, list(_confirmed(ours, theirs, now)))
    return found


def _confirmed(ours: Mapping[str, OurCall], theirs: TheirBooks, now: datetime) -> Iterator[dict[str, object]]:
    """Calls with a talk that the carrier's books have too. What was of another length has just been put right."""
    for sid in sorted(ours):
        if has_the_talk(ours[sid], theirs):
            yield {"call": sid, "confirmed_at": now}
