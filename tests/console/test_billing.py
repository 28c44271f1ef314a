"""The billing report: each figure opens exactly what it counts, and page and export are the same numbers."""

import csv
import html
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from callrouter.reports.money.monthly import monthly
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

REPORT = "/console/billing"
MONTH = f"{START:%Y-%m}"
LINK = re.compile(r'<td class="number"><a href="([^"]+)">([^<]+)</a></td>')
COUNT = re.compile(r'-caption">([\d,]+) (?:call|calls|entry|entries),')
CALLS = [
    (SUNRISE_PAGE, ["sunrise-la"]),
    (NATIONAL, ["!sunrise-la", "harbor-sd"]),
    (NATIONAL, ["sunrise-la"]),
    (HARBOR_PAGE, ["harbor-sd"]),
    (NATIONAL, ["!sunrise-la", "!harbor-sd", "!meadow-bos"]),
]


@pytest.fixture
def busy(world: World) -> World:
    """Calls that one, two and no centers had, a promise that is kept, a credit, and the carrier's records of a day."""
    for number, (line, keys) in enumerate(CALLS):
        world.caller(f"+1310555018{number}").dials(line)
        for key in keys:
            center = world.center(key.removeprefix("!"))
            center.does_not_answer() if key.startswith("!") else center.accepts()
        world.settles()
        world.passes(minutes=10)
    caller = world.caller("+13105550177")
    caller.presses("", "1").dials(NATIONAL)
    world.settles()
    world.center("sunrise-la").accepts()
    caller.takes_the_return_call()
    world.rings_owners()
    world.settles()
    world.passes(days=1)
    world.compares(START.date())
    return world


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.BILLING)


def links(text: str) -> list[tuple[str, str]]:
    """Each figure that opens something: (address, its text)."""
    return [(html.unescape(address), figure) for address, figure in LINK.findall(text)]


def count(page: FlaskClient, address: str) -> int:
    answer = page.get(address)
    assert answer.status_code == 200, answer.text
    found = COUNT.search(answer.text)
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize("by", [(), ("day",), ("partner",), ("center",), ("helpline", "kind")])
def test_each_figure_opens_what_it_counts(page: FlaskClient, busy: World, by: tuple[str, ...]) -> None:
    text = page.get(f"{REPORT}?month={MONTH}" + "".join(f"&by={name}" for name in by)).text
    seen = set()
    for address, figure in links(text):
        if "/entries" in address:
            assert (
                f"{figure}</span></td>" in page.get(address).text
                or f">{figure}</td>" in page.get(address).text
            )
        elif counted := re.fullmatch(r"(?:.* of )?([\d,]+)", figure):
            assert count(page, address) == int(counted[1].replace(",", "")), (address, figure)
        else:
            assert count(page, address) > 0
        seen.add(figure_name(address))
    assert seen >= {"answered", "promised", "kept", "waits", "talk", "charged", "amount", "calls_with_cost"}


@pytest.mark.parametrize("by", [(), ("day",), ("center",), ("month",)])
def test_a_list_of_a_figure_has_as_many_calls_as_it_says(
    page: FlaskClient, busy: World, by: tuple[str, ...]
) -> None:
    text = page.get(f"{REPORT}?month={MONTH}" + "".join(f"&by={name}" for name in by)).text
    addresses = {address for address, _ in links(text) if "/calls?" in address}
    assert len(addresses) > 5
    for address in addresses:
        exported = page.get(address.replace("/calls?", "/calls/export.jsonl?")).text.splitlines()
        assert len(exported) == count(page, address), address


def figure_name(address: str) -> str:
    return parse_qs(urlsplit(address).query)["figure"][0].split("~")[0]


def test_an_export_is_the_table_as_shown(page: FlaskClient, busy: World) -> None:
    query = f"month={MONTH}&by=partner&by=center"
    with reading(busy.database.engine) as connection:
        asked = monthly(connection, MONTH, by=("partner", "center"))["rows"]
    lines = page.get(f"{REPORT}/export.jsonl?{query}").text.splitlines()
    assert [json.loads(line) for line in lines] == asked
    rows = list(csv.DictReader(io.StringIO(page.get(f"{REPORT}/export.csv?{query}").text)))
    assert [row["amount"] for row in rows] == [row["amount"] for row in asked]
    assert page.get(f"{REPORT}/export.xlsx?{query}").data.startswith(b"PK")
    shown = page.get(f"{REPORT}?{query}").text
    assert all(f">{row['amount']} {row['currency']}<" in shown for row in asked if row["charged"])


def test_entries_are_exported_whole(page: FlaskClient, busy: World) -> None:
    report = page.get(f"{REPORT}?month={MONTH}&by=month").text
    address = next(address for address, _ in links(report) if "/entries" in address)
    lines = page.get(address.replace("/entries", "/entries/export.jsonl")).text.splitlines()
    assert len(lines) == count(page, address)


def test_nothing_is_cut_off_silently(page: FlaskClient, busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.billing.report.ROWS", 2)
    first = page.get(f"{REPORT}?month={MONTH}&by=center&by=kind").text
    assert re.search(r"2 of \d rows are on this page", first)
    assert page.get(f"{REPORT}?month={MONTH}&by=center&by=kind&page=2").status_code == 200
    assert page.get(f"{REPORT}?month={MONTH}&by=center&by=kind&page=99").status_code == 400


@pytest.mark.parametrize("query", ["month=soon", "by=mood", "month=2026-05&through=2026-04", "page=x"])
def test_what_cannot_be_read_is_explained(page: FlaskClient, query: str) -> None:
    answer = page.get(f"{REPORT}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[2].split("&")[0] in answer.text


def test_a_viewer_sees_no_money(as_role: OpenConsole) -> None:
    assert as_role(Role.VIEWER).get(REPORT).status_code == 403
