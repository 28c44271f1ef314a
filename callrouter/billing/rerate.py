"""Rating anew: what hangs together is rated together, and the account gets what is missing, in the open month.

A charge that a rule does not bear any more (it turned out to be a repeat, or too short) is credited; a credit whose
reason is gone is taken back by a `recharge`; a call that has become the first is charged. What stands is not changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from callrouter.billing.account import Cause, Charged, add_charges, charged_calls, month, take_back
from callrouter.billing.rating import WAIVED, Rated, rate_all
from callrouter.billing.talk import Party, Talk, talks_of, talks_of_callers
from callrouter.database import Session, sql
from callrouter.directory.directory import Rate
from callrouter.directory.versions import DirectoryShelf
from callrouter.money import Money

NO_TALK = "the carrier's books know of no talk"
FIRST_AGAIN = "what it repeated costs nothing any more"

_CALLS_OF_PARTY = sql(
    "SELECT call FROM entry WHERE caller_match = :match AND partner = :partner AND entry = 'charge'"
)


def rerate(session: Session, directories: DirectoryShelf, parties: Collection[Party], now: datetime) -> None:
    """Rate all calls of these parties anew, and enter the differences. Doing it again enters nothing."""
    if not parties:
        return
    talks = _talks(session, parties)
    for party in sorted(parties, key=str):
        _rerate(session, directories, party, talks.get(party, []), now)


def _talks(session: Session, parties: Collection[Party]) -> dict[Party, list[Talk]]:
    found: dict[Party, list[Talk]] = defaultdict(list)
    of_callers = talks_of_callers(session, [party.match for party in parties if party.match])
    for talk in of_callers + talks_of(session, [party.call for party in parties if party.call]):
        found[talk.party].append(talk)
    return found


def _rerate(
    session: Session, directories: DirectoryShelf, party: Party, talks: list[Talk], now: datetime
) -> None:
    by_call = {talk.call: talk for talk in talks}
    charged = charged_calls(session, [*by_call, *_charged_without_talk(session, party)])
    rated = rate_all(
        Rated(
            talk.call,
            talk.arrived_at,
            talk.talk_seconds,
            _rate(session, directories, talk),
            talk.call in charged and charged[talk.call].waived,
        )
        for talk in talks
    )
    at = _At(session, now, period_of(session, directories, party.partner, now))
    for call in sorted(charged.keys() | by_call.keys()):
        _settle_difference(at, by_call.get(call), charged.get(call), rated.get(call, NO_TALK))


def _charged_without_talk(session: Session, party: Party) -> list[str]:
    """Calls that this party was charged for, also where no talk is known of them any more."""
    if party.call:
        return [party.call]
    return [call for (call,) in session.ask(_CALLS_OF_PARTY, match=party.match, partner=party.partner)]


def _rate(session: Session, directories: DirectoryShelf, talk: Talk) -> Rate | None:
    """In force at the arrival; none where the partner was not there yet."""
    partner = directories.at(session, talk.directory_version).partners.get(talk.partner)
    return partner.rate(talk.kind, talk.arrived_at) if partner else None


def period_of(session: Session, directories: DirectoryShelf, partner: str, now: datetime) -> str:
    """The partner's month now."""
    known = directories.in_force(session).partners.get(partner)
    return month(now, known.timezone if known else "UTC")


class _At(NamedTuple):
    """Where and when entries are made."""

    session: Session
    now: datetime
    period: str

    def cause(self, reason: str) -> Cause:
        return Cause(reason, self.now, self.period)


def _settle_difference(at: _At, talk: Talk | None, charged: Charged | None, rated: Money | str) -> None:
    """Enter what one call's account lacks, by how the call is rated now."""
    if charged is None:
        if talk and isinstance(rated, Money):
            add_charges(at.session, [talk.charge(rated, at.period, at.now)])
    elif isinstance(rated, Money):
        for credit in charged.credits:
            if credit.person is None:
                take_back(at.session, credit, credit.amount, at.cause(FIRST_AGAIN))
    elif rated != WAIVED and charged.left:
        take_back(at.session, charged.charge, charged.left, at.cause(rated))
