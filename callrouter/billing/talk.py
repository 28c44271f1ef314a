"""Talks: what a call is charged for. An accepted leg, or a return call that kept its promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from callrouter.database import Session, sql
from callrouter.money import Money

_COLUMNS = (
    "SELECT call.sid, talk.partner, talk.center, call.helpline, talk.kind, call.arrived_at, call.directory_version,"
    " call.caller_match, COALESCE(talk.talk_seconds, 0), call.simulated FROM call"
)
_LEG = f"{_COLUMNS} JOIN leg talk ON talk.call = call.sid AND talk.outcome = 'accepted'"
_KEPT = f"{_COLUMNS} JOIN return_call talk ON talk.call = call.sid AND talk.outcome = 'kept'"
_OF_CALLS = "WHERE call.sid = ANY(:calls) AND call.ended_at IS NOT NULL"
_OF_CALLERS = "WHERE call.caller_match = ANY(:matches) AND call.ended_at IS NOT NULL"
_BY_ARRIVAL = "ORDER BY 6, 1"

_TALKS_OF_CALLS = sql(f"{_LEG} {_OF_CALLS} UNION ALL {_KEPT} {_OF_CALLS} {_BY_ARRIVAL}")
_TALKS_OF_CALLERS = sql(f"{_LEG} {_OF_CALLERS} UNION ALL {_KEPT} {_OF_CALLERS} {_BY_ARRIVAL}")


class Party(NamedTuple):
    """A partner and a caller, whose calls are rated together; a caller who withheld the number has this one call.

    What was only simulated is no company for what was not.
    """

    partner: str
    match: str | None
    call: str | None
    simulated: bool

    @classmethod
    def of(cls, partner: str, match: str | None, call: str, *, simulated: bool) -> Party:
        return cls(partner, match, None if match else call, bool(simulated))


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of a caller with a center, as far as its charge is concerned."""

    call: str
    partner: str
    center: str
    helpline: str | None
    kind: str
    arrived_at: datetime
    directory_version: int
    caller_match: str | None
    talk_seconds: int
    simulated: bool

    @property
    def party(self) -> Party:
        return Party.of(self.partner, self.caller_match, self.call, simulated=self.simulated)

    def charge(self, price: Money, day: str, now: datetime, reason: str | None = None) -> dict[str, Any]:
        """The entry of its charge, which counts for this day of its partner; the reason where it was free before."""
        return {
            "partner": self.partner,
            "call": self.call,
            "center": self.center,
            "helpline": self.helpline,
            "kind": self.kind,
            "amount": price.minor,
            "currency": price.currency,
            "reason": reason,
            "posted_at": now,
            "day": day,
            "period": day[:7],
            "caller_match": self.caller_match,
            "arrived_at": self.arrived_at,
            "simulated": bool(self.simulated),
        }


def talks_of(session: Session, calls: list[str]) -> list[Talk]:
    """The talks of these calls that are over, by their arrival."""
    return [Talk(*row) for row in session.ask(_TALKS_OF_CALLS, calls=calls)]


def talks_of_callers(session: Session, matches: list[str]) -> list[Talk]:
    """All talks of these callers, with whomever."""
    return [Talk(*row) for row in session.ask(_TALKS_OF_CALLERS, matches=matches)]
