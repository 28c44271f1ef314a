"""Beyond the daily limit a second person decides, and nobody is their own second person."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.reveals.model import RevealRequest
from callrouter.staff.roles import Role
from tests.at_once import at_once
from tests.console.revealing import (
    ADA,
    ALICE,
    BOB,
    WHY,
    Act,
    actions,
    acts,
    asks,
    browser,
    looks,
    placed,
    sees,
    shown,
)
from tests.evidence.logs import logs
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import World

LIST = "/console/reveals"
GOOD = "I have seen the letter"


@pytest.fixture
def call(world: World) -> PlacedCall:
    return placed(world, ALICE)


@pytest.fixture
def ada(world: World) -> FlaskClient:
    """Somebody who may see no number alone."""
    return browser(world, alone=0)


@pytest.fixture
def bob(world: World) -> FlaskClient:
    return browser(world, BOB, Role.ADMIN)


def requests(page: FlaskClient, call: PlacedCall) -> str:
    """The address of the request."""
    answer = asks(page, call.sid)
    assert answer.status_code == 303
    location: str = answer.location
    return location


def decides(page: FlaskClient, request: str, decision: str = "approved", why: str = GOOD) -> TestResponse:
    return page.post(request, data={"decision": decision, "reason": why})


def uses(page: FlaskClient, request: str, world: World) -> TestResponse:
    answer = page.post(f"{request}/number")
    logs(world.database)
    return looks(page, answer)


def state(page: FlaskClient, request: str) -> str:
    text = page.get(request).text
    return next(
        word for word in ("waiting", "approved", "declined", "expired", "used") if f'">{word}</span>' in text
    )


def test_the_eleventh_of_a_day_waits_and_is_shown_once_it_is_approved(
    call: PlacedCall, world: World, bob: FlaskClient
) -> None:
    ada = browser(world)
    for _ in range(10):
        sees(ada, world, call.sid)
    request = requests(ada, call)
    assert request == f"{LIST}/requests/1"
    text = bob.get(request).text
    assert all(word in text for word in (ADA, "10 numbers within 24 hours", WHY, call.sid))
    assert f'href="{request}"' in bob.get(LIST).text
    assert decides(bob, request).location == LIST
    assert shown(uses(ada, request, world)) == ALICE
    assert acts(world)[-4:] == [
        Act(ADA, "number requested", call.sid, WHY),
        Act(BOB, "number approved", call.sid, f"request 1 of {ADA}: {GOOD}"),
        Act(ADA, "number asked for", call.sid, f"{WHY} (request 1, approved by {BOB})"),
        Act(ADA, "number shown", call.sid, "as asked for with entry 23"),
    ]
    assert state(bob, request) == "used"


def test_nobody_is_their_own_second_person(ada: FlaskClient, call: PlacedCall, world: World) -> None:
    request = requests(ada, call)
    assert "Approve it" not in ada.get(request).text
    answer = decides(ada, request)
    assert (answer.status_code, "is your own" in answer.text) == (400, True)
    assert state(ada, request) == "waiting"
    assert actions(world) == ["number requested"]


def test_the_database_allows_no_decision_by_the_same_person(
    ada: FlaskClient, call: PlacedCall, world: World
) -> None:
    requests(ada, call)
    decided = {
        "decision": "approved",
        "decided_at": world.clock.now(),
        "decided_by": ADA,
        "decision_reason": "x",
    }
    with (
        pytest.raises(sa.exc.IntegrityError, match="second_person"),
        world.database.engine.begin() as connection,
    ):
        connection.execute(sa.update(RevealRequest).values(decided))


def test_a_request_shows_nothing_before_it_is_approved_nor_after_it_is_declined(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    assert ada.post(f"{request}/number").status_code == 400
    decides(bob, request, "declined", "the letter has no signature")
    assert ada.post(f"{request}/number").status_code == 400
    assert "the letter has no signature" in ada.get(request).text
    assert world.rows("number_reveal") == []
    assert actions(world) == ["number requested", "number declined"]


def test_an_approval_is_of_no_use_to_another_person(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    decides(bob, request)
    for other in (bob, browser(world, "cleo")):
        answer = other.post(f"{request}/number")
        assert (answer.status_code, "another person" in answer.text) == (400, True)


def test_an_approval_is_used_once_and_within_an_hour(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    decides(bob, request)
    assert shown(uses(ada, request, world)) == ALICE
    assert ada.post(f"{request}/number").status_code == 400
    world.passes(seconds=10)
    late = requests(ada, call)
    assert late != request
    decides(bob, late)
    world.passes(seconds=3599)
    assert state(ada, late) == "approved"
    world.passes(seconds=1)
    assert state(ada, late) == "expired"
    assert ada.post(f"{late}/number").status_code == 400


def test_a_request_expires_after_a_day(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    world.passes(hours=24)
    assert state(bob, request) == "expired"
    answer = decides(bob, request)
    assert (answer.status_code, "has expired" in answer.text) == (400, True)
    assert requests(ada, call) != request


def test_an_approval_that_the_log_did_not_have_in_time_can_be_used_again(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    decides(bob, request)
    answer = ada.post(f"{request}/number")
    world.passes(seconds=10)
    assert shown(looks(ada, answer)) is None
    assert shown(uses(ada, request, world)) == ALICE


def test_a_request_is_decided_once(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    people = [bob, browser(world, "cleo")]
    answers = at_once(
        world.database,
        "SELECT 1 FROM reveal_request FOR UPDATE",
        *(
            partial(decides, page, request, what)
            for page, what in zip(people, ("approved", "declined"), strict=True)
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 400]
    assert len([each for each in actions(world) if each != "number requested"]) == 1


def test_of_two_uses_at_the_same_moment_both_get_the_same_entry(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    decides(bob, request)
    ada.get(request)
    cookie = ada.get_cookie("callrouter_console", path="/console")
    assert cookie
    tabs = [browser(world, alone=0) for _ in range(2)]
    for tab in tabs:
        tab.set_cookie("callrouter_console", cookie.value, path="/console")
    lock = "LOCK TABLE number_reveal IN ACCESS EXCLUSIVE MODE"
    answers = at_once(world.database, lock, *(partial(tab.post, f"{request}/number") for tab in tabs))
    assert len({answer.location for answer in answers}) == 1
    assert len(world.rows("number_reveal")) == 1


def test_a_decision_needs_a_reason_and_is_one_of_two(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall
) -> None:
    request = requests(ada, call)
    for decision, why in (("approved", ""), ("declined", " "), ("later", GOOD), ("", GOOD)):
        assert decides(bob, request, decision, why).status_code == 400
    assert state(bob, request) == "waiting"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATIONS, Role.BILLING, Role.PARTNER])
def test_who_has_no_right_sees_and_decides_nothing(
    ada: FlaskClient, call: PlacedCall, world: World, role: Role
) -> None:
    request, other = requests(ada, call), browser(world, BOB, role)
    assert {other.get(there).status_code for there in (LIST, request)} == {403}
    assert {decides(other, request).status_code, other.post(f"{request}/number").status_code} == {403}


def test_the_same_number_is_not_asked_for_twice(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    assert requests(ada, call) == request
    decides(bob, request)
    assert requests(ada, call) == request
    assert actions(world).count("number requested") == 1


def test_nobody_sees_more_than_thirty_a_day_whoever_approves(
    call: PlacedCall, world: World, bob: FlaskClient
) -> None:
    ada = browser(world)
    for _ in range(10):
        sees(ada, world, call.sid)
    for _ in range(20):
        request = requests(ada, call)
        decides(bob, request)
        assert shown(uses(ada, request, world)) == ALICE
    answer = asks(ada, call.sid)
    assert (answer.status_code, "nobody may see more" in answer.text) == (400, True)
    assert "Nobody may see more than 30" in ada.get(f"/console/calls/{call.sid}/number").text
    assert actions(world).count("number shown") == 30


def test_an_erased_number_is_not_requested_and_an_approval_shows_nothing_of_it(
    ada: FlaskClient, bob: FlaskClient, call: PlacedCall, world: World
) -> None:
    request = requests(ada, call)
    decides(bob, request)
    world.erases(ALICE)
    answer = ada.post(f"{request}/number")
    assert (answer.status_code, "erased on request" in answer.text) == (400, True)
    assert world.rows("number_reveal") == []


def test_a_request_tells_staff_by_an_alert_without_a_word_of_the_caller(
    ada: FlaskClient, call: PlacedCall, world: World
) -> None:
    requests(ada, call)
    world.settles()
    [alert] = world.rows("alert", what="reveal-waits")
    assert alert["call"] == call.sid
    assert ALICE[2:] not in str(alert)


def test_an_empty_list_says_what_would_be_there(bob: FlaskClient) -> None:
    text = bob.get(LIST).text
    assert "Nobody waits for a second person" in text
    assert "You have seen 0 numbers within 24 hours" in text
