"""A call is told in words that a stranger understands, and without the caller's number."""

from dataclasses import dataclass

import pytest

from simulator import Caller, Faults, VoiceMessage, transcript
from simulator.event_text import EVENT_TEXTS, duration_text, event_text
from simulator.events import CallEvent
from tests.simulator.ringing import rings
from tests.simulator.scripted_server import response
from tests.simulator.simulation import CALLER, HELPLINE, SUNRISE, Played, play

NAMES = {SUNRISE: "Sunrise Los Angeles"}


def told(played: Played) -> str:
    return "\n".join(transcript(played.call, NAMES))


def test_an_answered_call_is_told_from_dialling_to_its_end() -> None:
    played = rings("answer:90")
    assert list(transcript(played.call, NAMES)) == [
        f"call {played.call.sid}: +1 310 ••• ••88 dials {HELPLINE}",
        "  0:00  our server is asked: /twilio/voice (incoming call)",
        "  0:00    caller hears: “Connecting you.”",
        f"  0:01    rings Sunrise Los Angeles at {SUNRISE} (shown: {HELPLINE})",
        "  0:07    Sunrise Los Angeles picks up after 6 s",
        "  0:07    (for the center: /twilio/whisper)",
        "  0:07    center hears: “A call. Press 1.”",
        "  0:10    center presses 1",
        "  0:10    (for the center: /twilio/screened)",
        "  0:10    caller and Sunrise Los Angeles are connected",
        "  1:40    Sunrise Los Angeles was on the line for 1 min 33 s",
        "  1:40  our server is asked: /twilio/dialled (end of dialling)",
        "  1:40    caller hears: “Goodbye.”",
        "  1:40    the call is ended by our server",
        "the call is over, after 1 min 40 s",
    ]


@pytest.mark.parametrize(
    ("behavior", "words"),
    [
        ("no-answer", "nobody answers within 25 s"),
        ("busy", "the line is busy"),
        ("failed", "the number cannot be reached"),
        ("voicemail", "Sunrise Los Angeles does not take the call"),
        ("left:8", "the ringing stops after 8 s, because the caller has left"),
        ("left:8", "the caller hangs up"),
        (
            "left:8",
            "(/twilio/dialled is told that; nobody is on the line, so nothing follows from its answer)",
        ),
    ],
)
def test_what_happens_at_a_center_is_told(behavior: str, words: str) -> None:
    assert words in told(rings(behavior))


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        ('<Say language="es-MX">Hola.</Say>', "caller hears [es-MX]: “Hola.”"),
        ("<Play>/hold.mp3</Play>", "caller hears: (/hold.mp3 is played)"),
        ('<Pause length="3"/>', "silence for 3 s"),
        ('<Gather numDigits="1"/>', "caller presses nothing"),
        ('<Record action="/twilio/next"/>', "caller leaves a message of 12 s (ended by #)"),
        ('<Reject reason="busy"/>', "the call is refused without being answered (busy)"),
        ('<Reject reason="busy"/>', "the call is over; it was refused as busy"),
        ("<Reject/>", "the call is over; it was never answered"),
        ("<Sing/>", "carrier's error 12200 at /twilio/voice: Response/Sing[1]: may not stand in Response"),
        ("<Sing/>", "the carrier gives up and ends the call"),
    ],
)
def test_what_a_document_does_is_told(verbs: str, words: str) -> None:
    bad = response("<Sing/>")
    assert words in told(
        play({"/twilio/voice": response(verbs), "/twilio/next": response(), "/twilio/fallback": bad})
    )


def test_saying_nothing_after_the_tone_is_told() -> None:
    played = play({"/twilio/voice": response("<Record/>")}, Caller(message=VoiceMessage(0.0)))
    assert "caller says nothing after the tone" in told(played)


def test_an_answer_that_changed_is_told() -> None:
    documents = {"/twilio/voice": [response(), response("<Hangup/>")]}
    words = "/twilio/voice (incoming call) was asked again and answered differently"
    assert words in told(play(documents, faults=Faults(repeat=2)))


@pytest.mark.parametrize(
    "read_out",
    ["+13105550188", "1 310 555 0188", "(310) 555-0188", "3 1 0, 5 5 5, 0 1 8 8", "3.1.0.5.5.5.0.1.8.8"],
)
def test_the_callers_number_is_told_nowhere(read_out: str) -> None:
    voice = f'<Say>Shall we call {read_out}?</Say><Dial callerId="{CALLER}">{SUNRISE}</Dial>'
    words = told(rings("answer:9", voice=voice))
    assert "Shall we call +1 310 ••• ••88?" in words
    assert "(shown: +1 310 ••• ••88)" in words
    assert CALLER not in words


def test_a_center_without_a_name_is_told_by_its_number() -> None:
    assert f"rings {SUNRISE} (shown" in "\n".join(transcript(rings("busy").call))


def test_a_caller_without_a_number_hides_nothing() -> None:
    played = play({"/twilio/voice": response("<Say>Dial 988.</Say>")}, Caller("anonymous"))
    assert "withheld dials" in told(played)
    assert "“Dial 988.”" in told(played)


def test_a_length_is_told_in_seconds_and_minutes() -> None:
    assert (duration_text(45.4), duration_text(125)) == ("45 s", "2 min 5 s")


def test_every_happening_has_words() -> None:
    @dataclass
    class Unknown:
        pass

    with pytest.raises(KeyError):
        event_text(Unknown(), {})  # type: ignore[arg-type]
    assert set(EVENT_TEXTS) == set(CallEvent.__args__)
