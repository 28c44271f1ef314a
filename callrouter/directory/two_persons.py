"""All that a version of the directory changes and one person may not put in force alone, in words. *Pure.*

What partners pay, whose calls are whose, and in which shares a helpline's seats get them.
"""

from __future__ import annotations

from callrouter.directory.directory import Directory
from callrouter.directory.newcomers import newcomers_prices
from callrouter.directory.rate_changes import NO_PAST, Past, rate_changes
from callrouter.directory.seat_changes import seat_changes


def changes_for_two(before: Directory, after: Directory, past: Past = NO_PAST) -> tuple[str, ...]:
    """Each change that takes two persons; none where one is enough."""
    return (
        *rate_changes(before, after, past),
        *newcomers_prices(before, after, past),
        *seat_changes(before, after, past.seats),
    )
