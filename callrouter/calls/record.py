"""The call record: one row for each call that is over, for reports and exports."""

from __future__ import annotations

from callrouter.database import Session, sql

_WRITE = sql(
    "INSERT INTO call_record (sid, arrived_at, ended_at, dialled, route, listing, helpline, caller, state, language,"
    " outcome, answered_by, partner, talk_seconds, simulated)"
    " SELECT call.sid, arrived_at, ended_at, dialled, route, listing, helpline, caller, state, language,"
    " call.outcome, answered_by, leg.partner, COALESCE(leg.talk_seconds, 0), simulated"
    " FROM call LEFT JOIN leg ON leg.call = call.sid AND leg.outcome = 'accepted'"
    " WHERE call.sid = ANY(:calls) AND ended_at IS NOT NULL"
    " ON CONFLICT (sid) DO UPDATE SET ended_at = excluded.ended_at, route = excluded.route,"
    " helpline = excluded.helpline, language = excluded.language, outcome = excluded.outcome,"
    " answered_by = excluded.answered_by, partner = excluded.partner, talk_seconds = excluded.talk_seconds"
)


def write_records(session: Session, calls: list[str]) -> None:
    """Write the records of calls that are over; again where what is known about their end has changed."""
    session.tell(_WRITE, calls=calls)
