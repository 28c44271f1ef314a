"""A history of calls in a test: calls that are over, told of in any order, and what then stands in the accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

import callrouter.model as tables
from callrouter.billing.charged_call import charged_calls
from callrouter.billing.ledger import lock_ledger
from callrouter.database import Session
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.events.outbox import ENDED
from callrouter.events.settle import Facts
from tests.databases import database_at
from tests.directories import NATIONAL, a_directory, helpline, listing, number_of, partner, put_in_force, rate
from workers.after_call import subscriptions

START = datetime(2026, 10, 1, 12, tzinfo=UTC)
_ANYTHING = sa.select(sa.literal(1))
CENTERS = {"sunrise": "sunrise-la", "harbor": "harbor-sd"}
"""of the two partners of `directory`; others have one that is called after them"""


class Killed(Exception):
    """The process is no more."""


@dataclass(frozen=True)
class ReportedCall:
    """A call as it is told of: who had it, when it arrived, and how long they talked."""

    sid: str
    partner: str
    kind: str
    caller: str | None
    arrived_at: datetime
    talk_seconds: int
    version: int = 1
    simulated: bool = True


def directory(**terms: Any) -> Directory:
    """Two partners with a listing each; `terms` are what was agreed with sunrise."""
    rates = terms.pop("rates", (rate("helpline"), rate("listing")))
    sunrise = partner("sunrise", rates=rates, **terms)
    harbor = partner("harbor", timezone="America/New_York")
    return a_directory(
        sunrise,
        harbor,
        helpline("sunrise-la", "harbor-sd"),
        listing("sunrise-la-page", "sunrise-la"),
        listing("harbor-sd-page", "harbor-sd"),
    )


def other_rates(price: int, begins: date, free_calls: int = 0) -> tuple[Any, ...]:
    """From a day on calls of the helpline have another price."""
    return (
        rate("helpline", free_calls=free_calls),
        rate("listing"),
        rate("helpline", price_minor=price, begins=begins, free_calls=free_calls),
    )


class Accounts:
    """The accounts of a history, in a database of its own."""

    def __init__(self, url: str, *versions: Directory) -> None:
        self.database, self.close = database_at(url, connections=10)
        self.shelf = DirectoryCache()
        self.now = START
        for version in versions:
            put_in_force(self.database, version, START - timedelta(days=90))
        self._told = subscriptions(self.shelf)[ENDED]

    def stores(self, calls: Sequence[ReportedCall]) -> None:
        """The calls are over; nobody has been told of them yet."""
        with self.database.engine.begin() as connection:
            connection.execute(sa.insert(tables.Call), [_call(call) for call in calls])
            connection.execute(sa.insert(tables.Leg), [_leg(call) for call in calls])

    def tells(self, sids: Sequence[str], *, killed: bool = False) -> None:
        """The ends of these calls are worked off in one batch; or the worker is killed before the commit."""
        with suppress(Killed):
            self.database.transact(lambda session: self._work_off(session, list(sids), killed=killed))

    def _work_off(self, session: Session, sids: list[str], *, killed: bool) -> None:
        lock_ledger(session)
        for subscriber in self._told:
            subscriber(session, Facts([], sids), self.now)
        if killed:
            session.execute(_ANYTHING).all()
            raise Killed

    def corrects(self, sid: str, seconds: int) -> None:
        """The carrier's records say that the talk was of another length."""
        with self.database.engine.begin() as connection:
            change = sa.update(tables.Leg).where(tables.Leg.call == sid).values(talk_seconds=seconds)
            connection.execute(change)

    def confirms(self, sids: Sequence[str]) -> None:
        """The carrier's records say the same of these calls, of whose days they have been read."""
        with self.database.engine.begin() as connection:
            rows = [{"call": sid, "confirmed_at": self.now} for sid in sids]
            connection.execute(sa.insert(tables.Confirmation), rows)
        self.compares(call["arrived_at"].date() for call in self.rows("call") if call["sid"] in set(sids))

    def compares(self, days: Iterable[date]) -> None:
        """These days are compared with the carrier's records, once they are over."""
        known = {row["day"] for row in self.rows("reconciled_day")}
        over = {day: datetime.combine(day, time(6), tzinfo=UTC) + timedelta(days=1) for day in days}
        rows = [
            {"day": day.isoformat(), "finished_at": max(self.now, at), "calls": 1}
            for day, at in over.items()
            if day.isoformat() not in known
        ]
        if rows:
            with self.database.engine.begin() as connection:
                connection.execute(sa.insert(tables.ReconciledDay), rows)

    def cost_of_calls(self) -> dict[str, int]:
        """What each call costs, without those that cost nothing."""
        sids = [row["call"] for row in self.rows("ledger_entry") if row["entry_type"] == "charge"]
        charged = self.database.transact(lambda session: charged_calls(session, sids))
        return {sid: one.left for sid, one in charged.items() if one.left}

    def rows(self, table: str) -> list[dict[str, Any]]:
        chosen: sa.Table = tables.metadata.tables[table]
        with self.database.engine.connect() as connection:
            query = sa.select(chosen).order_by(*chosen.primary_key.columns)
            return [dict(row._mapping) for row in connection.execute(query)]


def center_of(partner: str) -> str:
    return CENTERS.get(partner, f"{partner}-center")


def _call(call: ReportedCall) -> dict[str, Any]:
    center = center_of(call.partner)
    bound = f"{center}-page" if call.kind == "listing" else None
    ended = call.arrived_at + timedelta(seconds=call.talk_seconds + 30)
    return {
        "sid": call.sid,
        "arrived_at": call.arrived_at,
        "dialled": number_of(f"listing {bound}") if bound else NATIONAL,
        "route": call.kind,
        "listing": bound,
        "bound_listing": bound,
        "helpline": None if bound else "national",
        "only_center": center if bound else "",
        "caller": "+1 310 ••• ••88",
        "caller_pseudonym": call.caller and f"k1.{call.caller}",
        "state": "CA",
        "simulated": call.simulated,
        "directory_version": call.version,
        "wordings_version": 1,
        "status": "ended",
        "turn": 3,
        "attempts": 1,
        "language": "en",
        "shows_number": False,
        "outcome": "answered",
        "answered_by": center,
        "last_callback_at": ended,
        "ended_at": ended,
        "reaped": False,
    }


def _leg(call: ReportedCall) -> dict[str, Any]:
    center = center_of(call.partner)
    return {
        "call": call.sid,
        "number": 1,
        "only_center": center if call.kind == "listing" else "",
        "center": center,
        "partner": call.partner,
        "kind": call.kind,
        "name": center.title(),
        "phone": "+13105550101",
        "ring_seconds": 20,
        "screens": False,
        "began_at": call.arrived_at,
        "sid": f"{call.sid}-leg",
        "progress": "completed",
        "outcome": "accepted",
        "talk_seconds": call.talk_seconds,
        "closed_at": call.arrived_at + timedelta(seconds=call.talk_seconds),
    }
