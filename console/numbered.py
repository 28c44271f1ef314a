"""What has a number: entries, disputes, alerts, disclosures, and versions and proposals of the directory.

One number may be that of several things, so a kind is written before it, or somebody chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import sqlalchemy as sa

from callrouter.alerts.model import RaisedAlert
from callrouter.billing.disputes.model import Dispute
from callrouter.billing.model import LedgerEntry
from callrouter.directory.model import DirectoryProposal, DirectoryVersion
from callrouter.disclosure.model import Disclosure
from callrouter.errors import NotKnown
from callrouter.masking import masked
from callrouter.staff.roles import Right
from console.destinations import Destination

Find = Callable[[sa.Connection, int], Iterator[Destination]]
_NUMBERED = re.compile(
    r"(?:(?P<kind>[a-z]+)\s*(?:no\.?|number)?\s*)?#?(?P<number>[0-9]{1,15})", re.IGNORECASE
)


def numbered(connection: sa.Connection, pasted: str, may: Callable[[Right], bool]) -> list[Destination]:
    """The pages of everything that has this number, of a kind where one is written. Empty: nothing has it.

    Nobody learns of what they may not see. Raises NotKnown where there is nothing of that kind.
    """
    # What may be a caller's number is nothing that the database is asked for: it may log it.
    found = _NUMBERED.fullmatch(masked(pasted.strip()))
    kind = (found["kind"] or "").lower() if found else ""
    if not found or (kind and kind not in _KINDS):
        return []
    kinds = (_KINDS[kind],) if kind else tuple(_KINDS.values())
    finds = (find for right, find in kinds if may(right))
    destinations = [each for find in finds for each in find(connection, int(found["number"]))]
    if kind and not destinations:
        raise NotKnown(f"there is no {kind} {found['number']}")
    return destinations


def _entry(connection: sa.Connection, number: int) -> Iterator[Destination]:
    entry = LedgerEntry
    query = sa.select(entry.call, entry.partner, entry.day, entry.entry_type).where(entry.id == number)
    for row in connection.execute(query):
        words = f"entry {number}: a {row.entry_type.replace('_', ' ')} of {row.partner} on {row.day}"
        if row.call:
            yield Destination("calls.call", {"sid": row.call}, words)
        else:
            just_before = f"{row.day}~{number + 1}"
            yield Destination("billing.account", {"partner": row.partner, "after": just_before}, words)


def _dispute(connection: sa.Connection, number: int) -> Iterator[Destination]:
    query = sa.select(Dispute.call, Dispute.partner).where(Dispute.id == number)
    for row in connection.execute(query):
        yield Destination("calls.call", {"sid": row.call}, f"dispute {number} of {row.partner}")


def _alert(connection: sa.Connection, number: int) -> Iterator[Destination]:
    """It leads to what it is about: a call, a center, a helpline, or what happens now."""
    for row in connection.execute(sa.select(RaisedAlert.__table__).where(RaisedAlert.id == number)):
        words = f"alert {number}: {row.what.replace('-', ' ')}"
        if row.call:
            yield Destination("calls.call", {"sid": row.call}, words)
        elif row.center:
            yield Destination("rotation.center", {"key": row.center}, words)
        elif row.helpline:
            yield Destination("rotation.helpline", {"key": row.helpline}, words)
        else:
            yield Destination("now.now", {}, words)


def _disclosure(connection: sa.Connection, number: int) -> Iterator[Destination]:
    query = sa.select(Disclosure.call).where(Disclosure.sequence == number)
    for call in connection.execute(query).scalars():
        yield Destination("calls.call", {"sid": call}, f"disclosure {number}")


def _version(connection: sa.Connection, number: int) -> Iterator[Destination]:
    if connection.execute(
        sa.select(sa.exists().where(DirectoryVersion.version == _any_size(number)))
    ).scalar_one():
        yield Destination("directory.version", {"number": str(number)}, f"version {number} of the directory")


def _proposal(connection: sa.Connection, number: int) -> Iterator[Destination]:
    if connection.execute(
        sa.select(sa.exists().where(DirectoryProposal.number == _any_size(number)))
    ).scalar_one():
        yield Destination(
            "directory_changes.proposal", {"number": str(number)}, f"proposal {number} for the directory"
        )


def _any_size(number: int) -> sa.BindParameter[int]:
    """The number, for a column that may be too small for it."""
    return sa.literal(number, sa.BigInteger)


_KINDS: Mapping[str, tuple[Right, Find]] = {
    "entry": (Right.SEE_MONEY, _entry),
    "dispute": (Right.SEE_MONEY, _dispute),
    "alert": (Right.SEE_CALLS, _alert),
    "disclosure": (Right.SEE_CALLS, _disclosure),
    "version": (Right.SEE_DIRECTORY, _version),
    "proposal": (Right.SEE_DIRECTORY, _proposal),
}
"""what each needs of whoever looks for it"""
