"""Spend caps: the most that a partner's calls may cost in a month. When it is reached, the partner's seats are skipped.

Two things count: what was charged (`spend`, written when calls are settled), and what may still be charged
(`reservation`, one for each leg or return call that is not settled yet). Both count for the partner's month in which
the call arrived. A listing always reaches its center, and a caller may always ask for the center that owes a return
call: these calls are counted, but the cap does not stop them. Simulated calls are counted separately.

Routing asks this module before it rings a seat, so it lies below routing and does not know the rest of billing
(docs/decisions/0042).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.billing.model import Reservation, Spend, SpendCapLock
from callrouter.billing.period import month_of
from callrouter.database import Session
from callrouter.directory.directory import Directory, Partner

SPEND_CAP_REACHED = "spend cap reached"

_PARTNERS = sa.bindparam("partners", type_=ARRAY(sa.Text))
_MONTHS = sa.bindparam("months", type_=ARRAY(sa.Text))
_CALL_IS = Reservation.call == sa.bindparam("of_call")
_NUMBER_IS = Reservation.number == sa.bindparam("of_number")

# A row of its own is locked, so that billing, which also locks promises, never waits for a decision.
_LOCK = (
    sa.select(SpendCapLock.partner)
    .where(SpendCapLock.partner == sa.any_(_PARTNERS))
    .order_by(SpendCapLock.partner)
    .with_for_update()
)
_ADD_LOCK = insert(SpendCapLock).on_conflict_do_nothing(index_elements=["partner"])


def _of_months(table: type[Spend] | type[Reservation]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.partner == sa.any_(_PARTNERS),
        table.month == sa.any_(_MONTHS),
        table.simulated == sa.bindparam("simulated"),
    )


# One statement sees one snapshot: settling moves an amount from one table to the other at one moment.
_TAKEN = sa.union_all(
    sa.select(Spend.partner, Spend.month, Spend.amount).where(*_of_months(Spend)),
    sa.select(Reservation.partner, Reservation.month, sa.cast(sa.func.sum(Reservation.amount), sa.BigInteger))
    .where(*_of_months(Reservation))
    .group_by(Reservation.partner, Reservation.month),
)
_MONTHS_WITH_SPEND = sa.select(Spend.partner, Spend.month, Spend.simulated).where(
    Spend.partner == sa.any_(_PARTNERS)
)
_RESERVE = insert(Reservation).on_conflict_do_nothing(index_elements=["call", "number"])
_RELEASE = sa.delete(Reservation).where(_CALL_IS, _NUMBER_IS)
_KEEP_UNTIL_SETTLED = (
    sa.update(Reservation).where(_CALL_IS, _NUMBER_IS).values(number=sa.bindparam("new_number"))
)
_RELEASE_SETTLED = sa.delete(Reservation).where(
    Reservation.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))), Reservation.number > 0
)
_NEW_SPEND = insert(Spend)
_SET_SPEND = _NEW_SPEND.on_conflict_do_update(
    index_elements=["partner", "month", "simulated"], set_={"amount": _NEW_SPEND.excluded.amount}
)


@dataclass(frozen=True, slots=True)
class PricedAttempt:
    """A leg or a return call, with all that its price may depend on."""

    call: str
    number: int
    """negative: settling the call keeps the reservation, until `keep_until_settled`"""
    kind: str
    """`helpline` or `listing`"""
    arrived_at: datetime
    """the arrival of the call"""
    simulated: bool


def beyond_spend_cap(
    session: Session, directory: Directory, centers: Iterable[str], arrived_at: datetime, *, simulated: bool
) -> dict[str, str]:
    """The centers whose partner cannot afford one more helpline call this month, each with the reason."""
    if not directory.spend_capped:
        return {}
    partners = {center: directory.partner_of(center) for center in centers}
    capped = {partner.key: partner for partner in partners.values() if partner.key in directory.spend_capped}
    reached = _reached(session, list(capped.values()), arrived_at, simulated=simulated) if capped else set()
    return {center: SPEND_CAP_REACHED for center, partner in partners.items() if partner.key in reached}


def lock_spend_caps(session: Session, directory: Directory, centers: Iterable[str]) -> None:
    """Lock the spend caps of these centers' partners until this transaction ends.

    Two calls that ring at the same time must not both get the rest that is enough for one.
    """
    partners = sorted(directory.spend_capped & {directory.centers[center].partner for center in centers})
    if not partners or len(session.execute(_LOCK, {"partners": partners}).all()) == len(partners):
        return
    for partner in partners:
        session.execute(_ADD_LOCK, {"partner": partner})
    session.execute(_LOCK, {"partners": partners}).all()


def reserve(session: Session, partner: Partner, attempt: PricedAttempt) -> None:
    """Reserve the price of this attempt until it is released or settled. Reserving again changes nothing."""
    price = _price(partner, attempt.kind, attempt.arrived_at)
    if partner.spend_cap_minor is not None and price:
        session.execute(
            _RESERVE,
            {
                "call": attempt.call,
                "number": attempt.number,
                "partner": partner.key,
                "month": month_of(attempt.arrived_at, partner.timezone),
                "simulated": attempt.simulated,
                "amount": price,
            },
        )


def release(session: Session, call: str, number: int) -> None:
    """Release the reservation of a leg that was not accepted, or of a return call that kept no promise."""
    session.execute(_RELEASE, {"of_call": call, "of_number": number})


def keep_until_settled(session: Session, call: str, number: int, new_number: int) -> None:
    """Keep the reservation of an attempt that has ended until its call is settled. It gets a positive number."""
    session.execute(_KEEP_UNTIL_SETTLED, {"of_call": call, "of_number": number, "new_number": new_number})


def release_settled(session: Session, calls: list[str]) -> None:
    """Release the reservations of settled calls. `spend` has their cost, in the same transaction."""
    session.execute(_RELEASE_SETTLED, {"calls": calls})


def months_with_spend(session: Session, partners: list[str]) -> set[tuple[str, str, bool]]:
    """The (partner, month, simulated) with a stored spend."""
    return set(map(tuple, session.execute(_MONTHS_WITH_SPEND, {"partners": partners})))


def set_spend(session: Session, partner: str, month: str, amount: int, *, simulated: bool) -> None:
    """Store what the calls that arrived in a partner's month cost: charges less credits."""
    values = {"partner": partner, "month": month, "simulated": simulated, "amount": amount}
    session.execute(_SET_SPEND, values)


def _reached(session: Session, partners: list[Partner], arrived_at: datetime, *, simulated: bool) -> set[str]:
    months = {partner.key: month_of(arrived_at, partner.timezone) for partner in partners}
    asked = {"partners": list(months), "months": sorted(set(months.values())), "simulated": simulated}
    taken = Counter[str]()
    for partner, month, amount in session.execute(_TAKEN, asked):
        taken[partner] += amount if months[partner] == month else 0
    return {
        partner.key
        for partner in partners
        if taken[partner.key] + _price(partner, "helpline", arrived_at) > (partner.spend_cap_minor or 0)
    }


def _price(partner: Partner, kind: str, arrived_at: datetime) -> int:
    rate = partner.rate(kind, arrived_at)
    return rate.price_minor if rate else 0
