"""Fetches messages from the carrier, seals them into the database, and deletes them at the carrier.

The carrier is asked under a lease, outside a transaction; the result is recorded in one. If a worker dies, another
repeats its step, and every step may run twice. A step that fails is retried for as long as the message is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from callrouter.database import Database, Session
from callrouter.masking import masked
from callrouter.messages import recording
from callrouter.messages.model import WAITING
from callrouter.messages.recording import DueRecording
from callrouter.messages.silence import DamagedSound, loudness
from callrouter.privacy.vault import Vault
from callrouter.telephony import Carrier, RefusedByCarrier, TooManyRequests, Unclear

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
PAUSE_AFTER_FAILURE = timedelta(seconds=30)
"""for all messages, after the carrier failed"""
VISIBLE_WITHIN = timedelta(minutes=10)
"""the carrier's reads are eventually consistent: a new recording may seem to be missing"""

_READY, _EMPTY = "completed", ("absent", "deleted")
_MOST_DOUBLINGS = 10

RecordResult = Callable[[Session], None]
"""stores the result of a step"""


class NotReady(Exception):
    """The recording exists at the carrier but is not ready."""


class WrongCall(Exception):
    """The recording belongs to another call."""


def fetch_next(database: Database, carrier: Carrier, vault: Vault, now: datetime) -> bool:
    """Fetch the message that has been due longest, or delete it at the carrier.

    False if nothing is due, or the carrier needs a pause.
    """
    due = database.transact(lambda session: recording.claim(session, now))
    if due is None:
        return False
    try:
        record = _fetch(carrier, vault, due, now) if due.state == WAITING else _delete(carrier, due, now)
    except NotReady as error:
        record = _postpone(due, error, now)
    except (RefusedByCarrier, WrongCall, DamagedSound) as error:
        record = _set_aside(due, error, now)
    except (TooManyRequests, Unclear) as error:
        database.transact(_postpone(due, error, now))
        database.transact(lambda session: recording.postpone_all(session, now + PAUSE_AFTER_FAILURE))
        return False
    database.transact(record)
    return True


def pause_after(attempts: int) -> timedelta:
    """How long to wait after this many failures: twice as long each time. *Pure.*"""
    doublings = min(attempts - 1, _MOST_DOUBLINGS)
    return min(SHORTEST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _fetch(carrier: Carrier, vault: Vault, due: DueRecording, now: datetime) -> RecordResult:
    if not _is_available(carrier, due, now):
        return lambda session: recording.mark_gone(session, due.call)
    sound = carrier.sound(due.recording)
    measured = loudness(sound)
    if measured.silent:
        return lambda session: recording.drop(session, due.call, str(measured), now)
    return lambda session: recording.keep(session, vault, due.call, sound, now)


def _is_available(carrier: Carrier, due: DueRecording, now: datetime) -> bool:
    """Whether the carrier has the recording. Raises NotReady if it may still come."""
    found = carrier.recording(due.recording)
    if found is None and now - due.left_at < VISIBLE_WITHIN:
        raise NotReady("the carrier knows nothing of it so far")
    if found is None or found.status in _EMPTY:
        return False
    if found.call != due.call:
        raise WrongCall("the recording is of another call, and was not fetched")
    if found.status != _READY:
        raise NotReady(f"the carrier is not ready with it: {found.status}")
    return True


def _delete(carrier: Carrier, due: DueRecording, now: datetime) -> RecordResult:
    carrier.delete_recording(due.recording)
    return lambda session: recording.mark_deleted_at_carrier(session, due.call, now)


def _postpone(due: DueRecording, error: Exception, now: datetime) -> RecordResult:
    message, until = masked(str(error)), now + pause_after(due.attempts)
    return lambda session: recording.LEASE.retry(session, due, message, until)


def _set_aside(due: DueRecording, error: Exception, now: datetime) -> RecordResult:
    message = masked(str(error))
    return lambda session: recording.set_aside(session, due, message, now)
