"""Calls that are over, stored by the domain's own functions with the facts that have still to be settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bench.directory import DIALLED, HELPLINE
from bench.requests import TALK_SECONDS, new_sids
from callrouter.calls import call as calls
from callrouter.calls.call import Call, Leg
from callrouter.calls.exchange import Told
from callrouter.calls.model import ANY_CENTER
from callrouter.calls.states import ACCEPTED, ANSWERED, ENDED
from callrouter.calls.steps import Greeting, Ring
from callrouter.database import Database, Session
from callrouter.directory.directory import Center, Directory
from callrouter.events.outbox import publish_ended, publish_told
from webhooks.twiml import renderer

A_BATCH = 500
LENGTH = timedelta(seconds=TALK_SECONDS + 30)


def store_ended_calls(database: Database, directory: Directory, count: int, now: datetime) -> None:
    """Store calls that were greeted, connected to one center after another, answered, and are over."""
    centers = list(directory.centers.values())
    made = [
        _store_call(sid, centers[n % len(centers)], directory.version, now + timedelta(milliseconds=n))
        for n, sid in enumerate(new_sids(count))
    ]
    for batch in _batches(made):
        database.transact(lambda session, batch=batch: [store(session) for store in batch])
