"""Lists of entries of the directory: search, columns, and pages with exact counts. *Pure.*"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

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
)
from callrouter.money import Money

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryListRow:
    """An entry of a list. `cells` follow its key."""

    name: EntryName
    cells: Cells


@dataclass(frozen=True, slots=True)
class EntryColumns:
    """The columns of a kind of entries after the first, and its rows."""

    heads: Cells
    rows: Callable[[Directory, str], Iterator[tuple[str, Cells]]]
    """of the directory and an owner: each key with its cells"""


@dataclass(frozen=True, slots=True)
class EntryListPage:
    """Some entries of a list; how many match, of how many; the keys before and after which other pages are."""

    rows: Sequence[EntryListRow]
    matching: int
    total: int
    before: str | None
    after: str | None


def _partners(directory: Directory, _: str) -> Iterator[tuple[str, Cells]]:
    for each in directory.partners.values():
        license = each.license
        yield (
            each.key,
            (
                each.name,
                each.status,
                f"{license.number} {license.state}",
                f"{license.expires}",
                each.timezone,
            ),
        )


def _centers(directory: Directory, _: str) -> Iterator[tuple[str, Cells]]:
    for each in directory.centers.values():
        yield each.key, (each.name, each.partner, each.phone, each.hours, each.timezone)


def _listings(directory: Directory, _: str) -> Iterator[tuple[str, Cells]]:
    for each in directory.listings.values():
        yield each.key, (each.center, ", ".join(each.numbers), each.helpline or "the first")


def _helplines(directory: Directory, _: str) -> Iterator[tuple[str, Cells]]:
    for each in directory.helplines.values():
        yield (
            each.key,
            (each.name, ", ".join(each.numbers), f"{len(each.seats):,}", f"{each.max_wait_seconds} s"),
        )


def _numbers(directory: Directory, _: str) -> Iterator[tuple[str, Cells]]:
    for number, listing in directory.listing_at.items():
        yield number, (f"listing {listing.key}", f"center {listing.center}")
    for number, helpline in directory.helpline_at.items():
        yield number, (f"helpline {helpline.key}", "its rotation")


def _seats(directory: Directory, helpline: str) -> Iterator[tuple[str, Cells]]:
    for each in directory.helplines[helpline].seats:
        states = ", ".join(each.states) or "all"
        caps = (_limit(each.daily_cap), _limit(each.monthly_cap))
        yield (
            each.center,
            (f"{each.weight}", f"{each.tier}", states, *caps, directory.partner_of(each.center).key),
        )


def _rates(directory: Directory, partner: str) -> Iterator[tuple[str, Cells]]:
    for each in directory.partners[partner].rates:
        terms = (
            ("", "", "")
            if each.is_flat
            else (f"{each.minimum_seconds}", f"{each.repeat_days}", f"{each.free_calls}")
        )
        yield f"{each.kind}:{each.begins}", (f"{Money(each.price_minor, each.currency)}", *terms)


def _limit(cap: int | None) -> str:
    return "no limit" if cap is None else f"{cap:,}"


COLUMNS = {
    PARTNERS: EntryColumns(("name", "status", "license", "expires", "time zone"), _partners),
    CENTERS: EntryColumns(("name", "partner", "telephone", "hours", "time zone"), _centers),
    LISTINGS: EntryColumns(("center", "numbers", "helpline"), _listings),
    HELPLINES: EntryColumns(("name", "numbers", "seats", "longest wait"), _helplines),
    NUMBERS: EntryColumns(("of", "reaches"), _numbers),
    SEATS: EntryColumns(("weight", "tier", "states", "daily cap", "monthly cap", "partner"), _seats),
    RATES: EntryColumns(("price", "shortest call, s", "days without repeat", "free calls"), _rates),
}


@dataclass(frozen=True, slots=True)
class Place:
    """So many entries of a list: the first ones, or those after or before a key."""

    size: int
    after: str = ""
    before: str = ""


def entry_page(directory: Directory, kind: str, owner: str, place: Place, search: str = "") -> EntryListPage:
    """The entries that have the searched text in their key or a cell, in the order of the file."""
    rows = [
        EntryListRow(EntryName(kind, key, owner), cells)
        for key, cells in COLUMNS[kind].rows(directory, owner)
    ]
    wanted = search.casefold()
    found = [row for row in rows if wanted in " ".join((row.name.key, *row.cells)).casefold()]
    first = _first([row.name.key for row in found], place)
    shown = found[first : first + place.size]
    return EntryListPage(
        shown,
        len(found),
        len(rows),
        shown[0].name.key if shown and first else None,
        shown[-1].name.key if shown and first + place.size < len(found) else None,
    )


def _first(keys: list[str], place: Place) -> int:
    if place.before in keys:
        return max(keys.index(place.before) - place.size, 0)
    return keys.index(place.after) + 1 if place.after in keys else 0
