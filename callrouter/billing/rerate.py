"""Rating anew: what hangs together is rated together, and the account gets what is missing, in the open month.

A charge that a rule does not bear any more (it turned out to be a repeat, or too short) is credited; a credit whose
reason X
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from callrouter.billing.account import Charged, Posting, add_charges, charged_calls, posting
from callrouter.billing.agreed import agreed, zone_now
from callrouter.billing.period import day_of
from callrouter.billing.pricing import Free
from callrouter.billing.rating import WAIVED, Rated, rate_all
from callrouter.billing.stand import CONCEDED, FIRST_AGAIN, Desk
from callrouter.billing.talk import Party, Talk, talks_of, talks_of_callers
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.money import Money

NO_TALK = Free("no talk", "the carrier knows of no talk")

_CALLS_OF_PARTY = sql(
    "SELECT call FROM ledger_entry WHERE caller_match = :match AND partner = :partner AND simulated = :simulated"
    " AND entry_type = 'charge'"
)


def rerate(
    session: Session,
    directories: DirectoryShelf,
    parties: Collection[Party],
    now: datetime,
    told: Collection[str] = (),
) -> list[Talk]:
    """Rate all calls of these parties anew, and enter the differences; the talks that were looked at.

    `told` are the calls whose end is being told; another one that is charged now was free until now. Doing it again
    enters nothing.
    """
    if not parties:
        return []
    talks = _talks(session, parties)
    where = posting(session, [party.partner for party in parties], now)
    for party in sorted(parties, key=str):
        _rerate(session, directories, party, talks.get(party, []), where, told)
    return [talk for party in parties for talk in talks.get(party, [])]


def _talks(session: Session, parties: Collection[Party]) -> dict[Party, list[Talk]]:
    found: dict[Party, list[Talk]] = defaultdict(list)
    of_callers = talks_of_callers(session, [party.match for party in parties if party.match])
    for talk in of_callers + talks_of(session, [party.call for party in parties if party.call]):
        found[talk.party].append(talk)
    return found


def _rerate(
    session: Session,
    directories: DirectoryShelf,
    party: Party,
    talks: list[Talk],
    where: Posting,
    told: Collection[str],
) -> None:
    by_call = {talk.call: talk for talk in talks}
    charged = charged_calls(session, [*by_call, *_charged_without_talk(session, party)])
    rated = rate_all(_rated(session, directories, talks, charged))
    desk = Desk(session, where, zone_now(session, directories, party.partner))
    for call in sorted(charged.keys() | by_call.keys()):
        result = rated.get(call, NO_TALK)
        if call in charged:
            _correct(desk, charged[call], result)
        elif isinstance(result, Money):
            _charge(desk, directories, by_call[call], result, None if call in told else FIRST_AGAIN)


def _charged_without_talk(session: Session, party: Party) -> list[str]:
    """Calls that this party was charged for, also where no talk is known of them any more."""
    if party.call:
        return [party.call]
    found = session.ask(_CALLS_OF_PARTY, match=party.match, partner=party.partner, simulated=party.simulated)
    return [call for (call,) in found]


def _rated(
    session: Session, directories: DirectoryShelf, talks: Iterable[Talk], charged: dict[str, Charged]
) -> Iterable[Rated]:
    for talk in talks:
        rate = agreed(session, directories, talk).rate
        waived = talk.call in charged and charged[talk.call].waived
        yield Rated(talk.call, talk.arrived_at, talk.talk_seconds, rate, waived)


def _correct(desk: Desk, charged: Charged, rated: Money | Free) -> None:
    """Let a charge stand as it is rated now. What was conceded of it is a matter of the month (`concede.py`)."""
    if isinstance(rated, Free) and rated is not WAIVED:
        desk.lets_stand(charged, rated)
    elif charged.by_rule and charged.by_rule.rule not in CONCEDED:
        desk.lets_stand(charged, None)


def _charge(desk: Desk, directories: DirectoryShelf, talk: Talk, price: Money, reason: str | None) -> None:
    timezone = agreed(desk.session, directories, talk).timezone
    own_day = day_of(talk.arrived_at, timezone)
    day = desk.posting.day(talk.partner, timezone, own_day, simulated=bool(talk.simulated))
    add_charges(desk.session, [talk.charge(price, day, desk.posting.now, reason)])
