"""The part of the directory that a partner may see. *Pure.*"""

from __future__ import annotations

from dataclasses import replace

from callrouter.directory.directory import Directory


def own_directory(directory: Directory, partner: str) -> Directory:
    """The directory with this partner, its centers, their listings, and of each helpline its own seats."""
    centers = {key: center for key, center in directory.centers.items() if center.partner == partner}
    listings = {key: listing for key, listing in directory.listings.items() if listing.center in centers}
    seated = {
        key: replace(helpline, seats=tuple(seat for seat in helpline.seats if seat.center in centers))
        for key, helpline in directory.helplines.items()
    }
    helplines = {key: helpline for key, helpline in seated.items() if helpline.seats}
    partners = {key: each for key, each in directory.partners.items() if key == partner}
    return Directory(directory.version, partners, centers, listings, helplines)
