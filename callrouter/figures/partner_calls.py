"""A call as each partner has it, from what is stored of the call. *Pure.*

A partner has a call when one of its centers was rung for it while the caller was there, or has returned it. Each has it
once, whatever was rung. One of them is its home, where the call itself is counted: who talked with the caller, else who
was rung first, else nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from callrouter.figures.model import NOBODY


class EndedCall(NamedTuple):
    """A call that is over, as far as it is counted."""

    sid: str
    arrived_at: datetime
    route: str | None
    listing: str | None
    helpline: str | None
    simulated: bool
    directory_version: int
    caller: str
    """masked"""
    promised: bool


class Rung(NamedTuple):
    """A center that was rung for a call: a leg, or a return call that kept its promise."""

    partner: str
    center: str
    kind: str
    talk_seconds: int = 0
    answered_at: datetime | None = None
    """of a leg that was accepted"""
    kept: bool = False

    @property
    def talked(self) -> bool:
        return self.answered_at is not None or self.kept


class PartnerCall(NamedTuple):
    """A row of `partner_call`, but for what the carrier takes."""

    call: str
    partner: str
    center: str
    helpline: str | None
    kind: str
    day: str
    arrived_at: datetime
    simulated: bool
    directory_version: int
    caller: str
    """masked"""
    home: bool
    answered: bool
    promised: bool
    kept: bool
    wait_seconds: int | None
    talk_seconds: int


def partner_calls(
    call: EndedCall, rung: Sequence[Rung], day_of_partner: Callable[[str], str]
) -> Iterator[PartnerCall]:
    """The rows of a call. `rung` are its legs in their order, and after them a return call that kept its promise.

    `day_of_partner` is the day of its arrival for a partner, or for nobody.
    """
    rung = rung or (Rung(NOBODY, NOBODY, call.route or ""),)
    if len(rung) == 1:
        yield _row(call, rung[0], day_of_partner(rung[0].partner), home=True)
        return
    home = next((one for one in rung if one.talked), rung[0])
    for partner in dict.fromkeys(one.partner for one in rung):
        own = [one for one in rung if one.partner == partner]
        had = next((one for one in own if one.talked), own[0])
        yield _row(call, had, day_of_partner(partner), home=partner == home.partner)


def _row(call: EndedCall, had: Rung, day: str, *, home: bool) -> PartnerCall:
    return PartnerCall(
        call=call.sid,
        partner=had.partner,
        center=had.center,
        helpline=call.helpline,
        kind=had.kind,
        day=day,
        arrived_at=call.arrived_at,
        simulated=bool(call.simulated),
        directory_version=call.directory_version,
        caller=call.caller,
        home=home,
        answered=had.answered_at is not None,
        promised=home and bool(call.promised),
        kept=had.kept,
        wait_seconds=_seconds(had.answered_at - call.arrived_at) if had.answered_at else None,
        talk_seconds=had.talk_seconds,
    )


def _seconds(waited: timedelta) -> int:
    return max(round(waited.total_seconds()), 0)


def answered_at(
    began_at: datetime,
    ring_seconds: int,
    taken_at: datetime | None,
    closed_at: datetime | None,
    talk_seconds: int | None,
) -> datetime:
    """When an accepted leg was: with its key 1; without one, as long before its end as they talked.

    The latter is within the time that it rang, however late we were told of the end.
    """
    if taken_at:
        return taken_at
    talked_from = (closed_at or began_at) - timedelta(seconds=talk_seconds or 0)
    return min(max(talked_from, began_at), began_at + timedelta(seconds=ring_seconds))
