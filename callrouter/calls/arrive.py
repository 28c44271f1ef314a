"""Handles a call that arrives: the dialed number decides its route, which is stored with the first answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callrouter import phone
from callrouter.calls.callbacks import IN_FORCE_AND_ANSWER, answer, turn_of
from callrouter.calls.caller_keys import greet
from callrouter.calls.dependencies import CallDependencies
from callrouter.calls.model import ANY_CENTER, Call
from callrouter.calls.ring import ring_listing_center
from callrouter.calls.states import ABANDONED, REFUSED
from callrouter.calls.steps import GONE, Ending, Step
from callrouter.calls.turn import Callback, Turn
from callrouter.database import Session
from callrouter.directory.directory import LANGUAGES, Directory
from callrouter.events import outbox
from callrouter.privacy.numbers import seal_number
from callrouter.privacy.pseudonyms import recognize
from callrouter.privacy.vault import CALLER
from callrouter.wordings.wordings import Wordings

KEY = "turn 0"


def arrive(session: Session, dependencies: CallDependencies, callback: Callback, now: datetime) -> str:
    """Answer an incoming call by the newest directory and wordings that this process knows, in one round trip.

    If the call came before, or newer ones are in force, the commit fails; `arrive_again` answers then.
    """
    known = _InForce(dependencies.directories.newest, dependencies.wordings.newest)
    return _arrive(session, dependencies, known, callback, now)


def arrive_again(session: Session, dependencies: CallDependencies, callback: Callback, now: datetime) -> str:
    """Answer an incoming call after reading what is stored. A repeated request gets the first answer."""
    stored = session.execute(IN_FORCE_AND_ANSWER, {"call": callback.call, "key": KEY}).one()
    if stored.answer is not None:
        return str(stored.answer)
    return _arrive(session, dependencies, _in_force(session, dependencies, stored), callback, now)


def arrive_too_late(
    session: Session, dependencies: CallDependencies, callback: Callback, now: datetime
) -> None:
    """Store a call whose end came before its arrival. The arrival then gets an empty document."""
    stored = session.execute(IN_FORCE_AND_ANSWER, {"call": callback.call, "key": KEY}).one()
    _arrive(session, dependencies, _in_force(session, dependencies, stored), callback, now)


@dataclass(frozen=True, slots=True)
class _InForce:
    """What a new call is answered by."""

    directory: Directory
    wordings: Wordings


def _in_force(session: Session, dependencies: CallDependencies, stored: Any) -> _InForce:
    """The versions in force, from a row of IN_FORCE_AND_ANSWER."""
    return _InForce(
        dependencies.directories.at(session, stored.version),
        dependencies.wordings.at(session, stored.wordings),
    )


def _arrive(
    session: Session, dependencies: CallDependencies, known: _InForce, callback: Callback, now: datetime
) -> str:
    call = _new_call(dependencies, known, callback, now)
    turn = turn_of(session, dependencies, call, callback, known.directory, now)
    turn.match_value = _seal_number(session, dependencies, callback.call, callback.get("From"), now)
    return answer(turn, _first_step(turn), KEY)


def _first_step(turn: Turn) -> Step:
    call = turn.call
    if call.route is None:
        outbox.publish_alert(turn.session, "unknown-number", at=turn.now, call=call.sid)
        return _refuse(turn, "no-such-number")
    if _is_a_loop(turn):
        return _refuse(turn, "loop")
    if not turn.callback.caller_is_there:
        call.end(ABANDONED, turn.now)
        return GONE
    return ring_listing_center(turn) if call.route == "listing" else greet(turn)


def _refuse(turn: Turn, wording: str) -> Ending:
    turn.call.end(REFUSED, turn.now)
    return Ending(wording, turn.call.language)


def _is_a_loop(turn: Turn) -> bool:
    """Whether one of our own numbers is calling: a center has forwarded its phone to a helpline."""
    return turn.callback.get("From") in turn.directory.own_numbers


def _new_call(dependencies: CallDependencies, known: _InForce, callback: Callback, now: datetime) -> Call:
    directory = known.directory
    dialled, number = callback.get("To"), callback.get("From")
    listing, helpline = directory.listing_at.get(dialled), directory.helpline_at.get(dialled)
    languages = helpline.languages if helpline else LANGUAGES
    return Call(
        sid=callback.call,
        arrived_at=now,
        dialled=dialled,
        route="listing" if listing else "helpline" if helpline else None,
        listing=listing.key if listing else None,
        bound_listing=listing.key if listing else None,
        helpline=helpline.key if helpline else None,
        only_center=listing.center if listing else ANY_CENTER,
        caller=phone.masked(number),
        state=phone.state_of(number, callback.get("FromState")),
        simulated=dependencies.simulated,
        directory_version=directory.version,
        wordings_version=known.wordings.version,
        language=languages[0],
        last_callback_at=now,
    )


def _seal_number(
    session: Session, dependencies: CallDependencies, call: str, number: str, now: datetime
) -> bytes | None:
    """Seal the caller's number and return its match value. None if the caller withheld the number."""
    if not phone.is_number(number):
        return None
    seal_number(session, dependencies.vault, call, number, CALLER, now)
    return recognize(session, dependencies.vault, number, now)
