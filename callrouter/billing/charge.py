"""Charging: each accepted call becomes one entry in its partner's account, or none where its price is nothing.

Most calls are rated alone. A call of a caller whom the partner was charged for before, or one that was charged before
and is told of again, is rated together with all that hangs on it (`rerate.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from callrouter.billing.account import add_charges, month
from callrouter.billing.pricing import AcceptedCall, price
from callrouter.billing.rerate import rerate
from callrouter.billing.talk import Party, Talk, talks_of
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf

_CHARGED_CALLERS = sql(
    "SELECT DISTINCT partner, caller_match FROM entry WHERE AMONG(caller_match, :matches) AND entry = 'charge'"
)
_CHARGED_CALLS = sql(
    "SELECT partner, caller_match, call FROM entry WHERE AMONG(call, :calls) AND entry = 'charge'"
)


def charge_calls(session: Session, directories: DirectoryShelf, calls: list[str], now: datetime) -> None:
    """Enter the charges of calls that are over. Doing it again enters nothing."""
    by_party: dict[Party, list[Talk]] = defaultdict(list)
    for talk in talks_of(session, calls):
        by_party[talk.party].append(talk)
    together = _rated_together(session, by_party, calls)
    alone = [talks[0] for party, talks in by_party.items() if party not in together]
    add_charges(session, list(_charges(session, directories, alone, now)))
    rerate(session, directories, together, now)


def _rated_together(session: Session, by_party: dict[Party, list[Talk]], calls: list[str]) -> set[Party]:
    """Who has more than this one call, or was charged for it before."""
    matches = [party.match for party in by_party if party.match]
    callers, known = session.ask_all(
        (_CHARGED_CALLERS, {"matches": matches}), (_CHARGED_CALLS, {"calls": calls})
    )
    together = {party for party, talks in by_party.items() if len(talks) > 1}
    together |= {Party(partner, match, None) for partner, match in callers} & by_party.keys()
    return together | {Party.of(partner, match, call) for partner, match, call in known}


def _charges(
    session: Session, directories: DirectoryShelf, talks: Iterable[Talk], now: datetime
) -> Iterable[dict[str, Any]]:
    for talk in talks:
        # A partner that was not there when the call arrived had no rate in force then, so its call is free.
        partner = directories.at(session, talk.directory_version).partners.get(talk.partner)
        rate = partner.rate(talk.kind, talk.arrived_at) if partner else None
        amount = price(rate, AcceptedCall(talk.arrived_at, talk.talk_seconds, ()))
        if partner and amount:
            yield talk.charge(amount, month(now, partner.timezone), now)
