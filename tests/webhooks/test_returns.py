"""Requests of return calls that cannot be: of a call or a try that there is not, out of order, and again."""

from typing import Any

import pytest

from simulator import check_document
from tests.promises.attempts import begins
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.webhooks.carrier import LEG, FakeCarrier
from webhooks.returns import MOST_RETURN_CALLS

SPOKEN = ("owner", "owner-key", "caller", "caller-key", "caller-last-key", "bridged")
NOTED = ("status", "leg")
HANGS_UP = "<Response><Hangup /></Response>"
KEY_1 = {"CallSid": LEG, "CallStatus": "in-progress", "Digits": "1"}


@pytest.fixture
def promised(world: World) -> PlacedCall:
    """Sunrise owes the return of this call, and is rung for it."""
    call = world.caller().presses("", "1").dials(NATIONAL)
    world.settles()
    assert begins(world, call)
    return call


def stored(world: World) -> list[Any]:
    """Everything but the callbacks as they came."""
    return [world.rows(table) for table in world.counts() if table != "inbox"]


def where(call: str, what: str, number: int = 1) -> str:
    return f"/twilio/return/{call}/{number}/{what}"


@pytest.mark.parametrize("what", SPOKEN)
@pytest.mark.parametrize(
    ("call", "number"), [("CA" + "7" * 32, 1), (None, 2), (None, 0), (None, MOST_RETURN_CALLS)]
)
def test_a_try_that_there_is_not_is_hung_up_and_changes_nothing(
    world: World, promised: PlacedCall, carrier: FakeCarrier, what: str, call: str | None, number: int
) -> None:
    before = stored(world)
    for _ in range(2):
        response = carrier.posts(where(call or promised.sid, what, number), **KEY_1)
        assert (response.status_code, check_document(response.data)) == (200, [])
        assert response.text.endswith(HANGS_UP)
    assert (stored(world), world.watch.failures) == (before, [])


@pytest.mark.parametrize("what", NOTED)
def test_of_a_try_that_there_is_not_nothing_is_noted(
    world: World, promised: PlacedCall, carrier: FakeCarrier, what: str
) -> None:
    before = stored(world)
    for call, number in (("CA" + "7" * 32, 1), (promised.sid, 2)):
        told = {"CallSid": LEG, "CallStatus": "completed", "Digits": None}
        assert carrier.posts(where(call, what, number), **told).status_code == 204
    assert stored(world) == before


def test_a_call_that_was_promised_nothing_is_not_returned(world: World, carrier: FakeCarrier) -> None:
    carrier.posts()
    call = world.rows("call")[0]["sid"]
    assert carrier.posts(where(call, "owner"), **KEY_1).text.endswith(HANGS_UP)


@pytest.mark.parametrize("what", [*SPOKEN, *NOTED])
@pytest.mark.parametrize(
    "place", ["CA1/1", f"{'CA' + 'G' * 32}/1", f"{'ca' + '1' * 32}/1", f"CA{'1' * 32}/x", f"CA{'1' * 32}/-1"]
)
def test_an_address_that_cannot_be_is_not_found(
    world: World, carrier: FakeCarrier, place: str, what: str
) -> None:
    before = world.counts()
    assert carrier.posts(f"/twilio/return/{place}/{what}", **KEY_1).status_code == 404
    assert world.counts() == before


def test_a_number_of_a_try_that_is_too_large_is_not_found(carrier: FakeCarrier, promised: PlacedCall) -> None:
    for number in (MOST_RETURN_CALLS + 1, 10**30):
        assert carrier.posts(where(promised.sid, "owner", number), **KEY_1).status_code == 404


@pytest.mark.parametrize("what", [*SPOKEN, *NOTED])
def test_another_account_is_refused_and_nothing_is_written(
    world: World, promised: PlacedCall, carrier: FakeCarrier, what: str
) -> None:
    before = world.counts()
    other = {**KEY_1, "AccountSid": "AC" + "9" * 32}
    assert carrier.posts(where(promised.sid, what), **other).status_code == 403
    assert world.counts() == before


@pytest.mark.parametrize(("name", "value"), [("Digits", "abc"), ("DialBridged", "yes"), ("CallSid", "CA1")])
def test_a_value_that_cannot_be_is_refused(
    world: World, promised: PlacedCall, carrier: FakeCarrier, name: str, value: str
) -> None:
    before = world.counts()
    for what in (*SPOKEN, *NOTED):
        assert carrier.posts(where(promised.sid, what), **{**KEY_1, name: value}).status_code == 400
    assert world.counts() == before


def test_the_caller_is_in_nobodys_ear_before_the_center_has_pressed_1(
    world: World, promised: PlacedCall, carrier: FakeCarrier
) -> None:
    """Its requests come although nobody was rung."""
    assert carrier.posts(where(promised.sid, "caller"), **KEY_1).text.endswith(HANGS_UP)
    assert promised.promised["attempts"] == 0


def test_agreed_to_without_being_asked_nobody_is_connected(
    world: World, promised: PlacedCall, carrier: FakeCarrier
) -> None:
    assert carrier.posts(where(promised.sid, "caller-key"), **KEY_1).text.endswith(HANGS_UP)
    bridged = {
        "CallSid": LEG,
        "CallStatus": "in-progress",
        "DialCallStatus": "completed",
        "DialBridged": "true",
    }
    carrier.posts(where(promised.sid, "bridged"), **bridged)
    assert "kept" not in {promised.promised["state"], world.rows("return_call")[0]["outcome"]}
    assert promised.is_free


@pytest.mark.parametrize("key", ["", "0", "5", "*", "#"])
def test_a_key_that_means_nothing_is_no_agreement(
    world: World, promised: PlacedCall, carrier: FakeCarrier, key: str
) -> None:
    for what in ("owner", "owner-key"):
        assert carrier.posts(where(promised.sid, what), **{**KEY_1, "Digits": key}).status_code == 200
    assert world.rows("return_call")[0]["taken_at"] is None
    assert promised.promised["attempts"] == 0


def test_again_it_gets_the_same_document_and_the_caller_is_rung_once(
    world: World, promised: PlacedCall, carrier: FakeCarrier
) -> None:
    for what in ("owner", "owner-key"):
        first = carrier.posts(where(promised.sid, what), **KEY_1)
        world.clock.advance(1)
        assert carrier.posts(where(promised.sid, what), **KEY_1).data == first.data
    assert "+13105550188</Number>" in first.text
    assert promised.promised["attempts"] == 1


def test_another_key_that_comes_later_changes_nothing(
    world: World, promised: PlacedCall, carrier: FakeCarrier
) -> None:
    first = carrier.posts(where(promised.sid, "owner-key"), **KEY_1)
    assert carrier.posts(where(promised.sid, "owner-key"), **{**KEY_1, "Digits": "3"}).data == first.data
    assert promised.promised["owner"] == "sunrise-la"
