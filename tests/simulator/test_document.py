"""Documents are read as the carrier reads them, and every fault in one is named."""

import pytest
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from simulator import check_document
from simulator.document import BadDocument, read_document
from tests.simulator.scripted_server import response


def test_what_the_sdk_writes_is_valid() -> None:
    written = VoiceResponse()
    written.say("Hello & <welcome>", voice="Polly.Joanna", language="en-US")
    gather = Gather(num_digits=1, timeout=6, action="/next", action_on_empty_result=True)
    gather.say("Presione 1", language="es-MX")
    written.append(gather)
    dial = Dial(action="/dialled", timeout=20, caller_id="+18445610606", answer_on_bridge=False)
    dial.number(
        "+13105550101", url="/whisper", status_callback="/leg", status_callback_event="initiated answered"
    )
    written.append(dial)
    written.record(action="/recorded", max_length=120, play_beep=True, finish_on_key="#")
    written.redirect("/again")
    written.pause(length=1)
    written.hangup()
    assert check_document(str(written)) == []


@pytest.mark.parametrize(
    ("verbs", "fault"),
    [
        ("<Sing/>", "Response/Sing[1]: may not stand in Response"),
        ("<Say><Dial>1</Dial></Say>", "Response/Say[1]/Dial[1]: may not stand in Say"),
        ('<Say tone="high">a</Say>', "Response/Say[1]: has no attribute tone"),
        ('<Say language="xx-YY">a</Say>', "Response/Say[1]: language may not be 'xx-YY'"),
        ('<Say voice="Polly.Nobody">a</Say>', "Response/Say[1]: voice may not be 'Polly.Nobody'"),
        ('<Dial timeout="20s">1</Dial>', "Response/Dial[1]: timeout may not be '20s'"),
        ('<Dial answerOnBridge="yes">1</Dial>', "Response/Dial[1]: answerOnBridge may not be 'yes'"),
        ("<Gather>press 1</Gather>", "Response/Gather[1]: may not hold text"),
        ("<Hangup/>now", "Response: may not hold text"),
        (
            '<Dial><Number statusCallbackEvent="initiated,ringing">1</Number></Dial>',
            "Response/Dial[1]/Number[1]: statusCallbackEvent may not be 'initiated,ringing'",
        ),
    ],
)
def test_a_breach_of_the_grammar_is_named_with_its_place(verbs: str, fault: str) -> None:
    assert check_document(response(verbs)) == [fault]


def test_every_fault_is_named_not_only_the_first() -> None:
    assert len(check_document(response('<Sing/><Say tone="high">a</Say><Dial timeout="x">1</Dial>'))) == 3


def test_languages_within_a_prompt_are_allowed() -> None:
    assert check_document(response('<Say>hi <lang xml:lang="es-MX">hola</lang></Say>')) == []


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", 12100),
        (b"Please hold the line", 12100),
        (response("<Say>a & b</Say>").encode(), 12100),
        (response("<Say>\x0b</Say>").encode(), 12100),
        (b"<Response><Say>", 12100),
        (b"<html/>", 12102),
        (response("<Sing/>").encode(), 12200),
        (response(f"<Say>{'a' * 65_536}</Say>").encode(), 11750),
    ],
)
def test_what_the_carrier_refuses_has_its_number(xml: bytes, code: int) -> None:
    with pytest.raises(BadDocument) as refused:
        read_document(xml)
    assert refused.value.code == code


def test_a_document_of_just_64_kilobytes_is_read() -> None:
    room = 65_536 - len(response("<Say></Say>"))
    assert check_document(response(f"<Say>{'a' * room}</Say>")) == []


def test_text_is_read_with_its_blanks_made_single() -> None:
    document = read_document(response("<Say>\n  Hello,\n  there &amp; you\n</Say>").encode())
    assert document.verbs[0].text == "Hello, there & you"
