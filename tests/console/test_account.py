"""A partner's account: every entry on one page in both directions, each with the balance after it."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from callrouter.billing.manual_entries import ManualEntry, adjust, record_payment
from callrouter.reports.money.account_balances import account_balances
from callrouter.reports.money.account_entries import (
    AccountEntry,
    WantedEntries,
    account_page,
    count_account_entries,
)
from callrouter.reports.money.statement import balances, statement
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.console.walking import walked_both_ways
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.world import World

ACCOUNT = "/console/billing/accounts/sunrise"
ROW = re.compile(
    r'<tr>\s*<td class="nowrap">([\d-]+)</td><th scope="row" class="nowrap">([\w ]+?)(?: <span|</th>)'
)


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.BILLING)


@pytest.fixture
def busy(world: World) -> World:
    """Two months of charges, with payments and adjustments by hand, one of them real."""
    for day in range(4):
        for hour in range(2):
            world.caller(f"+131055501{day}{hour}").dials(SUNRISE_PAGE)
            world.center("sunrise-la").accepts()
            world.settles()
        adjusts(world, entry("1.00", f"day {day}"), off=day % 2 == 1)
        pays(world, entry(f"{day + 2}.50", f"wire {day}"))
        world.passes(days=12)
    adjusts(world, entry("3.00", "for real", simulated=False))
    return world


def entry(amount: str, why: str, *, simulated: bool = True) -> ManualEntry:
    return ManualEntry("sunrise", amount, why, "Ben Ruiz", simulated)


def adjusts(world: World, wanted: ManualEntry, *, off: bool = False) -> None:
    shelf, now = world.dependencies.directories, world.clock.now()
    world.database.transact(lambda session: adjust(session, shelf, wanted, now, off=off))


def pays(world: World, wanted: ManualEntry) -> None:
    shelf, now = world.dependencies.directories, world.clock.now()
    world.database.transact(lambda session: record_payment(session, shelf, wanted, now))


@pytest.mark.parametrize("size", [1, 3, 100])
def test_each_balance_is_that_of_the_statement(busy: World, size: int) -> None:
    with reading(busy.database.engine) as connection:
        lines = [line for line in statement(connection, "sunrise") if line["day"]]
        found: list[AccountEntry] = []
        after = None
        while True:
            page = account_page(connection, WantedEntries("sunrise"), size, after=after)
            found += page.rows
            after = page.following
            if after is None:
                break
    assert len(found) == len(lines) > 15
    assert {facts(each) for each in found} == {facts(line) for line in lines}
    days = [each["day"] for each in found]
    assert days == sorted(days, reverse=True)


def facts(line: Mapping[str, Any]) -> tuple[Any, ...]:
    names = ("day", "what", "why", "amount", "balance", "currency", "simulated")
    return tuple(line[name] for name in names)


@pytest.mark.parametrize(
    "query", ["", "?figure=paid&currency=USD&simulated=1", "?since=2026-03&until=2026-03"]
)
def test_every_entry_is_on_one_page_in_both_directions(
    page: FlaskClient, busy: World, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    whole = ROW.findall(page.get(ACCOUNT + query).text)
    monkeypatch.setattr("console.billing.accounts.PAGE", 3)
    assert walked_both_ways(page, ACCOUNT + query, ROW) == whole


def test_the_number_of_entries_and_the_balances_are_those_of_the_statement(busy: World) -> None:
    with reading(busy.database.engine) as connection:
        for months in (
            (None, None),
            ("2026-04", None),
            (None, "2026-03"),
            ("2026-03", "2026-03"),
            ("2027-01", None),
        ):
            lines = [line for line in statement(connection, "sunrise", *months) if line["day"]]
            assert count_account_entries(connection, WantedEntries("sunrise", *months)) == len(lines)
        assert list(account_balances(connection)) == list(balances(connection))


def test_a_figure_is_exported_as_it_is_shown(page: FlaskClient, busy: World) -> None:
    query = "?figure=paid&currency=USD&simulated=1"
    text = page.get(ACCOUNT + query).text
    lines = [json.loads(line) for line in page.get(f"{ACCOUNT}/export.jsonl{query}").text.splitlines()]
    assert [(line["day"], line["what"]) for line in lines][::-1] == ROW.findall(text)
    assert f"All {len(lines)} entries come to" in text


def test_the_entries_of_a_figure_are_on_one_page_in_both_directions(
    page: FlaskClient, busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.billing.entries.PAGE", 1)
    [address, *_] = re.findall(
        r'href="([^"]*/entries\?[^"]+)"', page.get("/console/billing?month=2026-03&by=month").text
    )
    walked_both_ways(page, address.replace("&amp;", "&"), ROW)


@pytest.mark.parametrize("query", ["after=soon", "before=2026-03-01~x", "figure=mood"])
def test_what_cannot_be_read_is_explained(page: FlaskClient, busy: World, query: str) -> None:
    assert page.get(f"{ACCOUNT}?{query}").status_code == 400
