"""A partner's monthly ceiling: what its calls of a month may come to, after which its seats are skipped.

What counts is what was charged (`spending`, which billing writes) and what may still be charged (`reservation`, one
for each leg or return call that is being tried or is not settled yet), by the partner's own month of the call's
arrival. A listing always reaches its center, and so does a caller who asks for the center that owes a return call: they
are counted, and nothing is asked before. What is only simulated is counted by itself. Where the directory has no
ceiling, nothing here is asked or written, but that a return call has ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from callrouter.database import Session, sql
from callrouter.directory.directory import Directory, Partner
from callrouter.routing.eligibility import CEILING

# The lock is on a row of its own: billing, which locks promises as well, must wait for no decision.
_LOCK = sql("SELECT partner FROM room WHERE partner = ANY(:partners) ORDER BY partner FOR UPDATE")
_MAKE = sql("INSERT INTO room (partner) VALUES (:partner) ON CONFLICT (partner) DO NOTHING")
# One statement is one look at the database: what is settled moves from one table to the other at one moment.
_TAKEN = sql(
    "SELECT partner, month, amount FROM spending"
    " WHERE partner = ANY(:partners) AND month = ANY(:months) AND simulated = :simulated"
    " UNION ALL SELECT partner, month, CAST(SUM(amount) AS BIGINT) FROM reservation"
    " WHERE partner = ANY(:partners) AND month = ANY(:months) AND simulated = :simulated GROUP BY partner, month"
)
_MONTHS_SPENT = sql("SELECT partner, month, simulated FROM spending WHERE partner = ANY(:partners)")
_RESERVE = sql(
    "INSERT INTO reservation (call, number, partner, month, simulated, amount)"
    " VALUES (:call, :number, :partner, :month, :simulated, :amount)"
    " ON CONFLICT (call, number) DO NOTHING"
)
_GIVE_BACK = sql("DELETE FROM reservation WHERE call = :call AND number = :number")
_MAY_BE_SETTLED = sql("UPDATE reservation SET number = :later WHERE call = :call AND number = :number")
_SETTLED = sql("DELETE FROM reservation WHERE call = ANY(:calls) AND number > 0")
_SPEND = sql(
    "INSERT INTO spending (partner, month, simulated, amount) VALUES (:partner, :month, :simulated, :amount)"
    " ON CONFLICT (partner, month, simulated) DO UPDATE SET amount = excluded.amount"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A leg or a return call, and all that its price may depend on."""

    call: str
    number: int
    """below zero: settling the call leaves it as it is, until `may_be_settled`"""
    kind: str
    """`helpline` or `listing`"""
    arrived_at: datetime
    """of the call"""
    simulated: bool


def month_of(partner: Partner, at: datetime) -> str:
    """The partner's own month, `2026-11`."""
    return f"{at.astimezone(ZoneInfo(partner.timezone)):%Y-%m}"


def beyond_ceiling(
    session: Session, directory: Directory, centers: Iterable[str], arrived_at: datetime, *, simulated: bool
) -> dict[str, str]:
    """center: the reason, for those whose partner's ceiling leaves no room for another call by rotation."""
    if not directory.ceilings:
        return {}
    partners = {center: directory.partner_of(center) for center in centers}
    under = {partner.key: partner for partner in partners.values() if partner.key in directory.ceilings}
    full = _without_room(session, list(under.values()), arrived_at, simulated=simulated) if under else set()
    return {center: CEILING for center, partner in partners.items() if partner.key in full}


def lock_room(session: Session, directory: Directory, centers: Iterable[str]) -> None:
    """Let nobody else look for room under the ceilings of these centers' partners until this transaction ends.

    By whoever rings one of them next, so that two calls at once do not both get the last room.
    """
    partners = sorted(directory.ceilings & {directory.centers[center].partner for center in centers})
    if not partners or len(session.ask(_LOCK, partners=partners)) == len(partners):
        return
    for partner in partners:
        session.tell(_MAKE, partner=partner)
    session.ask(_LOCK, partners=partners)


def reserve(session: Session, partner: Partner, attempt: Attempt) -> None:
    """Keep what this attempt may cost, until it is given back or settled. Twice is as good as once."""
    price = _price(partner, attempt.kind, attempt.arrived_at)
    if partner.monthly_ceiling_minor is not None and price:
        session.tell(
            _RESERVE,
            call=attempt.call,
            number=attempt.number,
            partner=partner.key,
            month=month_of(partner, attempt.arrived_at),
            simulated=attempt.simulated,
            amount=price,
        )


def give_room_back(session: Session, call: str, number: int) -> None:
    """This leg was not accepted, or this return call kept nothing, so it costs nothing."""
    session.tell(_GIVE_BACK, call=call, number=number)


def may_be_settled(session: Session, call: str, number: int, later: int) -> None:
    """This attempt has ended, and its room goes with the next settling of its call, by a number above zero."""
    session.tell(_MAY_BE_SETTLED, call=call, number=number, later=later)


def settled(session: Session, calls: list[str]) -> None:
    """These calls are charged, or are free: what they cost stands in `spending` by now, in the same transaction."""
    session.tell(_SETTLED, calls=calls)


def months_spent(session: Session, partners: list[str]) -> set[tuple[str, str, bool]]:
    """(partner, month, whether it is simulated) of which it is known what was spent."""
    rows = session.ask(_MONTHS_SPENT, partners=partners)
    return {(partner, month, bool(simulated)) for partner, month, simulated in rows}


def spend(session: Session, partner: str, month: str, amount: int, *, simulated: bool) -> None:
    """What the partner's charges less its credits come to, for the calls that arrived in that month of its own."""
    session.tell(_SPEND, partner=partner, month=month, simulated=simulated, amount=amount)


def _without_room(
    session: Session, partners: list[Partner], arrived_at: datetime, *, simulated: bool
) -> set[str]:
    months = {partner.key: month_of(partner, arrived_at) for partner in partners}
    asked = {"partners": list(months), "months": sorted(set(months.values()))}
    taken = Counter[str]()
    for partner, month, amount in session.ask(_TAKEN, **asked, simulated=simulated):
        taken[partner] += amount if months[partner] == month else 0
    return {
        partner.key
        for partner in partners
        if taken[partner.key] + _price(partner, "helpline", arrived_at) > (partner.monthly_ceiling_minor or 0)
    }


def _price(partner: Partner, kind: str, arrived_at: datetime) -> int:
    rate = partner.rate(kind, arrived_at)
    return rate.price_minor if rate else 0
