"""Directories for tests: entries with sensible values, of which a test names only what it is about."""

from datetime import UTC, date, datetime
from typing import Any
from zlib import crc32

from callrouter.database import Database
from callrouter.directory.attempts import SpokenSeconds
from callrouter.directory.directory import (
    Center,
    Directory,
    Helpline,
    License,
    Listing,
    Partner,
    Rate,
    Seat,
)
from callrouter.directory.load import LoadResult, load_directory

Entry = Partner | Center | Listing | Helpline

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
NATIONAL = "+18445610606"
SILENT = SpokenSeconds(lambda _: 0, lambda _: 0, lambda *_: 0)
"""nothing is spoken, so only ringing takes time"""


def number_of(word: str) -> str:
    """A number that is always the same for a word, and hardly ever that of another word."""
    digits = f"{crc32(word.encode()) % 10**8:08d}"
    return f"+1{2 + int(digits[0]) % 8}{digits[1:3]}{2 + int(digits[3]) % 8}{digits[3:8]}0"


def rate(kind: str = "helpline", **changes: Any) -> Rate:
    values: dict[str, Any] = {
        "kind": kind,
        "begins": date(2026, 1, 1),
        "price_minor": 3500 if kind == "helpline" else 2000,
        "currency": "USD",
    }
    return Rate(**values | changes)


def partner(key: str = "sunrise", **changes: Any) -> Partner:
    """A verified partner with a price for each kind of call and a license for a long time."""
    values: dict[str, Any] = {
        "key": key,
        "name": f"{key.title()} Recovery",
        "status": "verified",
        "timezone": "America/Los_Angeles",
        "license": License("190001AP", "CA", date(2040, 12, 31)),
        "billing_email": f"billing@{key}.example",
        "rates": (rate("helpline"), rate("listing")),
    }
    return Partner(**values | changes)


def center(key: str = "sunrise-la", partner: str | None = None, **changes: Any) -> Center:
    """A center that is always open and picks up without screening; its partner is called like it."""
    values: dict[str, Any] = {
        "key": key,
        "partner": partner or key.split("-", maxsplit=1)[0],
        "name": key.replace("-", " ").title(),
        "phone": number_of(f"center {key}"),
        "timezone": "America/Los_Angeles",
        "languages": ("en", "es"),
    }
    return Center(**values | changes)


def listing(key: str = "sunrise-la-page", center: str = "sunrise-la", **changes: Any) -> Listing:
    values: dict[str, Any] = {"key": key, "center": center, "numbers": (number_of(f"listing {key}"),)}
    return Listing(**values | changes)


def helpline(*seats: str | Seat, key: str = "national", **changes: Any) -> Helpline:
    """A helpline whose seats are given by their centers, or as seats."""
    values: dict[str, Any] = {
        "key": key,
        "name": "Addiction Helpline America" if key == "national" else f"{key.title()} Helpline",
        "numbers": (NATIONAL if key == "national" else number_of(f"helpline {key}"),),
        "timezone": "America/New_York",
        # Nobody runs out of time where a test is about something else.
        "max_wait_seconds": 300,
        "seats": tuple(seat if isinstance(seat, Seat) else Seat(seat) for seat in seats),
    }
    return Helpline(**values | changes)


def a_directory(*entries: Entry, version: int = 0) -> Directory:
    """A directory of these entries, and of the centers and partners that they speak of."""
    helplines = _of(Helpline, entries)
    listings = _of(Listing, entries)
    spoken_of = [seat.center for each in helplines.values() for seat in each.seats]
    spoken_of += [each.center for each in listings.values()]
    centers = {key: center(key) for key in spoken_of} | _of(Center, entries)
    partners = {each.partner: partner(each.partner) for each in centers.values()} | _of(Partner, entries)
    return Directory(version, partners, centers, listings, helplines)


def put_in_force(database: Database, directory: Directory, now: datetime = LOADED_AT) -> LoadResult:
    """Load it in a transaction of its own."""
    with database.engine.begin() as connection:
        return load_directory(connection, directory, now)


def _of(kind: type, entries: tuple[Entry, ...]) -> dict[str, Any]:
    return {entry.key: entry for entry in entries if isinstance(entry, kind)}
