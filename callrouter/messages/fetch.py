"""Fetching what callers left: from the carrier, sealed into the database, and then deleted at the carrier.

The carrier is asked outside of a transaction, and what came of it is noted in one. A step that was killed is taken
again once its lease is over, and each may be taken twice. What cannot be done now is tried again as long as the
message is wanted; nothing is given up by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from callrouter.database import Database, Session
from callrouter.messages import life
from callrouter.messages.life import Due
from callrouter.messages.model import WAITING
from callrouter.messages.silence import DamagedSound, loudness
from callrouter.privacy.vault import MESSAGE, Vault
from callrouter.telephony import Carrier, RefusedByCarrier, TooManyRequests, Unclear

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
BREATHER = timedelta(seconds=30)
"""for all messages, when the carrier failed with one"""
SHOWS_WITHIN = timedelta(minutes=10)
"""the carrier's reads are eventually consistent: a recording of just now may seem not to be there"""

_READY, _EMPTY = "completed", ("absent", "deleted")
_MOST_DOUBLINGS = 10

Note = Callable[[Session], None]
"""writes down what came of a step"""


class NotYet(Exception):
    """The carrier has the recording, but not ready."""


class AnotherCalls(Exception):
    """The recording that was named for a call is another call's."""


def take_step(database: Database, carrier: Carrier, vault: Vault, now: datetime) -> bool:
    """Fetch the message that has been due longest, or delete it at the carrier.

    False where nothing is due, or where the carrier is to be left alone for now.
    """
    due = database.transact(lambda session: life.claim(session, now))
    if due is None:
        return False
    try:
        note = _fetch(carrier, vault, due, now) if due.state == WAITING else _delete(carrier, due, now)
    except NotYet as error:
        note = _put_off(due, error, now)
    except (RefusedByCarrier, AnotherCalls, DamagedSound) as error:
        note = _set_aside(due, error, now)
    except (TooManyRequests, Unclear) as error:
        database.transact(_put_off(due, error, now))
        database.transact(lambda session: life.put_off_all(session, now + BREATHER))
        return False
    database.transact(note)
    return True


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain: twice as long each time. *Pure.*"""
    doublings = min(attempts - 1, _MOST_DOUBLINGS)
    return min(SHORTEST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _fetch(carrier: Carrier, vault: Vault, due: Due, now: datetime) -> Note:
    if not _has_it(carrier, due, now):
        return lambda session: life.miss(session, due.call)
    sound = carrier.sound(due.recording)
    measured = loudness(sound)
    if measured.silent:
        return lambda session: life.drop(session, due.call, str(measured), now)
    sealed = vault.seal_sound(sound, due.call, MESSAGE)
    return lambda session: life.keep(session, due.call, sealed, now)


def _has_it(carrier: Carrier, due: Due, now: datetime) -> bool:
    """Whether the carrier has the recording. Raises NotYet where it may still come, or is not ready."""
    found = carrier.recording(due.recording)
    if found is None and now - due.left_at < SHOWS_WITHIN:
        raise NotYet("the carrier knows nothing of it so far")
    if found is None or found.status in _EMPTY:
        return False
    if found.call != due.call:
        raise AnotherCalls("the recording is of another call, and was not fetched")
    if found.status != _READY:
        raise NotYet(f"the carrier is not ready with it: {found.status}")
    return True


def _delete(carrier: Carrier, due: Due, now: datetime) -> Note:
    carrier.delete_recording(due.recording)
    return lambda session: life.deleted_at_carrier(session, due.call, now)


def _put_off(due: Due, error: Exception, now: datetime) -> Note:
    told, until = str(error), now + pause_after(due.attempts)
    return lambda session: life.put_off(session, due, told, until)


def _set_aside(due: Due, error: Exception, now: datetime) -> Note:
    told = str(error)
    return lambda session: life.set_aside(session, due, told, now)
