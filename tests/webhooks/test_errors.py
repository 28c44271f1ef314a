"""Whatever goes wrong of ours, the caller hears words: valid TwiML with status 200, and never a server's error."""

from dataclasses import replace
from typing import Any

import pytest

from simulator import check_document
from tests.owner import as_owner
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World
from tests.webhooks.carrier import CALL, LEG, FakeCarrier, routes

SPEAKING = (
    "voice",
    "fallback",
    "menu/1",
    "recalled/1",
    "dialled/1",
    "chosen/1",
    "offered/1",
    "arranged/1",
    "entered/1",
    "recorded/1",
)
AFTER_LAST_WORDS = "proof/1"
ASKED_BY_THE_LEG = ("whisper/1", "taken/1")
NOTING = ("status", "leg/1", "recording")
RETURN = f"return/{CALL}/1"
OF_A_RETURN_CALL = tuple(
    f"{RETURN}/{what}"
    for what in (
        *("owner", "owner-key", "caller", "caller-key", "caller-key-again", "caller-last-key"),
        "bridged",
    )
)
NOTING_OF_A_RETURN_CALL = (f"{RETURN}/status", f"{RETURN}/leg")


def hides(world: World, table: str) -> None:
    """The table is gone, as after half a migration."""
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" RENAME TO hidden')


def finds_again(world: World, table: str) -> None:
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(f'ALTER TABLE hidden RENAME TO "{table}"')


@pytest.mark.parametrize("table", ["call", "inbox"])
@pytest.mark.parametrize("path", SPEAKING)
def test_a_route_that_speaks_speaks_when_the_database_is_broken(
    world: World, carrier: FakeCarrier, path: str, table: str
) -> None:
    hides(world, table)
    response = carrier.posts(f"/twilio/{path}", CallStatus="in-progress")
    assert (response.status_code, response.mimetype) == (200, "text/xml")
    assert check_document(response.data) == []
    assert "SAMHSA" in response.text
    assert world.watch.failures == [path.partition("/")[0]]


@pytest.mark.parametrize("table", ["call", "inbox"])
def test_a_caller_who_has_heard_the_last_words_hears_a_goodbye(
    world: World, carrier: FakeCarrier, table: str
) -> None:
    hides(world, table)
    response = carrier.posts(f"/twilio/{AFTER_LAST_WORDS}", CallStatus="in-progress", Digits="4")
    assert (response.status_code, check_document(response.data)) == (200, [])
    assert "The call has ended. Goodbye." in response.text
    assert world.watch.failures == ["proof"]


@pytest.mark.parametrize("table", ["call", "inbox"])
@pytest.mark.parametrize("path", ASKED_BY_THE_LEG)
def test_a_center_hears_nothing_of_what_is_broken_and_its_caller_goes_on(
    world: World, carrier: FakeCarrier, path: str, table: str
) -> None:
    hides(world, table)
    response = carrier.posts(f"/twilio/{path}", CallStatus="in-progress")
    assert (response.status_code, check_document(response.data)) == (200, [])
    assert response.text.endswith("<Response><Hangup /></Response>")
    assert world.watch.failures == [path.partition("/")[0]]


@pytest.mark.parametrize("table", ["promise", "return_call", "inbox"])
@pytest.mark.parametrize("path", OF_A_RETURN_CALL)
def test_whoever_is_called_back_hears_nothing_of_what_is_broken(
    world: World, carrier: FakeCarrier, path: str, table: str
) -> None:
    hides(world, table)
    response = carrier.posts(f"/twilio/{path}", CallSid=LEG, CallStatus="in-progress")
    assert (response.status_code, check_document(response.data)) == (200, [])
    assert response.text.endswith("<Response><Hangup /></Response>")
    assert world.watch.failures == [f"return-{path.rpartition('/')[2]}"]


@pytest.mark.parametrize("path", [*NOTING, *NOTING_OF_A_RETURN_CALL])
def test_a_route_that_notes_asks_to_be_told_again(world: World, carrier: FakeCarrier, path: str) -> None:
    hides(world, "inbox")
    assert carrier.posts(f"/twilio/{path}", CallStatus="completed").status_code == 500


def test_these_are_all_routes(world: World) -> None:
    paths = {path.removeprefix("/twilio/") for _, path in routes(world)}
    others = {AFTER_LAST_WORDS, *ASKED_BY_THE_LEG, *NOTING, *OF_A_RETURN_CALL, *NOTING_OF_A_RETURN_CALL}
    assert paths == {*SPEAKING, *others}


def test_what_failed_is_done_when_it_is_asked_again(world: World, carrier: FakeCarrier) -> None:
    hides(world, "inbox")
    assert "Nobody could take your call" in carrier.posts().text
    assert world.rows("call") == world.rows("sealed_number") == []
    finds_again(world, "inbox")
    assert "Thank you for calling" in carrier.posts().text


def test_an_error_while_words_are_sought_is_told_in_words(database_url: str) -> None:
    world = World(database_url)
    real, asked = world.dependencies.render, []

    def breaks_once(step: Any, number: int, wordings: Any) -> Any:
        asked.append(step)
        if len(asked) == 1:
            raise RuntimeError("no words")
        return real(step, number, wordings)

    world.dependencies = replace(world.dependencies, render=breaks_once)
    world.opens_its_door()
    response = FakeCarrier(world).posts()
    assert (response.status_code, check_document(response.data)) == (200, [])
    assert world.rows("call") == []
    world.closes()


def test_no_cookie_is_set_and_nobody_is_sent_elsewhere(world: World, carrier: FakeCarrier) -> None:
    for _, path in routes(world):
        for tried in (path, path + "/", "/" + path, path.replace("/twilio", "/twilio/")):
            response = carrier.posts(tried, CallStatus="in-progress")
            assert "Set-Cookie" not in response.headers
            assert response.status_code in {200, 204, 400, 403, 404}


@pytest.mark.parametrize("path", ["/twilio/menu/x", "/twilio/menu/-1", "/twilio/nothing", "/twilio/voice/1"])
def test_an_address_that_there_is_not_is_not_found(carrier: FakeCarrier, path: str) -> None:
    assert carrier.posts(path).status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "99", "9" * 30])
def test_a_document_that_was_never_given_is_answered_with_the_one_that_stands(
    world: World, carrier: FakeCarrier, number: str
) -> None:
    greeting = carrier.posts().data
    response = carrier.posts(f"/twilio/menu/{number}", CallStatus="in-progress")
    assert (response.status_code, response.data) == (200, greeting)
    assert [row["turn"] for row in world.rows("call", sid=CALL)] == [1]


def test_a_callback_out_of_place_ends_in_words(carrier: FakeCarrier) -> None:
    """The end of a dialing for a call that is in its greeting."""
    carrier.posts()
    response = carrier.posts("/twilio/dialled/1", CallStatus="in-progress", DialCallStatus="completed")
    assert check_document(response.data) == []
    assert "Nobody could take your call" in response.text


def test_a_callers_name_that_is_hostile_is_not_spoken_and_not_stored(
    world: World, carrier: FakeCarrier
) -> None:
    hostile = "</Say><Dial>+15550100</Dial>"
    response = carrier.posts(CallerName=hostile, FromCity=hostile, StirVerstat=hostile)
    assert "15550100" not in response.text
    assert [row["dialled"] for row in world.rows("call")] == [NATIONAL]
