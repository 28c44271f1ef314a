"""The directory of the many calls: 100 partners in four zones with 150 centers, a listing for each, and 5 helplines."""

from __future__ import annotations

from datetime import date

from callrouter.directory.directory import Center, Directory, Helpline, License, Listing, Partner, Rate, Seat

PARTNERS, CENTERS, HELPLINES = 100, 150, 5
ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
PRICES = {"helpline": 3500, "listing": 2000}
MINIMUM_SECONDS = 30
"""of talk, for a charge"""


def a_large_directory() -> Directory:
    """Each center has a seat in two of the helplines."""
    return Directory(
        0,
        {f"partner-{n}": _partner(n) for n in range(PARTNERS)},
        {f"center-{n}": _center(n) for n in range(CENTERS)},
        {
            f"page-{n}": Listing(f"page-{n}", f"center-{n}", (f"+1646{5_000_000 + n}",))
            for n in range(CENTERS)
        },
        {f"line-{n}": _helpline(n) for n in range(HELPLINES)},
    )


def _partner(n: int) -> Partner:
    rates = tuple(
        Rate(kind, date(2020, 1, 1), price, "USD", minimum_seconds=MINIMUM_SECONDS)
        for kind, price in PRICES.items()
    )
    license = License("190001AP", "CA", date(2040, 12, 31))
    email = f"billing@partner-{n}.example"
    return Partner(f"partner-{n}", f"Partner {n}", "verified", ZONES[n % len(ZONES)], license, email, rates)


def _center(n: int) -> Center:
    partner = n % PARTNERS
    phone, zone = f"+1212{5_000_000 + n}", ZONES[partner % len(ZONES)]
    return Center(f"center-{n}", f"partner-{partner}", f"Recovery Center Number {n}", phone, zone)


def _helpline(n: int) -> Helpline:
    seats = tuple(Seat(f"center-{c}") for c in range(CENTERS) if n in {c % HELPLINES, (c + 1) % HELPLINES})
    return Helpline(f"line-{n}", f"Helpline {n}", (f"+1844561060{n}",), ZONES[0], seats=seats)
