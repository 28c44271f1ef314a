"""Handles the caller's key in every menu: the greeting, the choices and the offer."""

from __future__ import annotations

import re
from dataclasses import replace

from callrouter import phone
from callrouter.calls.dependencies import (
    AllowMessage,
    Consent,
    OtherNumber,
    PromiseChange,
    Recording,
    TakeBack,
)
from callrouter.calls.model import ANY_CENTER
from callrouter.calls.ring import (
    MOST_TRIES_OF_A_LISTING,
    callable_owner,
    listing_center,
    ring_listing_center,
    ring_next_center,
    ring_owner,
    routing_request,
)
from callrouter.calls.states import (
    ABANDONED,
    ARRANGING,
    CRISIS,
    ENTERING,
    GREETING,
    PROMISED,
    RECALLING,
    RECORDING,
    UNSERVED,
    VOICEMAIL,
)
from callrouter.calls.steps import GONE, Arrange, Ending, EnterNumber, Greeting, Message, Recall, Step
from callrouter.calls.turn import Turn
from callrouter.directory.opening_hours.opening import closed_seats
from callrouter.routing.decide import decide_who_owes

CRISIS_KEY = "9"
LANGUAGE_KEY = "2"
SHOW_NUMBER_KEY = "5"
SAME_CENTER_KEY = "1"
TRY_AGAIN_KEY = "1"
LISTING_PROMISE_KEY = "2"
HELPLINE_KEY = "3"
PROMISE_KEY = "1"
MESSAGE_KEY = "2"
OTHER_NUMBER_KEY = "1"
ALLOW_MESSAGE_KEY = "2"
TAKE_BACK_KEY = "3"

_RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")


def greet(turn: Turn, *, other_languages: bool = True) -> Greeting:
    """Play the helpline's greeting. A caller who has chosen a language is offered no other."""
    call, helpline = turn.call, turn.helpline
    call.move(GREETING)
    others = tuple(language for language in helpline.languages if language != call.language)
    return Greeting(helpline.name, call.language, others if other_languages else (), call.number_known)


def handle_greeting_key(turn: Turn) -> Step:
    """Handle the key after the greeting: another language, 988, or the first center."""
    call, key = turn.call, turn.callback.key_pressed
    if key == CRISIS_KEY:
        return crisis(turn)
    if not turn.callback.caller_is_there:
        return _end_abandoned(turn)
    others = [language for language in turn.helpline.languages if language != call.language]
    if key == LANGUAGE_KEY and others and call.turn == 1:
        call.language = others[0]
        return greet(turn, other_languages=False)
    if key == SHOW_NUMBER_KEY and call.number_known:
        call.shows_number = True
    owes = callable_owner(turn, turn.owed_by)
    if owes:
        call.move(RECALLING)
        call.owed_by = owes.key
        return Recall(owes.name, call.language)
    return ring_next_center(turn)


def handle_recall_key(turn: Turn) -> Step:
    """Handle the key of a caller with an open promise: 1 rings the center that owes the return call."""
    key, owes = turn.callback.key_pressed, turn.call.owed_by
    if key == CRISIS_KEY:
        return crisis(turn)
    if not turn.callback.caller_is_there:
        return _end_abandoned(turn)
    return ring_owner(turn, owes) if key == SAME_CENTER_KEY and owes else ring_next_center(turn)


def handle_choice_key(turn: Turn) -> Step:
    """Handle the key of a listing's caller: a return call, the same center again, or the helpline."""
    key, call = _key_named_in_prompt(turn), turn.call
    if key == CRISIS_KEY:
        return crisis(turn)
    if key == LISTING_PROMISE_KEY and call.can_be_called_back and listing_center(turn):
        return _promise(turn, call.only_center)
    if not turn.callback.caller_is_there:
        return _end_abandoned(turn)
    if key == TRY_AGAIN_KEY and call.attempts < MOST_TRIES_OF_A_LISTING and listing_center(turn):
        return ring_listing_center(turn)
    if key == HELPLINE_KEY and turn.helpline_instead:
        return _switch_to_helpline(turn)
    return _end_unserved(turn)


def handle_offer_key(turn: Turn) -> Step:
    """Handle the key of a helpline's caller whom nobody answered: a return call, or a message."""
    key, call = turn.callback.key_pressed, turn.call
    if key == CRISIS_KEY:
        return crisis(turn)
    if key == PROMISE_KEY and call.can_be_called_back:
        return _promise(turn, _choose_owner(turn))
    if not turn.callback.caller_is_there:
        return _end_abandoned(turn)
    if key == MESSAGE_KEY:
        call.move(RECORDING)
        return Message(turn.helpline.name, call.language)
    return _end_unserved(turn)


def handle_message(turn: Turn) -> Step:
    """Store the message. Callers who hang up while they speak leave one too."""
    sid, seconds = turn.callback.get("RecordingSid"), turn.callback.seconds("RecordingDuration")
    if not _RECORDING_SID.fullmatch(sid) or not seconds:
        return _end_unserved(turn) if turn.callback.caller_is_there else _end_abandoned(turn)
    turn.dependencies.keep_message(
        turn.session, turn.call, _choose_owner(turn), Recording(sid, seconds), turn.now
    )
    return _end(turn, VOICEMAIL, Ending("message-kept", turn.call.language))


def crisis(turn: Turn) -> Step:
    """Explain 988 on key 9. The call is never billed and never sent to an advertiser."""
    return _end(turn, CRISIS, Ending("crisis", turn.call.language))


def _promise(turn: Turn, owner: str | None) -> Step:
    call = turn.call
    consent = Consent(call.prompt_words or "", turn.callback.key_pressed, turn.now)
    center = turn.directory.centers[owner] if owner else None
    wording = turn.dependencies.promises.make(turn.session, call, center, consent)
    call.mark_promised()
    if not turn.callback.caller_is_there:
        return _end(turn, PROMISED, GONE)
    return Arrange(
        wording, center.name if center else "", call.language, may_allow_message=True, center=owner
    )


def handle_arrangement_key(turn: Turn) -> Step:
    """Handle the key after a promise: another number, a message allowed, or no return call."""
    key, call = turn.callback.key_pressed, turn.call
    if key == CRISIS_KEY:
        return _end(turn, PROMISED, Ending("crisis", call.language))
    if key == TAKE_BACK_KEY:
        _change_promise(turn, TakeBack())
        return _end(turn, PROMISED, Ending("taken-back", call.language))
    if key == ALLOW_MESSAGE_KEY:
        _change_promise(turn, AllowMessage())
        return _arrange_more(turn, "message-allowed", may_allow_message=False)
    if key == OTHER_NUMBER_KEY and turn.callback.caller_is_there:
        call.move(ENTERING)
        return EnterNumber(call.language)
    return _end(turn, PROMISED, Ending("thank-you", call.language))


def handle_entered_number(turn: Turn) -> Step:
    """Handle another number for the return call. It is stored in the vault and nowhere else.

    An impossible number is asked for again in the same state: in another menu the caller's next digits would be
    choices.
    """
    number = phone.number_from_keys(turn.callback.digits)
    turn.callback = turn.callback.without_digits()
    if number is None or number in turn.directory.known_numbers:
        return _enter_again(turn)
    taken = _change_promise(turn, OtherNumber(number))
    return _arrange_more(turn, "number-taken" if taken else "number-not-called", may_allow_message=True)


def _enter_again(turn: Turn) -> Step:
    if not turn.callback.caller_is_there:
        return _end(turn, PROMISED, GONE)
    turn.call.move(ENTERING)
    return EnterNumber(turn.call.language, again=True)


def _arrange_more(turn: Turn, wording: str, *, may_allow_message: bool) -> Step:
    if not turn.callback.caller_is_there:
        return _end(turn, PROMISED, GONE)
    turn.call.move(ARRANGING)
    return Arrange(wording, "", turn.call.language, may_allow_message)


def _change_promise(turn: Turn, change: PromiseChange) -> bool:
    return turn.dependencies.promises.change(turn.session, turn.call, change, turn.now)


def _choose_owner(turn: Turn) -> str | None:
    """Choose the owner of a return call: the next center in rotation. None: staff must find one."""
    turn.call.attempts += 1
    # A center that was rung in vain may owe it too, but open centers go first.
    closed = closed_seats(turn.directory, turn.helpline, turn.now)
    whoever = replace(routing_request(turn), tried=frozenset(), closed=closed)
    decided = decide_who_owes(turn.session, turn.memory, turn.decision_context(), whoever)
    return decided.center.key if decided.center else None


def _switch_to_helpline(turn: Turn) -> Step:
    """Turn a listing's call into a helpline call, and store the consent: the words and the key press."""
    call, helpline = turn.call, turn.helpline_instead
    call.helpline_consent, call.helpline_consent_at = call.prompt_words, turn.now
    call.route, call.helpline = "helpline", helpline.key if helpline else None
    call.bound_listing, call.only_center = None, ANY_CENTER
    call.spoken_seconds = 0
    return ring_next_center(turn)


def _key_named_in_prompt(turn: Turn) -> str:
    """The key, if the prompt named it: a caller can only consent to what was heard. 988 always works."""
    key = turn.callback.key_pressed
    named = key and re.search(rf"\b(press|presione) {re.escape(key)}(?!\d)", turn.call.prompt_words or "")
    return key if named or key == CRISIS_KEY else ""


def _end_abandoned(turn: Turn) -> Step:
    return _end(turn, ABANDONED, GONE)


def _end_unserved(turn: Turn) -> Step:
    return _end(turn, UNSERVED, Ending("unserved", turn.call.language))


def _end(turn: Turn, outcome: str, last_words: Ending) -> Step:
    turn.call.end(outcome, turn.now)
    return last_words if turn.callback.caller_is_there else GONE
