"""The rows of `partner_call` for a call. *Pure.*

A partner has a call if one of its centers was rung while the caller was there, or returned the call. Each partner
has it once. One of them is primary, and the call is counted with it: the partner who talked with the caller, else
the first that was rung, else nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from callrouter.calls.states import PROMISED
from callrouter.figures.model import NOBODY, PartnerCall


class EndedCall(NamedTuple):
    """The facts of an ended call that are counted."""

    sid: str
    arrived_at: datetime
    route: str | None
    listing: str | None
    helpline: str | None
    simulated: bool
    directory_version: int
    caller: str
    """masked"""
    outcome: str


class Attempt(NamedTuple):
    """A center that was rung for a call: a leg, or a return call that kept its promise."""

    partner: str
    center: str
    kind: str
    talk_seconds: int = 0
    answered_at: datetime | None = None
    """of an accepted leg"""
    kept: bool = False

    @property
    def talked(self) -> bool:
        return self.answered_at is not None or self.kept


def partner_calls(
    call: EndedCall, attempts: Sequence[Attempt], day_of_partner: Callable[[str], str]
) -> Iterator[PartnerCall]:
    """The rows of a call. `attempts` are its legs in order, then the kept return call.

    `day_of_partner` is the day of its arrival for a partner, or for nobody.
    """
    attempts = attempts or (Attempt(NOBODY, NOBODY, call.route or ""),)
    primary = next((one for one in attempts if one.talked), attempts[0]).partner
    for partner in dict.fromkeys(one.partner for one in attempts):
        own = [one for one in attempts if one.partner == partner]
        chosen = next((one for one in own if one.talked), own[0])
        yield _row(call, chosen, day_of_partner(partner), is_primary=partner == primary)


def _row(call: EndedCall, attempt: Attempt, day: str, *, is_primary: bool) -> PartnerCall:
    answered = attempt.answered_at
    return PartnerCall(
        call=call.sid,
        partner=attempt.partner,
        center=attempt.center,
        helpline=call.helpline,
        kind=attempt.kind,
        day=day,
        arrived_at=call.arrived_at,
        simulated=call.simulated,
        directory_version=call.directory_version,
        caller=call.caller,
        is_primary=is_primary,
        answered=answered is not None,
        promised=is_primary and call.outcome == PROMISED,
        kept=attempt.kept,
        outcome=call.outcome,
        wait_seconds=_seconds(answered - call.arrived_at) if answered else None,
        talk_seconds=attempt.talk_seconds,
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
    """When an accepted leg was answered: at key 1, or else as long before its end as they talked.

    The latter is limited to the ringing time, however late the end was reported.
    """
    if taken_at:
        return taken_at
    talked_from = (closed_at or began_at) - timedelta(seconds=talk_seconds or 0)
    return min(max(talked_from, began_at), began_at + timedelta(seconds=ring_seconds))
