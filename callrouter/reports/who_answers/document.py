"""Who answers the calls of each helpline and listing at a moment, as one document of plain values.

The page and the signed JSON are both made of it. It has no price, no caller, and nothing that tells of a single call:
so it does not say whose lines are busy or whose caps are reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

import sqlalchemy as sa

from callrouter.directory.directory import Center, Directory, Helpline, Listing, Partner, Seat
from callrouter.directory.model import DirectoryVersion
from callrouter.directory.past_versions import VersionInForce, version_at
from callrouter.directory.versions import DirectoryCache
from callrouter.evidence.logged import logged_index
from callrouter.evidence.records import SOURCES
from callrouter.reports.rotation.center_states import (
    CenterNow,
    CenterState,
    Openings,
    centers_at,
    centers_now,
)
from callrouter.reports.who_answers.shares import PublicShares, ShareCache, share_period
from callrouter.reports.who_answers.texts import (
    CLOSED_NOW,
    OTHER_WAYS,
    PAYS,
    PROMISES,
    hours_in_words,
    reason_in_words,
)
from callrouter.routing.eligibility import partner_forbids

FORMAT = "callrouter-who-answers/1"
VERSIONS = SOURCES[DirectoryVersion.__tablename__]


class PublicLicense(TypedDict):
    """A partner's license. It gets no calls after its last day."""

    number: str
    state: str
    expires: str


class PublicCenter(TypedDict):
    """A center. `partner` pays for the calls that it gets; `pays` says it in words."""

    center: str
    partner: str
    pays: str
    license: PublicLicense
    hours: str
    timezone: str


class PublicSeat(PublicCenter):
    """A center on a helpline. Percents are None where there were too few calls; `reason`: why it is not rung now."""

    states: list[str]
    tier: int
    share_percent: int | None
    fair_share_percent: int | None
    reason: str | None


class PublicHelpline(TypedDict):
    """A helpline, and who is in its rotation at the moment."""

    key: str
    name: str
    numbers: list[str]
    too_few_calls: bool
    in_rotation: list[PublicSeat]
    not_in_rotation: list[PublicSeat]


class PublicListing(PublicCenter):
    """A listing, and the one center that its numbers reach. `reason`: why that gets no calls now."""

    key: str
    numbers: list[str]
    reason: str | None


class PublicVersion(TypedDict):
    """The version of the directory, and its index in the evidence log; None: it is not logged yet."""

    version: int
    in_force_since: str
    evidence_index: int | None


class PublicPeriod(TypedDict):
    """From `since` until before `until`."""

    since: str
    until: str


class WhoAnswers(TypedDict):
    """The whole document. `is_past`: of a moment in the past."""

    format: str
    at: str
    is_past: bool
    simulated: bool
    directory: PublicVersion
    shares_of: PublicPeriod
    promises: list[str]
    other_ways: list[dict[str, str]]
    helplines: list[PublicHelpline]
    listings: list[PublicListing]


@dataclass(frozen=True)
class WhoAnswersQuestion:
    """Asks for the document. What has been read once is kept."""

    directories: DirectoryCache
    shares: ShareCache
    simulated: bool

    def now(self, connection: sa.Connection, now: datetime) -> WhoAnswers:
        """Who answers now. Raises NotKnown if no directory was loaded, and Fault if it was changed."""
        version = version_at(connection, now)
        openings = Openings(self.directories.at(connection, version.version))
        return self._document(connection, version, openings, centers_now(connection, openings, now), now)

    def past(self, connection: sa.Connection, at: datetime) -> WhoAnswers:
        """Who answered at a moment of the past, as `now`."""
        version = version_at(connection, at)
        openings = Openings(self.directories.at(connection, version.version))
        document = self._document(connection, version, openings, centers_at(connection, openings, at), at)
        return {**document, "is_past": True}

    def _document(
        self,
        connection: sa.Connection,
        version: VersionInForce,
        openings: Openings,
        centers: list[CenterNow],
        at: datetime,
    ) -> WhoAnswers:
        directory, period = openings.directory, share_period(at)
        states = {center.key: center for center in centers}
        return WhoAnswers(
            format=FORMAT,
            at=_written(at),
            is_past=False,
            simulated=self.simulated,
            directory=_version(connection, version),
            shares_of=PublicPeriod(since=_written(period.since), until=_written(period.until)),
            promises=list(PROMISES),
            other_ways=[dict(way) for way in OTHER_WAYS],
            helplines=[
                _helpline(directory, helpline, states, self.shares.of(connection, helpline.key, at))
                for helpline in directory.helplines.values()
            ],
            listings=[_listing(directory, listing, at) for listing in directory.listings.values()],
        )


def _version(connection: sa.Connection, found: VersionInForce) -> PublicVersion:
    return PublicVersion(
        version=found.version,
        in_force_since=_written(found.since),
        evidence_index=logged_index(connection, VERSIONS, found.version),
    )


def _helpline(
    directory: Directory, helpline: Helpline, states: Mapping[str, CenterNow], shares: PublicShares
) -> PublicHelpline:
    seats = [_seat(directory, seat, states[seat.center], shares) for seat in helpline.seats]
    return PublicHelpline(
        key=helpline.key,
        name=helpline.name,
        numbers=list(helpline.numbers),
        too_few_calls=shares.of_center is None,
        in_rotation=[seat for seat in seats if seat["reason"] is None],
        not_in_rotation=[seat for seat in seats if seat["reason"] is not None],
    )


def _seat(directory: Directory, seat: Seat, now: CenterNow, shares: PublicShares) -> PublicSeat:
    center, partner = directory.centers[seat.center], directory.partner_of(seat.center)
    share = (shares.of_center or {}).get(seat.center)
    none = None if shares.of_center is None else 0
    return PublicSeat(
        **_center(center, partner),
        states=list(seat.states),
        tier=seat.tier,
        share_percent=share.actual if share else none,
        fair_share_percent=share.fair if share else none,
        reason=_reason(now, partner),
    )


def _reason(now: CenterNow, partner: Partner) -> str | None:
    """Why a center is not in rotation. None: it is, though its lines may be busy."""
    if now.state is CenterState.CLOSED:
        return CLOSED_NOW
    if now.state in (CenterState.PAUSED, CenterState.FORBIDDEN):
        return reason_in_words(now.reason, partner)
    return None


def _listing(directory: Directory, listing: Listing, at: datetime) -> PublicListing:
    center, partner = directory.centers[listing.center], directory.partner_of(listing.center)
    forbidden = partner_forbids(partner, at)
    return PublicListing(
        **_center(center, partner),
        key=listing.key,
        numbers=list(listing.numbers),
        reason=reason_in_words(forbidden, partner) if forbidden else None,
    )


def _center(center: Center, partner: Partner) -> PublicCenter:
    held = partner.license
    return PublicCenter(
        center=center.name,
        partner=partner.name,
        pays=PAYS,
        license=PublicLicense(number=held.number, state=held.state, expires=held.expires.isoformat()),
        hours=hours_in_words(center.hours),
        timezone=center.timezone,
    )


def _written(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""
