"""What earlier directory versions say about partners and seats that come back, and about telephones that move.

Without it, a price could be changed in two steps that each change none: leave and come back, or remove a telephone
from one partner and give it to another later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from callrouter.directory.directory import Directory, Partner, Seat
from callrouter.directory.load import loaded_version
from callrouter.directory.model import DirectoryVersion, StoredCenter, StoredPartner
from callrouter.directory.proposals.rate_changes import EarlierVersions, Owners, owners_of_numbers
from callrouter.directory.proposals.seat_changes import Seats, seats_of

LOOKED_BACK = timedelta(days=30)
"""how long a removed telephone is still known as its former partner's"""


def look_back(
    connection: sa.Connection, before: Directory, after: Directory, now: datetime
) -> EarlierVersions:
    """What the past says about the changes from `before` (in force) to `after`."""
    unpaid = (key for key, each in after.partners.items() if each.rates and not _pays(before, key))
    new_numbers = owners_of_numbers(after).keys() - owners_of_numbers(before).keys()
    return EarlierVersions(
        _last_paying(connection, before.version, unpaid),
        _last_owners(connection, before.version, now - LOOKED_BACK) if new_numbers else {},
        _last_seats(connection, before.version, seats_of(after).keys() - seats_of(before).keys()),
        now.date(),
    )


def _pays(directory: Directory, key: str) -> bool:
    return key in directory.partners and bool(directory.partners[key].rates)


def _last_paying(connection: sa.Connection, version: int, keys: Iterable[str]) -> dict[str, Partner]:
    """Each of these partners as it last had rates."""
    ever = set(connection.execute(sa.select(StoredPartner.key)).scalars())
    lasts = ((key, _last_with_rates(connection, version, key)) for key in keys if key in ever)
    return {key: last for key, last in lasts if last}


def _last_with_rates(connection: sa.Connection, version: int, key: str) -> Partner | None:
    has_key = DirectoryVersion.document.contains(f'"key":"{key}"', autoescape=True)
    for directory in _earlier(connection, version, has_key):
        if _pays(directory, key):
            return directory.partners[key]
    return None


def _last_seats(connection: sa.Connection, version: int, seats: Iterable[tuple[str, str]]) -> Seats:
    """Each of these seats as it last was."""
    ever = set(connection.execute(sa.select(StoredCenter.key)).scalars())
    lasts = ((seat, _last_seat(connection, version, seat)) for seat in seats if seat[1] in ever)
    return {seat: last for seat, last in lasts if last}


def _last_seat(connection: sa.Connection, version: int, seat: tuple[str, str]) -> Seat | None:
    has_seat = DirectoryVersion.document.contains(f'"center":"{seat[1]}","weight":', autoescape=True)
    found = (seats_of(directory).get(seat) for directory in _earlier(connection, version, has_seat))
    return next((last for last in found if last), None)


def _last_owners(connection: sa.Connection, version: int, since: datetime) -> Owners:
    """The owner of each number in the last version that had it, among those in force since then."""
    in_force_then = sa.select(sa.func.max(DirectoryVersion.version)).where(
        DirectoryVersion.loaded_at <= since
    )
    recent = DirectoryVersion.version >= sa.func.coalesce(in_force_then.scalar_subquery(), 0)
    owners: Owners = {}
    for directory in _earlier(connection, version, recent):
        owners = {**owners_of_numbers(directory), **owners}
    return owners


def _earlier(connection: sa.Connection, version: int, wanted: sa.ColumnElement[bool]) -> Iterator[Directory]:
    """The matching versions up to this one, latest first, one at a time."""
    query = sa.select(DirectoryVersion.version).where(wanted, DirectoryVersion.version <= version)
    for number in connection.execute(query.order_by(DirectoryVersion.version.desc())).scalars().all():
        yield loaded_version(connection, number)
