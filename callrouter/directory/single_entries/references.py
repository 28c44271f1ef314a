"""What else names an entry, so that the entry cannot be taken out before. *Pure.*"""

from __future__ import annotations

from callrouter.directory.directory import Directory
from callrouter.directory.single_entries.entry import (
    CENTERS,
    HELPLINES,
    LISTINGS,
    NUMBERS,
    PARTNERS,
    RATES,
    SEATS,
    EntryName,
    find_entry,
)


def references_to(directory: Directory, name: EntryName) -> list[EntryName]:
    """The entries that name this one."""
    if name.kind == PARTNERS:
        return [
            EntryName(CENTERS, each.key) for each in directory.centers.values() if each.partner == name.key
        ]
    if name.kind == CENTERS:
        seats = [EntryName(SEATS, name.key, key) for key in helplines_of_center(directory, name.key)]
        return [*seats, *(EntryName(LISTINGS, key) for key in listings_of_center(directory, name.key))]
    if name.kind == HELPLINES:
        return [
            EntryName(LISTINGS, each.key) for each in directory.listings.values() if each.helpline == name.key
        ]
    return []


def helplines_of_center(directory: Directory, center: str) -> list[str]:
    """The helplines in which a center has a seat."""
    return [
        helpline.key
        for helpline in directory.helplines.values()
        if any(seat.center == center for seat in helpline.seats)
    ]


def listings_of_center(directory: Directory, center: str) -> list[str]:
    """The listings that reach a center."""
    return [listing.key for listing in directory.listings.values() if listing.center == center]


def part_names(directory: Directory, name: EntryName) -> list[EntryName]:
    """The seats of a helpline, the rates of a partner, the numbers of a listing or a helpline."""
    if name.kind == PARTNERS and name.key in directory.partners:
        rates = directory.partners[name.key].rates
        return [EntryName(RATES, f"{rate.kind}:{rate.begins}", name.key) for rate in rates]
    if name.kind == HELPLINES and name.key in directory.helplines:
        return [EntryName(SEATS, seat.center, name.key) for seat in directory.helplines[name.key].seats]
    words = find_entry(directory, name) if name.kind == LISTINGS else None
    return [EntryName(NUMBERS, number) for number in words["numbers"]] if words else []
