"""Whether a center was paused when a decision was taken, as far as the log can tell. *Pure.*

A decision knows the time at which its request came. Pauses may have begun or ended while it waited, so for those of
about that time both is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from callrouter.blindness.log_facts import LoggedPause

MEANWHILE = timedelta(minutes=1)
"""how long a decision may have waited"""


def may_be_paused(pauses: Sequence[LoggedPause], at: datetime, reason: str) -> bool:
    """Whether a pause of this center for this reason may have kept it out at that moment."""
    return any(pause and pause.reason == reason and _lasts(pause, at) for pause in _latest(pauses, at))


def is_surely_paused(pauses: Sequence[LoggedPause], at: datetime) -> bool:
    """Whether a pause of this center kept it out at that moment, whatever happened meanwhile."""
    return all(_lasts(pause, at + MEANWHILE) for pause in _latest(pauses, at))


def _latest(pauses: Sequence[LoggedPause], at: datetime) -> list[LoggedPause | None]:
    """Each pause, or end of one by hand, that may have been the latest. None: there was none before."""
    before = [pause for pause in pauses if pause.at + MEANWHILE < at]
    about = [pause for pause in pauses if at - MEANWHILE <= pause.at <= at + MEANWHILE]
    return [before[-1] if before else None, *about]


def _lasts(pause: LoggedPause | None, at: datetime) -> bool:
    return pause is not None and pause.until is not None and pause.until > at
