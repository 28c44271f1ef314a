"""Which centers a caller of one of our numbers may reach. *Pure.*"""

from __future__ import annotations

from callrouter.directory.directory import Center, Directory


def reachable_centers(directory: Directory, dialed: str) -> tuple[Center, ...]:
    """The center of the listing first, then those of the helpline, or of the one that its caller may choose."""
    listing = directory.listing_at.get(dialed)
    helpline = directory.helpline_at.get(dialed) or (directory.helpline_for(listing.key) if listing else None)
    keys = [listing.center] if listing else []
    keys += [seat.center for seat in helpline.seats] if helpline else []
    return tuple(directory.centers[key] for key in dict.fromkeys(keys))
