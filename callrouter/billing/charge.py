"""Charging: each accepted call becomes one entry in its partner's account, or none where it does not count.

Most calls are rated alone. A call of a caller whom the partner was charged for before, or one that was charged before
and is told of again, is rated together with all that hangs on it (`rerate.py`). Where a partner has free calls or a
ceiling, its month is looked at whole (`concede.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from callrouter.billing import spend_cap
from callrouter.billing.account import Posting, add_charges, posting
from callrouter.billing.agreed import agreed
from callrouter.billing.concede import concede
from callrouter.billing.period import day_of
from callrouter.billing.pricing import AcceptedCall, price
from callrouter.billing.rerate import rerate
from callrouter.billing.talk import Party, Talk, talks_of
from callrouter.database import Session, sql
from callrouter.directory.versions import DirectoryShelf

_CHARGED_CALLERS = sql(
    "SELECT DISTINCT partner, caller_match, simulated FROM ledger_entry"
    " WHERE caller_match = ANY(:matches) AND entry_type = 'charge'"
)
_CHARGED_CALLS = sql(
    "SELECT partner, caller_match, call, simulated FROM ledger_entry WHERE call = ANY(:calls) AND entry_type = 'charge'"
)


def charge_calls(session: Session, directories: DirectoryShelf, calls: list[str], now: datetime) -> None:
    """Enter the charges of calls that are over. Doing it again enters nothing."""
    by_party: dict[Party, list[Talk]] = defaultdict(list)
    for talk in talks_of(session, calls):
        by_party[talk.party].append(talk)
    together = _rated_together(session, by_party, calls)
    alone = [talks[0] for party, talks in by_party.items() if party not in together]
    where = posting(session, [talk.partner for talk in alone], now)
    add_charges(session, list(_charges(session, directories, alone, where)))
    rated_anew = rerate(session, directories, together, now, told=calls)
    concede(session, directories, [*alone, *rated_anew], now)
    spend_cap.release_settled(session, calls)


def _rated_together(session: Session, by_party: dict[Party, list[Talk]], calls: list[str]) -> set[Party]:
    """Who has more than this one call, or was charged for it before."""
    matches = [party.match for party in by_party if party.match]
    callers, known = session.ask_all(
        (_CHARGED_CALLERS, {"matches": matches}), (_CHARGED_CALLS, {"calls": calls})
    )
    together = {party for party, talks in by_party.items() if len(talks) > 1}
    before = {Party(partner, match, None, bool(simulated)) for partner, match, simulated in callers}
    told_again = {Party.of(*party, simulated=simulated) for *party, simulated in known}
    return together | (before & by_party.keys()) | told_again


def _charges(
    session: Session, directories: DirectoryShelf, talks: Iterable[Talk], where: Posting
) -> Iterable[dict[str, Any]]:
    for talk in talks:
        found = agreed(session, directories, talk)
        amount = price(found.rate, AcceptedCall(talk.arrived_at, talk.talk_seconds, ()))
        if amount:
            own_day = day_of(talk.arrived_at, found.timezone)
            day = where.day(talk.partner, found.timezone, own_day, simulated=bool(talk.simulated))
            yield talk.charge(amount, day, where.now)
