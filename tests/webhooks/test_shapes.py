"""A request that is signed and malformed is answered 400 and nothing is written; one that is odd is inert."""

import pytest

from callrouter.carrier.signature import sign
from tests.scenarios.world import ACCOUNT, ORIGIN, World
from tests.webhooks.carrier import INCOMING, LEG, FakeCarrier

FIELDS = list(INCOMING.items())


def is_refused(world: World, carrier: FakeCarrier, fields: list[tuple[str, str]], path: str) -> bool:
    before = world.counts()
    response = carrier.posts_fields(fields, path)
    return response.status_code == 400 and world.counts() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", ""),
        ("CallSid", "CA" + "1" * 31),
        ("CallSid", "CA" + "G" * 32),
        ("CallSid", "CA" + "1" * 32 + "\n"),
        ("CallSid", "AC" + "1" * 32),
        ("ParentCallSid", "x"),
        ("DialCallSid", "CA"),
        ("RecordingSid", "RE../../x"),
        ("CallStatus", "In Progress"),
        ("CallStatus", "x" * 21),
        ("DialBridged", "True"),
        ("Digits", "abc"),
        ("Digits", "1" * 33),
        ("CallDuration", "1.5"),
        ("CallDuration", "٣"),
        ("DialCallDuration", "9" * 10),
        ("RecordingDuration", "1e3"),
        ("SequenceNumber", "0x1"),
        ("To", "+1\n844"),
        ("From", "a" * 257),
        ("CallerName", "a\x00b"),
        ("Anything", "\x00"),
    ],
)
def test_a_value_that_cannot_be_is_refused(world: World, carrier: FakeCarrier, name: str, value: str) -> None:
    for path in ("/twilio/voice", "/twilio/status", "/twilio/dialled/1"):
        assert is_refused(world, carrier, list({**INCOMING, name: value}.items()), path)


@pytest.mark.parametrize("name", ["CallSid", "AccountSid", "Digits", "From", "CallerName"])
def test_a_repeated_field_is_refused(world: World, carrier: FakeCarrier, name: str) -> None:
    twice = (
        [*FIELDS, (name, INCOMING.get(name, ""))] if name in INCOMING else [*FIELDS, (name, "1"), (name, "2")]
    )
    assert is_refused(world, carrier, twice, "/twilio/voice")


def test_a_field_cannot_take_the_end_of_another(world: World, carrier: FakeCarrier) -> None:
    """`a=bc` signs like `ab=c`: a request that was cut elsewhere keeps its signature."""
    name, value = "CallStatus", INCOMING["CallStatus"]
    moved = {**INCOMING, f"{name}{value}": ""}
    del moved[name]
    headers = {"X-Twilio-Signature": sign(ACCOUNT.token, f"{ORIGIN}/twilio/voice", FIELDS)}
    response = carrier.client.post("/twilio/voice", data=moved, headers=headers)
    assert response.status_code == 200
    assert [row["caller"] for row in world.rows("call")] == ["+1 310 ••• ••88"]


@pytest.mark.parametrize(
    ("merged", "gone"),
    [
        ({"AccountSid" + ACCOUNT.sid: ""}, "AccountSid"),
        ({"AccountSi": "d" + ACCOUNT.sid}, "AccountSid"),
        ({"CallSid" + INCOMING["CallSid"]: ""}, "CallSid"),
        ({"CallSi": "d" + INCOMING["CallSid"]}, "CallSid"),
    ],
)
def test_merged_fields_that_we_need_are_refused(
    world: World, carrier: FakeCarrier, merged: dict[str, str], gone: str
) -> None:
    before = world.counts()
    fields = {**INCOMING, **merged}
    del fields[gone]
    headers = {"X-Twilio-Signature": sign(ACCOUNT.token, f"{ORIGIN}/twilio/voice", FIELDS)}
    response = carrier.client.post("/twilio/voice", data=fields, headers=headers)
    assert response.status_code in {400, 403}
    assert world.counts() == before


def test_two_fields_merged_into_one_value_are_refused_where_it_cannot_be(
    world: World, carrier: FakeCarrier
) -> None:
    """`DialBridged=true` and what follows it in the signature, sent as one value."""
    rightly = {**INCOMING, "DialBridged": "true", "DialCallDuration": "90", "DialCallStatus": "completed"}
    merged = {**INCOMING, "DialBridged": "trueDialCallDuration90DialCallStatuscompleted"}
    path = "/twilio/dialled/1"
    headers = {"X-Twilio-Signature": sign(ACCOUNT.token, ORIGIN + path, list(rightly.items()))}
    assert carrier.client.post(path, data=merged, headers=headers).status_code == 400
    assert world.rows("inbox") == []


def test_an_extra_empty_field_is_inert(world: World, carrier: FakeCarrier) -> None:
    """It changes no signature, so anybody can add one to a request that was seen."""
    first = carrier.posts()
    headers = {"X-Twilio-Signature": sign(ACCOUNT.token, f"{ORIGIN}/twilio/voice", FIELDS)}
    again = carrier.client.post("/twilio/voice", data={**INCOMING, "": ""}, headers=headers)
    assert (again.status_code, again.data) == (200, first.data)
    assert len(world.rows("inbox")) == 1


def test_fields_that_nobody_knows_are_no_fault(carrier: FakeCarrier) -> None:
    assert carrier.posts(NewOfThisYear="yes", **{"Sonderzeichen äöü": "ß"}).status_code == 200


def test_too_many_fields_are_refused(world: World, carrier: FakeCarrier) -> None:
    many = [*FIELDS, *((f"F{number}", "x") for number in range(300))]
    assert is_refused(world, carrier, many, "/twilio/voice")


def test_an_oversized_body_is_refused(world: World, carrier: FakeCarrier) -> None:
    assert is_refused(world, carrier, [*FIELDS, ("Padding", "x" * 70_000)], "/twilio/voice")


def test_a_body_without_end_is_not_read_into_memory(world: World, carrier: FakeCarrier) -> None:
    before = world.counts()
    response = carrier.sends("/twilio/voice", b"a=" + b"x" * 5_000_000, {"X-Twilio-Signature": "x"})
    assert response.status_code in {400, 403, 413}
    assert world.counts() == before


@pytest.mark.parametrize("body", [b"", b"&&&", b"=", b"%", b"\xff\xfe", b"a", b"CallSid"])
def test_a_body_that_is_no_form_is_refused(world: World, carrier: FakeCarrier, body: bytes) -> None:
    before = world.counts()
    assert carrier.sends("/twilio/voice", body, {"X-Twilio-Signature": "x"}).status_code == 403
    assert world.counts() == before


def test_a_call_with_a_parent_of_its_own_is_one_call(world: World, carrier: FakeCarrier) -> None:
    """An incoming call may name a parent; its legs name the call itself as theirs."""
    carrier.posts(ParentCallSid="CA" + "7" * 32)
    carrier.posts("/twilio/menu/1", CallStatus="in-progress", ParentCallSid="CA" + "7" * 32)
    whispered = carrier.posts("/twilio/whisper/1", CallSid=LEG, ParentCallSid=INCOMING["CallSid"])
    assert [row["sid"] for row in world.rows("call")] == [INCOMING["CallSid"]]
    assert "To take the call, press 1." in whispered.text


def test_a_recording_is_named_and_its_address_is_not_looked_at(world: World, carrier: FakeCarrier) -> None:
    told = {"RecordingSid": "RE" + "3" * 32, "RecordingDuration": "9", "CallStatus": "in-progress"}
    carrier.posts()
    world.clock.advance(1)
    carrier.posts("/twilio/recorded/1", **told, RecordingUrl="https://evil.example/x")
    stored = "".join(str(row) for table in world.counts() for row in world.rows(table))
    assert "evil.example" not in stored
