"""The page Pictures: each figure opens its calls, and tile, list, export and report are the same number."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from callrouter.reports.money.charges_by_month import charges_by_month
from callrouter.reports.money.monthly import monthly
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

PAGE = "/console/pictures"
CELL = re.compile(r'<td class="number"><a href="([^"]+)">([^<]+)</a></td>')
TILE = re.compile(r'<a href="([^"]+)"><span class="figure">([\d,]+)</span>')
CAPTION = re.compile(r'-caption">([\d,]+) (?:calls?|promises?|entry|entries),')
QUERIES = (
    "",
    "since=2026-03-01&until=2026-03-06&zone=Asia/Kolkata",
    "since=2026-03-04T17:52:00Z&until=2026-03-04T19:07:00Z",
    "since=2025-06-01&helpline=national&zone=America/New_York",
)


@pytest.fixture
def world(world: World) -> World:
    """Calls with every ending, some not processed yet, one in progress, and promises kept and owed."""
    for number in range(9):
        world.caller(f"+131055501{number:02}").dials(NATIONAL if number % 3 else SUNRISE_PAGE)
        sunrise = world.center("sunrise-la")
        sunrise.accepts(40 + number) if number % 4 else sunrise.does_not_answer()
        for other in ("harbor-sd", "meadow-bos"):
            world.center(other).does_not_answer()
        if number < 7:
            world.settles()
        world.passes(minutes=17)
    caller = world.caller("+13105550177")
    caller.presses("", "1").dials(NATIONAL)
    world.settles()
    world.center("sunrise-la").accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    world.caller("+13105550178").presses("", "1").dials(NATIONAL)
    last = world.caller("+13105550199").dials(NATIONAL)
    world.goes_on(last)
    return world


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.ADMIN)


def figures(text: str) -> Iterator[tuple[str, int]]:
    """Each count that opens a list: (address, count)."""
    for address, words in (*CELL.findall(text), *TILE.findall(text)):
        if "/entries" not in address:
            yield html.unescape(address), int(words.replace(",", ""))


def listed(page: FlaskClient, address: str) -> int:
    answer = page.get(address)
    assert answer.status_code == 200, answer.text
    found = CAPTION.search(answer.text)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("query", QUERIES)
def test_each_figure_opens_as_many(world: World, page: FlaskClient, query: str) -> None:
    text = page.get(f"{PAGE}?{query}").text
    found = dict(figures(text))
    assert len(found) > 8
    for address, count in found.items():
        assert listed(page, address) == count, address
        if "/calls?" in address:
            exported = page.get(address.replace("/calls?", "/calls/export.jsonl?")).text
            assert len(exported.splitlines()) == count, address


def test_the_steps_follow_the_length_of_the_period(world: World, page: FlaskClient) -> None:
    for query, title in (
        ("since=2026-03-04", "Calls by hour and outcome"),
        ("since=2026-02-20", "Calls by day and outcome"),
        ("since=2025-06-01", "Calls by week and outcome"),
        ("since=2024-06-01", "Calls by month and outcome"),
    ):
        assert title in page.get(f"{PAGE}?{query}").text


def test_an_hour_that_comes_twice_is_shown_twice(page: FlaskClient) -> None:
    text = page.get(f"{PAGE}?since=2025-11-02&until=2025-11-03&zone=America/New_York").text
    assert text.count('<th scope="row" class="nowrap">Sun 02 01:00</th>') > 1
    assert len(re.findall(r"<title>\d\d:00: none</title>", text)) >= 25


def test_charges_are_those_of_the_billing_report(world: World) -> None:
    world.settles()
    month = f"{START:%Y-%m}"
    with reading(world.database.engine) as connection:
        [found] = charges_by_month(connection, "2025-04", month, simulated=True)
        [row] = monthly(connection, month, by=("month",))["rows"]
    assert (found.month, found.charged, found.currency) == (month, row["charged"], row["currency"])
    assert f"{found.amount / 100:.2f}" == row["amount"]


def test_money_is_shown_to_those_who_may_see_it(world: World, as_role: OpenConsole) -> None:
    world.settles()
    assert "Charges by month in USD" in as_role(Role.BILLING).get(PAGE).text
    assert "Charges by month" not in as_role(Role.VIEWER).get(PAGE).text


def test_hours_with_nobody_are_counted(page: FlaskClient) -> None:
    text = page.get(f"{PAGE}?helpline=national").text
    assert re.search(r"(\d+ hours of this week have no open center|Some center is open at every hour)", text)
    assert "Coverage of this week" in text


@pytest.mark.parametrize("query", ["since=soon", "helpline=nowhere", "zone=Mars/Base"])
def test_what_cannot_be_read_is_explained(page: FlaskClient, query: str) -> None:
    assert page.get(f"{PAGE}?{query}").status_code in (400, 404)


@pytest.mark.parametrize("hour", ["24", "noon", "-1"])
def test_an_hour_of_the_day_is_0_to_23(page: FlaskClient, hour: str) -> None:
    answer = page.get(f"/console/calls?hour={hour}")
    assert answer.status_code == 400
    assert "from 0 to 23" in answer.text


def test_a_period_without_calls_says_so(page: FlaskClient) -> None:
    until = START - timedelta(days=100)
    text = page.get(f"{PAGE}?since=2025-01-01&until={until:%Y-%m-%d}").text
    assert "No call in this period" in text
