"""The changes of a directory version that need a second person, in words. *Pure.*

They are about what partners pay, whose calls are whose, and the shares of a helpline's seats.
"""

from __future__ import annotations

from callrouter.directory.directory import Directory
from callrouter.directory.proposals.new_partner_prices import new_partner_prices
from callrouter.directory.proposals.rate_changes import NO_EARLIER_VERSIONS, EarlierVersions, rate_changes
from callrouter.directory.proposals.seat_changes import seat_changes


def changes_to_approve(
    before: Directory, after: Directory, past: EarlierVersions = NO_EARLIER_VERSIONS
) -> tuple[str, ...]:
    """Each change that needs a second person. Empty if one person is enough."""
    return (
        *rate_changes(before, after, past),
        *new_partner_prices(before, after, past),
        *seat_changes(before, after, past.seats),
    )
