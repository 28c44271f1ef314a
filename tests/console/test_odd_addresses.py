"""Whatever somebody writes into an address, the answer is a page or says what is wrong. Nothing fails."""

import re
from functools import partial
from typing import Any, ClassVar

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict

from callrouter.staff.roles import Role, may
from console.access import requirement
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.console.test_access import SOME
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World

HUGE, LONG = "9" * 30, "9" * 5000
ODD_NUMBERS = ("0", str(2**31 - 1), str(2**31), HUGE)
EAST, WEST = "Pacific/Kiritimati", "America/Los_Angeles"
ODD = (
    ("", WEST),
    (HUGE, WEST),
    (LONG, WEST),
    ("0001-01-01", EAST),
    ("0001-01-01T00:00", EAST),
    ("9999-12-31", WEST),
    ("9999-12-31T23:59", WEST),
    ("9999-12-31T23:59:59-12:00~x", WEST),
    (f"2026-11-01~{HUGE}", WEST),
)
"""what is written, and the zone in which it is worst"""


class ReadParameters(ImmutableMultiDict[str, str]):
    """The parameters of an address. It remembers which ones a page has asked for."""

    asked: ClassVar[set[str]] = set()

    def get(self, key: str, *args: Any, **named: Any) -> Any:
        self.asked.add(key)
        return super().get(key, *args, **named)

    def getlist(self, key: str, *args: Any, **named: Any) -> Any:
        self.asked.add(key)
        return super().getlist(key, *args, **named)


@pytest.fixture
def busy(world: World) -> World:
    place_three_calls(world)
    return world


def addresses(world: World, role: Role, number: str = "1") -> list[str]:
    """Every page that the role may open."""
    app = console(world.database, world.vault, world.clock.now, KnownPerson(role))
    values = SOME | {"<int:number>": number, "<sid>": world.rows("call")[0]["sid"], "<key>": "national"}
    values["<name>"] = "sunrise-la"
    found = []
    for rule in app.url_map.iter_rules():
        needed = requirement(app, rule.endpoint)
        if not needed.is_public and needed.is_met(partial(may, role)) and "GET" in (rule.methods or ()):
            found.append(re.sub("<[^>]+>", lambda part: values[part[0]], str(rule)))
    return found


def failed(page: FlaskClient, address: str, query: dict[str, str]) -> bool:
    try:
        answer = page.get(address, query_string=query)
        answer.get_data()
    except Exception:
        return True
    return answer.status_code >= 500 or (answer.status_code >= 400 and "<h1>" not in answer.text)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PARTNER])
def test_no_odd_parameter_makes_a_page_fail(
    busy: World, as_role: OpenConsole, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = as_role(role)
    monkeypatch.setattr(Request, "parameter_storage_class", ReadParameters)
    wrong, tried = [], set()
    for address in addresses(busy, role):
        ReadParameters.asked.clear()
        page.get(address)
        names = ReadParameters.asked - {"zone", "token"}
        tried |= names
        wrong += [
            (address, name, odd[:40])
            for name in sorted(names)
            for odd, zone in ODD
            if failed(page, address, {name: odd, "zone": zone})
        ]
    assert wrong == []
    assert {"after", "since", "until"} <= tried


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_no_odd_number_in_a_path_makes_a_page_fail(busy: World, as_role: OpenConsole, number: str) -> None:
    page = as_role(Role.ADMIN)
    numbered = set(addresses(busy, Role.ADMIN, number)) - set(addresses(busy, Role.ADMIN))
    assert numbered
    assert [address for address in numbered if failed(page, address, {})] == []


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_no_odd_number_in_a_form_s_path_makes_it_fail(busy: World, as_role: OpenConsole, number: str) -> None:
    page = as_role(Role.ADMIN)
    for path in (
        "calls/views",
        "rotation/helplines/national/picks",
        "directory/imports",
        "wordings/proposals",
    ):
        assert page.post(f"/console/{path}/{number}").status_code in (200, 302, 400, 404, 405), path


def test_a_form_that_is_too_large_is_answered_in_words(as_role: OpenConsole) -> None:
    answer = as_role(Role.ADMIN).post("/console/calls/of-a-number", data={"reason": "x" * 8_300_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert "Nothing was changed" in answer.text
