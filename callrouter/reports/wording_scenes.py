"""Where each wording is heard: in which states of a call, on which routes, by whom, and in which document. *Pure.*"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callrouter.calls.states import (
    ARRANGING,
    CHOOSING,
    ENDED,
    ENTERING,
    GREETING,
    OFFERING,
    RECALLING,
    RECORDING,
    RINGING,
)
from callrouter.calls.steps import (
    Arrange,
    Choices,
    Ending,
    EnterNumber,
    Greeting,
    Message,
    Offer,
    Recall,
    Ring,
    Step,
    TellCode,
    Whisper,
)
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.promises.return_calls.steps import (
    AskCaller,
    AskOwner,
    ConfirmDoNotCall,
    Connect,
    Goodbye,
    ReturnCallId,
    ReturnStep,
    RingCaller,
)
from callrouter.wordings.text_rules import SAMPLE_NAMES

HELPLINE, LISTING, RETURN_CALL, OTHER = "helpline", "listing", "return call", "no route"
ROUTES = (HELPLINE, LISTING, RETURN_CALL, OTHER)
CALLER, CENTER, ANYBODY = "the caller", "the center", "whoever picks up at the caller's"
BOTH = "the caller and the center"

_CENTER, _HELPLINE = SAMPLE_NAMES["center"], SAMPLE_NAMES["helpline"]
_OURS, _THEIRS = "+18445610606", "+13105550101"
SAMPLE_CALL = "CA" + "0" * 32
SAMPLE_CODES = ProofCodes(b"of nobody")
_RETURN_CALL = ReturnCallId(SAMPLE_CALL, 1)

Document = Callable[[str, str], Step | ReturnStep]
"""(key, language) -> the step whose document speaks the wording"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment of a call, and the wordings that are spoken then. A return call has no state of a call."""

    moment: str
    states: tuple[str, ...]
    routes: tuple[str, ...]
    listener: str
    keys: tuple[str, ...]
    document: Document


def _greeting(key: str, language: str) -> Step:
    # The other language is offered in that language, after the greeting in the first one.
    if key == "press-language":
        return Greeting(_HELPLINE, "es" if language == "en" else "en", (language,), may_show_number=True)
    return Greeting(_HELPLINE, language, (), may_show_number=True)


def _ring(key: str, language: str) -> Step:
    return Ring(key, "sunrise-la", _CENTER, language, 1, _THEIRS, _OURS, 20, True)


def _choices(key: str, language: str) -> Step:
    why = key if key in ("lines-busy", "not-available") else "did-not-answer"
    return Choices(_CENTER, language, why, try_again=True, promise=True, helpline=_HELPLINE)


def _arrange(key: str, language: str) -> Step:
    of_the_menu = key.startswith(("press-", "or-"))
    return Arrange("promised" if of_the_menu else key, _CENTER, language, may_allow_message=True)


SCENES = (
    Scene(
        "the greeting, before a center is rung",
        (GREETING,),
        (HELPLINE,),
        CALLER,
        ("greeting", "press-language", "press-crisis", "press-show-number", "or-stay"),
        _greeting,
    ),
    Scene(
        "the caller, who was promised a return call, calls again",
        (RECALLING,),
        (HELPLINE,),
        CALLER,
        ("recall", "press-same-center"),
        lambda key, language: Recall(_CENTER, language),
    ),
    Scene("before a center of the rotation is rung", (RINGING,), (HELPLINE,), CALLER, ("connecting",), _ring),
    Scene("before the listing's center is rung", (RINGING,), (LISTING,), CALLER, ("listing",), _ring),
    Scene(
        "a center that screens has picked up",
        (RINGING,),
        (HELPLINE, LISTING),
        CENTER,
        ("whisper",),
        lambda key, language: Whisper(1, language),
    ),
    Scene(
        "the listing's center was not reached",
        (CHOOSING,),
        (LISTING,),
        CALLER,
        (
            "did-not-answer",
            "lines-busy",
            "not-available",
            "press-try-again",
            "press-listing-promise",
            "press-helpline",
        ),
        _choices,
    ),
    Scene(
        "nobody of the helpline took the call",
        (OFFERING,),
        (HELPLINE,),
        CALLER,
        ("offer", "press-promise", "press-message", "national-lines"),
        lambda key, language: Offer(_HELPLINE, language, promise=True),
    ),
    Scene(
        "a return call was promised",
        (ARRANGING,),
        (HELPLINE, LISTING),
        CALLER,
        (
            "promised",
            "promised-by-day",
            "promised-later",
            "promised-by-helpline",
            "number-taken",
            "number-not-called",
            "message-allowed",
            "press-other-number",
            "press-allow-message",
            "press-take-back",
            "or-hang-up",
        ),
        _arrange,
    ),
    Scene(
        "the caller enters another number",
        (ENTERING,),
        (HELPLINE, LISTING),
        CALLER,
        ("enter-number", "number-not-understood"),
        lambda key, language: EnterNumber(language, again=key == "number-not-understood"),
    ),
    Scene(
        "the caller leaves a message",
        (RECORDING,),
        (HELPLINE,),
        CALLER,
        ("message",),
        lambda key, language: Message(_HELPLINE, language),
    ),
    Scene(
        "the end of a call",
        (ENDED,),
        (HELPLINE, LISTING),
        CALLER,
        ("thank-you", "taken-back", "promise-stands", "message-kept", "crisis", "unserved"),
        Ending,
    ),
    Scene(
        "the end of a call that no line of ours takes",
        (ENDED,),
        (OTHER,),
        CALLER,
        ("no-such-number", "loop"),
        Ending,
    ),
    Scene(
        "the end of a call, or of a return call",
        (ENDED,),
        (HELPLINE, LISTING, RETURN_CALL),
        BOTH,
        ("goodbye",),
        Ending,
    ),
    Scene(
        "last words, before or after which a proof is offered",
        (ENDED,),
        (HELPLINE, LISTING),
        CALLER,
        ("press-proof",),
        lambda key, language: Ending("goodbye", language, offers_proof=True),
    ),
    Scene(
        "the caller has asked for the code of a proof",
        (ENDED,),
        (HELPLINE, LISTING, RETURN_CALL),
        CALLER,
        ("proof-code", "proof-code-again", "proof-how"),
        lambda key, language: TellCode(language, SAMPLE_CODES.key_id),
    ),
    Scene(
        "the center is asked to take a return call",
        (),
        (RETURN_CALL,),
        CENTER,
        ("return-ask", "press-take", "press-later", "press-hand-on"),
        lambda key, language: AskOwner(_RETURN_CALL, _HELPLINE, language, may_reassign=True),
    ),
    Scene(
        "the center waits while the caller is rung",
        (),
        (RETURN_CALL,),
        CENTER,
        ("return-ringing",),
        lambda key, language: RingCaller(_RETURN_CALL, _OURS, language),
    ),
    Scene(
        "the end of a return call at the center",
        (),
        (RETURN_CALL,),
        CENTER,
        (
            "return-later",
            "return-handed-on",
            "return-withdrawn",
            "return-not-now",
            "return-calling-us",
            "return-not-reached",
        ),
        Goodbye,
    ),
    Scene(
        "somebody picks up at the caller's",
        (),
        (RETURN_CALL,),
        ANYBODY,
        (
            "return-hello",
            "press-agree",
            "press-decline",
            "press-stop",
            "press-return-proof",
            "return-message",
        ),
        lambda key, language: AskCaller(_RETURN_CALL, language, leave_message=True),
    ),
    Scene(
        "the caller has agreed to the return call",
        (),
        (RETURN_CALL,),
        CALLER,
        ("returning",),
        lambda key, language: Connect("sunrise-la", _CENTER, language),
    ),
    Scene(
        "the caller wants no more calls",
        (),
        (RETURN_CALL,),
        ANYBODY,
        ("return-stopped", "press-forget"),
        lambda key, language: ConfirmDoNotCall(_RETURN_CALL, language),
    ),
    Scene(
        "the end of a return call at the caller's",
        (),
        (RETURN_CALL,),
        ANYBODY,
        ("return-declined", "forgotten"),
        Goodbye,
    ),
)
"""in the order in which a call goes on"""

SCENE_OF: Mapping[str, Scene] = {key: scene for scene in SCENES for key in scene.keys}
"""the first scene of each wording; some are heard again in the menus that follow (`ALSO_IN`)"""
ALSO_IN: Mapping[str, tuple[str, ...]] = {
    "press-crisis": (CHOOSING,),
    "or-stay": (RECALLING,),
}
"""further states in which a wording is heard"""


def states_of(key: str) -> tuple[str, ...]:
    """All states of a call in which a wording is heard."""
    return (*SCENE_OF[key].states, *ALSO_IN.get(key, ()))


def place_in_words(key: str) -> str:
    """Where a wording is heard, as one line."""
    scene, states = SCENE_OF[key], ", ".join(states_of(key)) or "of no call"
    routes = ", ".join(routes_of(key))
    return f"heard by {scene.listener}: {scene.moment} (states: {states}; routes: {routes})"


def routes_of(key: str) -> tuple[str, ...]:
    """All routes on which a wording is heard."""
    extra = (LISTING,) if key == "press-crisis" else ()
    return (*SCENE_OF[key].routes, *extra)
