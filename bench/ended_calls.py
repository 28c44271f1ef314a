"""Calls that are over, stored by the domain's own functions with the facts that have still to be settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from bench.directory import DIALLED, HELPLINE
from bench.requests import CARRIER_SECONDS, TALK_SECONDS, new_sids
from callrouter.calls import call as calls
from callrouter.calls.model import ANY_CENTER, Call, Leg
from callrouter.calls.states import ACCEPTED, ANSWERED, ENDED
from callrouter.calls.steps import Greeting, Ring
from callrouter.carrier.twiml import renderer
from callrouter.database import Database, Session
from callrouter.directory.directory import Center, Directory
from callrouter.events.outbox import SpokenDisclosure, publish_disclosure, publish_ended
from callrouter.privacy.model import MatchValue
from callrouter.wordings.wordings import SHIPPED

CALLS_A_TRANSACTION = 200

_ADD_MATCH_VALUE = sa.insert(MatchValue)
_render = renderer("https://calls.example")


def store_ended_calls(database: Database, directory: Directory, count: int, now: datetime) -> None:
    """Store calls of as many callers, each greeted, connected to one of the centers in turn, answered, and over."""
    sids = new_sids(count)
    for first in range(0, count, CALLS_A_TRANSACTION):
        some = sids[first : first + CALLS_A_TRANSACTION]
        database.transact(partial(_store, directory=directory, sids=some, first=first, now=now))


def _store(session: Session, directory: Directory, sids: list[str], first: int, now: datetime) -> None:
    centers = list(directory.centers.values())
    for index, sid in enumerate(sids, first):
        center, at = centers[index % len(centers)], now + timedelta(milliseconds=index)
        value = {"value": sid.encode(), "pseudonym": f"caller of {sid}", "period": at.date().replace(day=1)}
        session.execute(_ADD_MATCH_VALUE, value)
        calls.add(session, _call(sid, center, at), sid.encode())
        calls.add_leg(session, _leg(sid, center, at))
        for turn, told in enumerate((_greeting(), _connecting(center)), 1):
            publish_disclosure(session, sid, at, turn, told)
        publish_ended(session, sid, at)


def _call(sid: str, center: Center, at: datetime) -> Call:
    return Call(
        sid=sid,
        arrived_at=at,
        dialled=DIALLED,
        route="helpline",
        listing=None,
        bound_listing=None,
        helpline=HELPLINE,
        only_center=ANY_CENTER,
        caller="+1310***0188",
        state="CA",
        simulated=False,
        directory_version=1,
        wordings_version=1,
        status=ENDED,
        turn=3,
        attempts=1,
        language="en",
        shows_number=False,
        helpline_consent=None,
        helpline_consent_at=None,
        prompt_words=None,
        owed_by=None,
        outcome=ANSWERED,
        answered_by=center.key,
        last_callback_at=at + timedelta(seconds=CARRIER_SECONDS),
        ended_at=at + timedelta(seconds=CARRIER_SECONDS),
        carrier_seconds=CARRIER_SECONDS,
        reaped=False,
    )


def _leg(sid: str, center: Center, at: datetime) -> Leg:
    return Leg(
        call=sid,
        number=1,
        only_center=ANY_CENTER,
        center=center.key,
        partner=center.partner,
        kind="helpline",
        name=center.name,
        phone=center.phone,
        ring_seconds=center.ring_seconds,
        screens=False,
        began_at=at,
        sid=f"CA{sid[:1:-1]}",
        progress="completed",
        outcome=ACCEPTED,
        talk_seconds=TALK_SECONDS,
        closed_at=at + timedelta(seconds=CARRIER_SECONDS),
    )


def _greeting() -> SpokenDisclosure:
    return _told(Greeting("Addiction Helpline America", "en", ("es",), may_show_number=True))


def _connecting(center: Center) -> SpokenDisclosure:
    ring = Ring(
        wording="connecting",
        center=center.key,
        name=center.name,
        language="en",
        leg=1,
        phone=center.phone,
        shown=DIALLED,
        ring_seconds=center.ring_seconds,
        screens=False,
    )
    return _told(ring)


def _told(step: Greeting | Ring) -> SpokenDisclosure:
    told = _render(step, 1, SHIPPED).disclosure
    assert told is not None
    return told
