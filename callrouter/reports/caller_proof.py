"""What a caller sees of a call by its code: the records of the evidence log about it, and what they say in order.

All of it comes from the records in the proof, but for names and prices, which are those of the directory that was in
force. It has no caller's number, and no name of staff: entries that a person made by hand are counted, and not shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from callrouter.billing.model import CHARGE, CREDIT, SIGNED_AMOUNT, LedgerEntry
from callrouter.calls.model import Call
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import NotKnown
from callrouter.evidence.prove import NotLoggedYet, proof_of_call
from callrouter.evidence.records import Document
from callrouter.evidence.stored_tree import LogIdentity, StoredHead, latest_head, log_identity
from callrouter.money import Money
from callrouter.privacy.proof_codes import call_of_code

DISCLOSURE, CONSENT, CONNECTION, ENTRY = "disclosure", "consent_record", "connection_record", "ledger_entry"
_CALL = sa.select(Call.dialled, Call.arrived_at, Call.directory_version, Call.simulated).where(
    Call.sid == sa.bindparam("call")
)
_LEFT_TO_PAY = sa.select(sa.func.sum(SIGNED_AMOUNT)).where(LedgerEntry.call == sa.bindparam("call"))


class LoggedRecord(NamedTuple):
    """A record, and which entry of the log it is."""

    entry: int
    record: Document


class Dialed(NamedTuple):
    """Our number that was dialed. `kind`: `helpline`, `listing`, or empty where it is none; `zone`: where it is."""

    number: str
    kind: str
    name: str
    zone: ZoneInfo


class Connection(NamedTuple):
    """Who was connected with the caller."""

    entry: int
    center: str
    partner: str
    began_at: str
    talk_seconds: int
    returned: bool


class Price(NamedTuple):
    """What a partner pays for a call, by the rate in force when the call arrived."""

    partner: str
    kind: str
    amount: Money
    minimum_seconds: int
    repeat_days: int


class Charged(NamedTuple):
    """An entry of a partner's account. `kind`: `charge` or `credit`."""

    entry: int
    entry_type: str
    partner: str
    amount: Money
    posted_at: str


@dataclass(frozen=True)
class CallerProof:
    """Everything about one call that its caller may see. Moments are written as the records have them, in UTC."""

    arrived_at: datetime
    simulated: bool
    dialed: Dialed
    told: list[LoggedRecord]
    consents: list[LoggedRecord]
    connections: list[Connection]
    prices: list[Price]
    charges: list[Charged]
    left_to_pay: Money | None
    """of what was charged, after all credits; None: nothing was charged"""
    lines: list[str]
    """the proof, as the offline verifier reads it"""
    head: StoredHead
    identity: LogIdentity


def proof_for_code(connection: sa.Connection, directories: DirectoryCache, code: str) -> CallerProof | None:
    """What the code leads to; None: nothing. Raises NotLoggedYet while records of the call wait to be logged."""
    call = call_of_code(connection, code)
    return None if call is None else caller_proof(connection, directories, call)


def caller_proof(connection: sa.Connection, directories: DirectoryCache, call: str) -> CallerProof:
    """What the caller of this call may see. Raises NotLoggedYet."""
    row = connection.execute(_CALL, {"call": call}).one()
    head, identity = latest_head(connection), log_identity(connection)
    try:
        lines = [line.decode() for line in proof_of_call(connection, call, _is_shown)]
    except NotKnown as nothing:
        raise NotLoggedYet("nothing of this call is logged yet") from nothing
    if head is None or identity is None:
        raise NotLoggedYet("nothing was logged yet")
    directory = directories.at(connection, row.directory_version)
    found = [LoggedRecord(line["index"], line["record"]) for line in map(json.loads, lines[1:])]
    connections = _connections(_of(found, CONNECTION), directory)
    charges = list(_charges(_of(found, ENTRY), directory))
    return CallerProof(
        arrived_at=row.arrived_at,
        simulated=row.simulated,
        dialed=_dialed(directory, row.dialled),
        told=sorted(_of(found, DISCLOSURE), key=lambda each: (each.record["at"], each.record["turn"])),
        consents=sorted(_of(found, CONSENT), key=lambda each: str(each.record["at"])),
        connections=connections,
        prices=_prices(_of(found, CONNECTION), directory, row.arrived_at),
        charges=charges,
        left_to_pay=_left_to_pay(connection, call, charges),
        lines=lines,
        head=head,
        identity=identity,
    )


def _is_shown(record: Document) -> bool:
    # What a person has entered has the person's name and reason.
    return record.get("person") is None


def _of(found: Iterable[LoggedRecord], source: str) -> list[LoggedRecord]:
    return [each for each in found if each.record["source"] == source]


def _dialed(directory: Directory, number: str) -> Dialed:
    if listing := directory.listing_at.get(number):
        center = directory.centers[listing.center]
        return Dialed(number, "listing", center.name, ZoneInfo(center.timezone))
    if helpline := directory.helpline_at.get(number):
        return Dialed(number, "helpline", helpline.name, ZoneInfo(helpline.timezone))
    return Dialed(number, "", "", ZoneInfo("UTC"))


def _connections(found: Sequence[LoggedRecord], directory: Directory) -> list[Connection]:
    """The latest record of each attempt: a later one corrects it."""
    latest = {(each.record["attempt"], each.record["returned"]): each for each in found}
    return [
        Connection(
            entry,
            _center_name(directory, record["center"]),
            _partner_name(directory, record["partner"]),
            record["began_at"],
            record["talk_seconds"],
            record["returned"],
        )
        for entry, record in latest.values()
    ]


def _prices(found: Sequence[LoggedRecord], directory: Directory, arrived_at: datetime) -> list[Price]:
    """What each partner pays for a call of this kind."""
    partners = {(each.record["partner"], each.record["kind"]): None for each in found}
    known = ((directory.partners.get(partner), kind) for partner, kind in partners)
    rates = ((partner, kind, partner.rate(kind, arrived_at)) for partner, kind in known if partner)
    return [
        Price(
            partner.name,
            kind,
            Money(rate.price_minor, rate.currency),
            rate.minimum_seconds,
            rate.repeat_days,
        )
        for partner, kind, rate in rates
        if rate
    ]


def _charges(found: Sequence[LoggedRecord], directory: Directory) -> Iterable[Charged]:
    for entry, record in found:
        if record["entry_type"] in (CHARGE, CREDIT):
            yield Charged(
                entry,
                record["entry_type"],
                _partner_name(directory, record["partner"]),
                Money(record["amount"], record["currency"]),
                record["posted_at"],
            )


def _left_to_pay(connection: sa.Connection, call: str, charges: Sequence[Charged]) -> Money | None:
    if not charges:
        return None
    left: Any = connection.execute(_LEFT_TO_PAY, {"call": call}).scalar()
    return Money(int(left), charges[0].amount.currency)


def _center_name(directory: Directory, key: str) -> str:
    found = directory.centers.get(key)
    return found.name if found else key


def _partner_name(directory: Directory, key: str) -> str:
    found = directory.partners.get(key)
    return found.name if found else key


def local_moment(written: str, zone: ZoneInfo) -> datetime:
    """A moment of a record, in a zone."""
    return datetime.fromisoformat(written.removesuffix("Z")).replace(tzinfo=UTC).astimezone(zone)
