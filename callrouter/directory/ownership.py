"""Checks owners: a listing always belongs to one center, a center to one partner, and a telephone to one at a time.

Old calls and charges refer to them. The database enforces this for listings that have had calls. This module reports
it with the line, also for entries that have left the directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from callrouter.directory.directory import Directory
from callrouter.directory.faults import DirectoryFault, DirectoryFaults, Source, quoted
from callrouter.directory.model import StoredCenter, StoredListing
from callrouter.directory.telephones import shared_telephone, telephones_of_two


def refuse_new_owners(connection: sa.Connection, directory: Directory, source: Source) -> None:
    """Raise DirectoryFaults if a known entry gets another owner."""
    centers = {center.key: center.partner for center in directory.centers.values()}
    listings = {listing.key: listing.center for listing in directory.listings.values()}
    stored_centers = _stored(connection, StoredCenter.key, StoredCenter.partner)
    stored_listings = _stored(connection, StoredListing.key, StoredListing.center)
    faults = [
        *_new_owners("centers", "partner", centers, stored_centers, source),
        *_new_owners("listings", "center", listings, stored_listings, source),
    ]
    if faults:
        raise DirectoryFaults(source.name, faults)


def refuse_shared_telephones(directory: Directory, source: Source) -> None:
    """Raise DirectoryFaults if two partners share a telephone, as old versions may."""
    centers = ((center.phone, center.partner, center) for center in directory.centers.values())
    faults = [
        DirectoryFault(source.place_of("centers", again.key), f"center {quoted(again.key)}: {what}", mend)
        for first, again in telephones_of_two(centers)
        for what, mend in [shared_telephone(again.phone, f"center {quoted(first.key)}")]
    ]
    if faults:
        raise DirectoryFaults(source.name, faults)


def _stored(
    connection: sa.Connection, key: sa.SQLColumnExpression[str], owner: sa.SQLColumnExpression[str]
) -> dict[str, str]:
    """The owner of each entry that ever was."""
    return {row[0]: row[1] for row in connection.execute(sa.select(key, owner))}


def _new_owners(
    section: str, owner: str, wanted: Mapping[str, str], stored: Mapping[str, str], source: Source
) -> Iterator[DirectoryFault]:
    kind = section.removesuffix("s")
    for key, new in wanted.items():
        if stored.get(key, new) != new:
            what = f"{kind} {quoted(key)}: {owner} {quoted(new)}, but it belongs to {quoted(stored[key])}"
            mend = f"a {kind} belongs to one {owner} for ever; give the new entry a new key"
            yield DirectoryFault(source.place_of(section, key), what, mend)
