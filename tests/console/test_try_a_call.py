"""The page Try a call: what is asked of the simulated carrier, what is refused, and watching a call."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

from callrouter.carrier.http_transport import CarrierResponse, Request
from callrouter.carrier.trial_calls import TrialCalls
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

PAGE = "/console/try-a-call"
SID = "CA" + "0" * 32
EVERYBODY_ANSWERS = {f"center-{key}": "answer" for key in ("sunrise-la", "harbor-sd", "meadow-bos")}
FORM = {"number": NATIONAL, "caller": "(310) 555-0188", "presses": "-1", "speed": "0", "seconds": "45"}


class ListeningCarrier:
    """Keeps what is asked of it, and answers that the call begins, or what it was told to answer."""

    def __init__(self) -> None:
        self.asked: list[list[tuple[str, str]]] = []
        self.answer = 201, {"sid": SID}

    def send(self, request: Request) -> CarrierResponse:
        self.asked.append(parse_qsl(request.body.decode(), keep_blank_values=True))
        status, told = self.answer
        return CarrierResponse(status, {}, json.dumps(told).encode())


@pytest.fixture
def carrier() -> ListeningCarrier:
    return ListeningCarrier()


@pytest.fixture
def page(world: World, carrier: ListeningCarrier) -> FlaskClient:
    trial_calls = TrialCalls("AC0", "token", "http://127.0.0.1:1", carrier)
    person = KnownPerson(Role.OPERATIONS)
    return console(world.database, world.vault, world.clock.now, person, trial_calls).test_client()


def posts(page: FlaskClient, **changed: str) -> Any:
    return page.post(PAGE, data=FORM | EVERYBODY_ANSWERS | changed)


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_form_says_who_may_be_rung_and_what_it_costs(page: FlaskClient, world: World) -> None:
    text = plain(page.get(f"{PAGE}?number={NATIONAL.replace('+', '%2B')}").text)
    for key in ("sunrise-la", "harbor-sd", "meadow-bos"):
        assert world.directory.centers[key].name in text
    assert "35.00 USD for a helpline call from 30 s of talk" in text
    assert "turn 1" in text
    assert "is charged and reported" in text


def test_the_carrier_is_told_the_number_the_caller_and_what_everybody_does(
    page: FlaskClient, carrier: ListeningCarrier, world: World
) -> None:
    answer = posts(page, **{"center-harbor-sd": "busy"})
    assert answer.location == f"{PAGE}/{SID}"
    [asked] = carrier.asked
    told = dict(asked)
    assert (told["To"], told["From"], told["Keys"], told["Speed"]) == (NATIONAL, "+13105550188", "-1", "0")
    behaviors = dict(value.split("=") for name, value in asked if name == "Behavior")
    centers = world.directory.centers
    assert behaviors[centers["sunrise-la"].phone] == "answer:45"
    assert behaviors[centers["harbor-sd"].phone] == "busy"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"number": "+15555555555"}, "Choose a number of the directory"),
        ({"caller": "nobody"}, "Write a number as people do"),
        ({"presses": "2; DROP"}, "Write the keys of a telephone"),
        ({"seconds": "-4"}, "Write a number of seconds"),
        ({"speed": "99"}, "Choose how fast"),
        ({"center-harbor-sd": "busy\nanswer"}, "Choose what harbor-sd does"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_nothing_is_placed(
    page: FlaskClient, carrier: ListeningCarrier, changed: dict[str, str], says: str
) -> None:
    answer = posts(page, **changed)
    assert answer.status_code == 400
    assert says in answer.text
    assert "There is a problem" in answer.text
    assert 'value="-1"' in answer.text or "presses" in changed
    assert carrier.asked == []


def test_a_carrier_that_refuses_or_does_not_run_is_named(
    page: FlaskClient, carrier: ListeningCarrier, as_role: OpenConsole
) -> None:
    carrier.answer = 429, {"message": "Too Many Requests"}
    assert "did not place the call: Too Many Requests" in posts(page).text
    silent = posts(as_role(Role.OPERATIONS))
    assert silent.status_code == 400
    assert "no simulated carrier answers at http://127.0.0.1:1" in silent.text


def test_a_call_is_watched_until_it_is_over(page: FlaskClient, world: World) -> None:
    assert "has not arrived yet" in page.get(f"{PAGE}/{SID}").text
    call = world.caller("+13105550188").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.settles()
    text = page.get(f"{PAGE}/{call.sid}", headers={"HX-Request": "true"}).text
    assert "<html" not in text
    assert "data-live" not in text
    assert f"/console/calls/{call.sid}" in text
    assert "heard by the caller" in text
    assert "3105550188" not in text


def test_with_a_real_carrier_there_is_no_such_page(world: World) -> None:
    person = KnownPerson(Role.ADMIN)
    real = console(world.database, world.vault, world.clock.now, person, None).test_client()
    assert real.get(PAGE).status_code == 404
    assert "Try a call" not in real.get("/console/calls").text
