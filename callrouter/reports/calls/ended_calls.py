"""Reads ended calls with their legs, skipped seats, promise, charge and disclosures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict, TypeVar

import sqlalchemy as sa

from callrouter.billing.model import CHARGE
from callrouter.reports.calls.decisions import (
    Lineups,
    ReportedDecision,
    SkippedSeat,
    decisions,
    latest_reasons,
)
from callrouter.reports.calls.disclosures import DisclosureRow, disclosures
from callrouter.reports.calls.legs import LegRow, legs
from callrouter.reports.calls.processed_calls import ProcessedCall, processed_calls
from callrouter.reports.money.charges import EntryRow, entries
from callrouter.reports.period import Period
from callrouter.reports.promises.promises import PromiseRow, promises

About = TypeVar("About", bound=Mapping[str, Any])
ByCall = Mapping[str, list[About]]


class CallLeg(TypedDict):
    """A leg within its call; `number` is the telephone number that was rung."""

    center: str
    number: str
    outcome: str | None
    accepted: bool
    talk_seconds: int


class CallPromise(TypedDict):
    """The promise that was made on a call."""

    owner: str | None
    state: str
    made_at: datetime
    due_at: datetime


class CallCharge(TypedDict):
    """What the call costs its partner; `amount` is a decimal string."""

    amount: str
    currency: str
    kind: str
    state: str


class CallDisclosure(TypedDict):
    """What was disclosed to the caller, and about which center."""

    what: str
    center: str | None
    at: datetime


class ExportedCall(TypedDict):
    """One call whole. `caller` is masked."""

    sid: str
    arrived_at: datetime
    ended_at: datetime
    dialled: str
    route: str | None
    listing: str | None
    helpline: str | None
    outcome: str
    answered_by: str | None
    partner: str | None
    talk_seconds: int
    legs: list[CallLeg]
    skipped: list[SkippedSeat]
    promise: CallPromise | None
    charge: CallCharge | None
    disclosure: list[CallDisclosure]
    caller: str
    state: str
    language: str
    simulated: bool


def exported_calls(connection: sa.Connection, period: Period) -> Iterator[ExportedCall]:
    """The ended calls that arrived in a period, by arrival."""
    lineups = Lineups(connection)
    for batch in processed_calls(connection, period):
        yield from _whole(connection, lineups, batch)


def _whole(connection: sa.Connection, lineups: Lineups, calls: list[ProcessedCall]) -> Iterator[ExportedCall]:
    """Complete a batch of calls with one query for each kind of detail."""
    sids = [one.call["sid"] for one in calls]
    their_legs = _by_call(legs(connection, sids))
    their_decisions = _by_call(decisions(connection, lineups, sids))
    their_promises = _by_call(promises(connection, sids))
    their_entries = _by_call(entries(connection, sids))
    their_disclosures = _by_call(disclosures(connection, sids))
    for one in calls:
        sid = one.call["sid"]
        yield _call(
            one,
            their_legs[sid],
            their_decisions[sid],
            their_promises[sid],
            their_entries[sid],
            their_disclosures[sid],
        )


def _by_call(rows: Iterable[About]) -> ByCall[About]:
    found = defaultdict(list)
    for row in rows:
        found[row["call"]].append(row)
    return found


def _call(
    processed: ProcessedCall,
    its_legs: list[LegRow],
    its_decisions: list[ReportedDecision],
    its_promises: list[PromiseRow],
    its_entries: list[EntryRow],
    its_disclosures: list[DisclosureRow],
) -> ExportedCall:
    call = processed.call
    return ExportedCall(
        sid=call["sid"],
        arrived_at=call["arrived_at"],
        ended_at=call["ended_at"],
        dialled=call["dialled"],
        route=call["route"],
        listing=call["listing"],
        helpline=call["helpline"],
        outcome=call["outcome"],
        answered_by=call["answered_by"],
        partner=processed.partner,
        talk_seconds=processed.talk_seconds,
        legs=[_within_call(leg) for leg in its_legs],
        skipped=latest_reasons(its_decisions),
        promise=next(map(_promised, its_promises), None),
        charge=next((_charged(entry) for entry in its_entries if entry["entry"] == CHARGE), None),
        disclosure=[_call_disclosure(disclosure) for disclosure in its_disclosures],
        caller=call["caller"],
        state=call["state"],
        language=call["language"],
        simulated=call["simulated"],
    )


def _within_call(leg: LegRow) -> CallLeg:
    return CallLeg(
        center=leg["center"],
        number=leg["number"],
        outcome=leg["outcome"],
        accepted=leg["accepted"],
        talk_seconds=leg["talk_seconds"],
    )


def _promised(promise: PromiseRow) -> CallPromise:
    return CallPromise(
        owner=promise["owner"], state=promise["state"], made_at=promise["made_at"], due_at=promise["due_at"]
    )


def _charged(entry: EntryRow) -> CallCharge:
    return CallCharge(
        amount=entry["amount"], currency=entry["currency"], kind=entry["kind"], state=entry["state"]
    )


def _call_disclosure(disclosure: DisclosureRow) -> CallDisclosure:
    return CallDisclosure(what=disclosure["what"], center=disclosure["center"], at=disclosure["at"])
