"""Our workers in the week: everything that beat has done, on the clock of the week, as `workers/` does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import sqlalchemy as sa

from callrouter.calls.model import Call, Leg
from callrouter.database import Session
from callrouter.promises.model import OPEN, Promise, ReturnCall
from callrouter.promises.return_calls.dialer import ring_next
from callrouter.promises.return_calls.lookup import (
    LOOK_UP_EVERY,
    SEARCH_EVERY,
    WEBHOOKS_WITHIN,
    look_up_unclear,
)
from callrouter.routing.lines import end_pauses
from callrouter.routing.model import Availability
from callrouter.telephony import CarrierError
from tests.week.line import Killed

if TYPE_CHECKING:
    from tests.week.week import Week

# As in workers/app.py and workers/external.py, which read the settings of this machine when they are imported.
RETURNS_SECONDS, PROMISES_SECONDS, REAP_SECONDS = 2.0, 30.0, 15.0
CALLS, CARRIERS_PACE_SECONDS = 4, 1.0

A_DAY = timedelta(days=1)
SETTLES_AFTER = (0.5, 6.0)
SETTLER_IS_DOWN, DOWN_FOR = 0.002, (60.0, 900.0)
STARTED_AGAIN_AFTER = (1.0, 20.0)


_NEXT_ATTEMPT = sa.select(sa.func.min(Promise.next_attempt_at)).where(Promise.state == OPEN)
_IN_PROGRESS = sa.select(ReturnCall.sid, ReturnCall.began_at, ReturnCall.looked_up_at).where(
    ReturnCall.outcome.is_(None)
)
_SOMETHING_OPEN = sa.select(
    sa.or_(
        sa.exists().where(Call.ended_at.is_(None)),
        sa.exists().where(Leg.outcome.is_(None)),
        sa.exists().where(Availability.paused_until.is_not(None)),
    )
)


def _next_work(session: Session, now: datetime) -> datetime:
    """When the external worker has something to do about promises."""
    next_attempt, in_progress = session.execute(_NEXT_ATTEMPT), session.execute(_IN_PROGRESS)
    moments = [moment for (moment,) in next_attempt if moment] + [_looked_up_at(*row) for row in in_progress]
    return min(moments, default=now + A_DAY)


def _looked_up_at(sid: str | None, began_at: datetime, looked_up_at: datetime | None) -> datetime:
    if sid:
        return (looked_up_at or began_at) + LOOK_UP_EVERY
    return looked_up_at + SEARCH_EVERY if looked_up_at else began_at + WEBHOOKS_WITHIN


class Workers:
    """They all work on one world, at the same time."""

    def __init__(self, week: Week, luck: Random) -> None:
        self._week = week
        self._luck = luck
        self._rung = self._busy = False
        self._stirred, self._next_at = True, week.clock.now()
        self._written = self._open = True
        self.failures = 0
        """runs of the external worker that the carrier made fail"""
        self.deaths = 0

    def begin(self) -> None:
        """Every one on the beat has its first turn."""
        self._every(RETURNS_SECONDS, self._returns_calls)
        self._every(PROMISES_SECONDS, self._sweeps)
        self._every(REAP_SECONDS, self._reaps)

    def see_request(self) -> None:
        """A request of the carrier's may have opened a call, or a leg."""
        self._written = True

    def ring(self) -> None:
        """A wakeup: somebody settles what waits, soon."""
        self._stirred = self._written = True
        if not self._rung:
            self._rung = True
            down = self._luck.random() < SETTLER_IS_DOWN
            self._week.timeline.does(
                self._settles, after=self._luck.uniform(*(DOWN_FOR if down else SETTLES_AFTER))
            )

    def _settles(self) -> None:
        self._rung, self._stirred, self._written = False, True, True
        self._week.settles()

    def _every(self, seconds: float, deed: Callable[[], None]) -> None:
        self._week.timeline.does(partial(self._on_the_beat, seconds, deed), after=seconds)

    def _on_the_beat(self, seconds: float, deed: Callable[[], None]) -> None:
        deed()
        self._every(seconds, deed)

    def _sweeps(self) -> None:
        self._week.sweeps()
        self._stirred = True

    def _returns_calls(self) -> None:
        if not self._busy and self._have_work():
            self._busy = True
            self._week.timeline.joins(self._an_errand)

    def _an_errand(self) -> None:
        try:
            self._a_turn()
        except CarrierError:
            self.failures += 1
        except Killed:
            self.deaths += 1
            self._week.timeline.advance(self._luck.uniform(*STARTED_AGAIN_AFTER))
        self._busy = False
        self.ring()

    def _have_work(self) -> bool:
        """Whether a turn would find anything: it is looked at only after something has happened, or has become due.

        Of the 400,000 turns of a week most find nothing, and would take most of its time.
        """
        now = self._week.clock.now()
        if self._stirred or now >= self._next_at:
            self._stirred = False
            self._next_at = self._week.database.transact(lambda session: _next_work(session, now))
        return now >= self._next_at

    def _a_turn(self) -> None:
        """As `workers.external.return_calls`, with the clock of the week."""
        for _ in range(CALLS):
            if not ring_next(self._week.dialer):
                break
            self._week.timeline.advance(CARRIERS_PACE_SECONDS)
        look_up_unclear(self._week.dialer)

    def _reaps(self) -> None:
        """Looks only where something is open, or may have been opened since: most turns would find nothing."""
        if not (self._open or self._written or self._busy):
            return
        self._written = False
        self._week.reaps()
        now, database = self._week.clock.now(), self._week.database
        database.transact(lambda session: end_pauses(session, now))
        self._open = database.transact(lambda session: bool(session.execute(_SOMETHING_OPEN).scalar()))
