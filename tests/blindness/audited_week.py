"""A short week whose calls are in the evidence log, with all that a price and a pick may depend on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql

from callrouter.billing.credit_reversal import CreditReversalRequest, manual_credits, reverse_credit
from callrouter.billing.ledger import lock_ledger
from callrouter.billing.manual_entries import CreditRequest, ManualEntry, adjust, credit, record_payment
from callrouter.billing.monthly_fee import enter_fee
from callrouter.blindness.audit import BlindnessReport, audit_blindness
from callrouter.database import Session
from callrouter.directory.directory import Directory, License, Partner
from callrouter.directory.load import Signed, load_directory
from callrouter.evidence.prove import export_for_audit
from callrouter.evidence.schema_statement import Columns, columns_of_classes, state_schema
from callrouter.model import metadata
from callrouter.privacy.audit import Access
from callrouter.routing.pauses import pause_center, resume_center
from tests.directories import partner, rate
from tests.evidence.logs import LOG_KEY, NOW, logs
from tests.week.directory import DIRECTORY
from tests.week.week import START, Week

BY_TWO = Signed("ada@example.org", "bob@example.org", "the contract of March")
LENGTH = timedelta(hours=16)
MONTH = "2026-03"


def _terms() -> Iterator[Partner]:
    """Free calls, spend caps, another price, a monthly fee, and a license that ends within the week."""
    yield partner("alder", rates=(rate("helpline", free_calls=2), rate("listing")))
    yield partner("birch", spend_cap_minor=3500 * 3)
    yield partner("elm", rates=(rate("helpline", price_minor=4200), rate("listing"), rate("monthly")))
    yield partner("fir", license=License("F-1", "TX", date(2026, 3, 1)), timezone="Pacific/Honolulu")
    yield partner("ivy", rates=(rate("helpline", minimum_seconds=60, repeat_days=1), rate("listing")))
    yield partner("juniper", rates=(rate("monthly"),))


def _directory() -> Directory:
    seats = tuple(
        replace(seat, daily_cap=5) if seat.center == "dogwood-atl" else seat
        for seat in DIRECTORY.helplines["national"].seats
    )
    national = replace(DIRECTORY.helplines["national"], seats=seats)
    return replace(
        DIRECTORY,
        partners={**DIRECTORY.partners, **{each.key: each for each in _terms()}},
        helplines={**DIRECTORY.helplines, "national": national},
    )


class AuditedWeek(Week):
    """A week in which two persons sign every version of the directory."""

    def loads(self, directory: Directory) -> None:
        wanted = _directory() if directory is DIRECTORY else directory
        self.directory = wanted
        with self.database.engine.begin() as connection:
            load_directory(connection, wanted, self.clock.now(), signed=BY_TWO)

    def audited(self) -> BlindnessReport:
        return audited(self.exported())

    def exported(self) -> list[bytes]:
        with self.database.engine.connect() as connection:
            return list(export_for_audit(connection))


def audited(lines: list[bytes]) -> BlindnessReport:
    return audit_blindness(lines, LOG_KEY, shipped())


@cache
def shipped() -> Columns:
    return columns_of_classes(metadata, postgresql.dialect())  # type: ignore[no-untyped-call]


@contextmanager
def audited_week(database_url: str, calls: int = 140, seed: int = 1) -> Iterator[AuditedWeek]:
    """The week is over, staff have credited some calls, and all of it is logged."""
    week = AuditedWeek(database_url, seed, calls, LENGTH)
    with structlog.testing.capture_logs():
        week.timeline.does(lambda: _staff_pauses(week), after=3 * 3600)
        week.timeline.does(lambda: _staff_resumes(week), after=9 * 3600)
        week.happens()
    _staff_enters(week)
    with week.database.engine.begin() as connection:
        state_schema(connection, START)
    logs(week.database)
    yield week
    week.closes()


def _staff_pauses(week: Week) -> None:
    now = week.clock.now()
    access = Access("ada", "a flooded house", now)
    until = now + timedelta(hours=9)
    week.database.transact(lambda session: pause_center(session, "elm-chi", until, access))


def _staff_resumes(week: Week) -> None:
    access = Access("bob", "the house is dry", week.clock.now())
    week.database.transact(lambda session: resume_center(session, "elm-chi", access))


def _staff_enters(week: Week) -> None:
    """Credits whole and in part, one of them reversed; an adjustment, a payment, and monthly fees."""
    charged = [row["call"] for row in week.rows("ledger_entry", entry_type="charge")]
    directories = week.dependencies.directories
    requests = [
        CreditRequest(call, amount, "the line was bad", "ada")
        for call, amount in zip(charged[::9], (None, 500, None, 700), strict=False)
        if call in charged
    ]

    def enters(session: Session) -> None:
        lock_ledger(session)
        entered = [each for each in requests if _left(session, each.call)]
        for each in entered:
            credit(session, directories, each, NOW)
        given = manual_credits(session, entered[0].call)[0]
        undo = CreditReversalRequest(entered[0].call, given.id, "the line was good", "bob")
        reverse_credit(session, directories, undo, NOW)
        adjusted = ManualEntry("alder", "12.50", "a copy of the contract", "ada", simulated=True)
        adjust(session, directories, adjusted, NOW)
        record_payment(session, directories, replace(adjusted, why="wire 17", amount="100.00"), NOW)
        for fee_of in ("elm", "juniper"):
            enter_fee(session, directories, fee_of, MONTH, simulated=True, now=NOW)

    week.database.transact(enters)


_LEFT = sa.text(
    "SELECT sum(CASE entry_type WHEN 'credit' THEN -amount ELSE amount END) FROM ledger_entry WHERE call = :call"
)


def _left(session: Any, call: str) -> int:
    return int(session.execute(_LEFT, {"call": call}).scalar() or 0)
