"""A partner's centers: whether each is open now, its hours, its seats, and what it had of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from callrouter.directory.directory import Center, Directory, Seat
from callrouter.directory.own_directory import own_directory
from callrouter.reports.partner.calls import OwnCallFilter
from callrouter.reports.partner.center_figures import NO_CALLS, OwnCenterFigures, own_center_figures
from callrouter.reports.rotation.center_states import CenterNow, Openings, centers_now
from callrouter.staff.roles import Right
from console.access import needs, own_partner
from console.dependencies import ConsoleDependencies
from console.frame import asked_at
from console.periods import written_period

DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """A seat of a center, and the name of its helpline."""

    helpline: str
    seat: Seat


@dataclass(frozen=True, slots=True)
class OwnCenterView:
    """All of a center that its partner sees."""

    entry: Center
    now: CenterNow
    seats: list[OwnSeat]
    listings: list[str]
    figures: OwnCenterFigures


def partner_centers_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of this page."""
    pages = Blueprint("partner_centers", __name__)

    @pages.get("/centers")
    @needs(Right.SEE_OWN)
    def listed() -> str:
        dates = written_period(DAYS_SHOWN)
        centers = _views(dependencies, own_partner(), OwnCallFilter(dates.period), asked_at())
        return render_template("partner/centers.html", centers=centers, days=DAYS_SHOWN, dates=dates)

    return pages


def _views(
    dependencies: ConsoleDependencies, partner: str, wanted: OwnCallFilter, now: datetime
) -> list[OwnCenterView]:
    # The versions of the directory have the terms of all partners, so they are cut before anything looks at them.
    with dependencies.reading() as connection:
        directory = own_directory(dependencies.directories.in_force(connection), partner)
    with dependencies.reading_own(partner) as connection:
        states = centers_now(connection, Openings(directory), now)
        figures = own_center_figures(connection, wanted)
    return [_view(directory, state, figures.get(state.key, NO_CALLS)) for state in states]


def _view(directory: Directory, state: CenterNow, figures: OwnCenterFigures) -> OwnCenterView:
    seats = [
        OwnSeat(helpline.name, seat)
        for helpline in directory.helplines.values()
        for seat in helpline.seats
        if seat.center == state.key
    ]
    listings = sorted(key for key, listing in directory.listings.items() if listing.center == state.key)
    return OwnCenterView(directory.centers[state.key], state, seats, listings, figures)
