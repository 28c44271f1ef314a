"""What a partner's people see: all of their partner's, and nothing of another's, whatever they ask for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.money import Money
from callrouter.staff.refusals import FOREIGN_REQUEST, refusal_counts
from callrouter.staff.roles import Role
from console.access import requirement
from tests.console.pages import KnownPerson, console
from tests.scenarios.places import HARBOR_PAGE
from tests.scenarios.two_partners import TwoPartners, two_partners
from tests.scenarios.world import World

OWN = "/console/partner"
SHOWN = re.compile(r'name="shown" value="([0-9a-f]+)"')
LINK = re.compile(r'href="(/console/partner[^"#]*)"')


@pytest.fixture
def calls(world: World) -> TwoPartners:
    return two_partners(world)


@pytest.fixture
def app(world: World, calls: TwoPartners) -> Flask:
    return console(world.database, world.vault, world.clock.now, KnownPerson(Role.PARTNER))


@pytest.fixture
def page(app: Flask) -> FlaskClient:
    """Somebody of Sunrise."""
    return app.test_client()


def foreign_words(world: World, calls: TwoPartners) -> list[str]:
    """What is Harbor's, as it may stand in an answer: ids, names, telephones, callers, amounts."""
    sids = [part for call in calls.without_sunrise for part in (call.sid[:10], call.sid[10:])]
    callers = [str(call.stored["caller"]) for call in calls.without_sunrise]
    phones = [row["phone"] for row in world.rows("leg", partner="harbor")]
    invoices = [row["name"] for row in world.rows("invoice", partner="harbor")]
    amounts = _amounts(world, "harbor") - _amounts(world, "sunrise")
    assert amounts >= {"23.19", "41.37", "2.77", "6.61", "8.83"}
    names = ["harbor", "Harbor Recovery", "Harbor Sd", "meadow", "Meadow", HARBOR_PAGE]
    return [*sids, *callers, *phones, *invoices, *amounts, *names]


def _amounts(world: World, partner: str) -> set[str]:
    return {Money(abs(row["amount"]), "USD").decimal() for row in world.rows("ledger_entry", partner=partner)}


def found_in(answer: TestResponse, words: list[str], address: str = "") -> list[str]:
    """The words that are in the answer, but for those that were typed."""
    text = answer.data.decode("utf-8", "replace")
    return [word for word in words if word in text and word not in address]


def values(world: World, calls: TwoPartners) -> dict[str, list[str]]:
    """Ids of Harbor's for each parameter of an address."""
    [invoice] = [row["name"] for row in world.rows("invoice", partner="harbor")]
    [dispute] = [str(row["id"]) for row in world.rows("dispute", partner="harbor")]
    return {
        "<token>": ["x"],
        "<any(partners,centers,listings,helplines,numbers):kind>": ["partners", "centers", "helplines"],
        "<any(partners,helplines):kind>": ["partners", "helplines"],
        "<any(seats,rates):part>": ["rates", "seats"],
        "<sid>": [calls.of_harbor.sid, calls.promised_by_harbor.sid, calls.of_harbor.sid[:10]],
        "<form>": ["csv", "jsonl"],
        "<path:filename>": ["calm.svg"],
        "<int:number>": [dispute],
        "<partner>": ["harbor"],
        "<name>": [invoice],
        "<key>": ["harbor-sd", "national"],
        "<act>": ["note"],
        "<digest>": ["0" * 64],
    }


def addresses(app: Flask, values: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Every address that needs a right, with each of these values, and the method."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or requirement(app, rule.endpoint).is_public:
            continue
        names = re.findall("<[^>]+>", str(rule))
        wanted = {name: values.get(name) or _choices(name) for name in names}
        for place in range(max(map(len, wanted.values()), default=1)):
            address = str(rule)
            for name, each in wanted.items():
                address = address.replace(name, each[place % len(each)])
            for method in {"GET", "POST"} & set(rule.methods or ()):
                yield method, address


def _choices(name: str) -> list[str]:
    """What else a place in an address may have, `<any(a,b):kind>`."""
    found = re.match(r"<any\(([^)]+)\)", name)
    return found[1].split(",") if found else ["1"]


def test_no_address_shows_a_byte_of_another_partner(
    world: World, calls: TwoPartners, app: Flask, page: FlaskClient
) -> None:
    words = foreign_words(world, calls)
    everything = "since=2000-01-01&state=all"
    asked_for_harbor = "partner=harbor&center=harbor-sd&owner=harbor-sd&q=harbor&figure=harbor"
    opened = set()
    for method, path in addresses(app, values(world, calls)):
        for more in (everything, f"{everything}&{asked_for_harbor}"):
            address = f"{path}?{more}"
            answer = page.open(address, method=method)
            assert found_in(answer, words, address) == [], (method, address)
            opened |= {path} if answer.status_code == 200 else set()
    assert {path.split("/")[2] for path in opened} <= {"partner", "static"}
    assert len(opened) > 10


def test_every_link_of_its_pages_opens_and_shows_nothing_foreign(
    world: World, calls: TwoPartners, page: FlaskClient
) -> None:
    words = foreign_words(world, calls)
    waiting, seen = (
        [f"{OWN}/calls?since=2000-01-01", f"{OWN}/promises?state=all", f"{OWN}/centers", f"{OWN}/account"],
        set(),
    )
    while waiting:
        address = waiting.pop().replace("&amp;", "&")
        if address in seen:
            continue
        seen.add(address)
        answer = page.get(address)
        assert answer.status_code == 200, address
        assert found_in(answer, words) == [], address
        waiting += LINK.findall(answer.text) if answer.mimetype == "text/html" else []
    assert any(calls.of_both.sid in address for address in seen)
    assert any("SIM-000001/document.pdf" in address for address in seen)


def exported(page: FlaskClient, address: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in page.get(f"{OWN}/{address}").text.splitlines()]


def test_list_export_figures_and_account_say_the_same(
    world: World, calls: TwoPartners, page: FlaskClient
) -> None:
    since = "since=2000-01-01"
    listed = page.get(f"{OWN}/calls?{since}").text
    rows = exported(page, f"calls/export.jsonl?{since}")
    assert "4 calls, the newest first" in listed
    assert [row["call"] for row in rows] == [
        call.sid for call in (calls.promised_by_sunrise, calls.given_up, calls.of_both, calls.of_sunrise)
    ]
    assert Counter(row["outcome"] for row in rows) == {"answered": 2, "not answered": 1, "promised": 1}
    figures = re.findall(
        r'<td class="number"><a href[^>]*>(\d+)</a>', page.get(f"{OWN}/centers?{since}").text
    )
    assert figures == ["4", "2"]
    totals = world.rows("day_total", partner="sunrise")
    assert (sum(row["rung"] for row in totals), sum(row["answered"] for row in totals)) == (4, 2)
    charged = sum(Decimal(row["charge_amount"]) for row in rows if row["charge_amount"])
    assert f"charged {charged}, credited 3.00" in page.get(f"{OWN}/account").text
    lines = exported(page, "account/export.jsonl")
    assert sum(Decimal(line["amount"]) for line in lines if line["amount"]) == Decimal(lines[-1]["balance"])
    [invoice] = exported(page, "invoices/export.jsonl")
    assert invoice["total"] == str(charged - 3 + 3)


def test_the_list_is_narrowed_and_paged(
    page: FlaskClient, calls: TwoPartners, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = f"{OWN}/calls?since=2000-01-01"
    for more, count in (
        ("&outcome=answered", "2 calls"),
        ("&kind=helpline", "2 calls"),
        ("&center=sunrise-la&kind=listing&outcome=promised", "1 call,"),
        (f"&sid={calls.of_both.sid[4:20]}", "1 call,"),
        ("&until=2026-03-01", "No call matches"),
    ):
        assert count in page.get(since + more).text, more
    assert page.get(f"{since}&outcome=x").status_code == 400
    monkeypatch.setattr("console.partner.calls.PAGE", 3)
    first = page.get(since).text
    [older] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page.get(older.replace("&amp;", "&")).text
    assert "3 of 4 are on this page" in first
    assert "1 of 4 are on this page" in second
    assert calls.of_sunrise.sid in second


def test_a_call_that_others_were_rung_for_tells_only_its_own_part(
    page: FlaskClient, calls: TwoPartners
) -> None:
    story = page.get(f"{OWN}/calls/{calls.of_both.sid[:12]}").text
    assert "sunrise-la is rung" in story
    assert "sunrise-la: no-answer" in story
    assert "You are not charged for this call" in story
    given_up = page.get(f"{OWN}/calls/{calls.given_up.sid}").text
    assert "sunrise-la: accepted" in given_up
    assert "charge of 35.00 USD" in given_up


def test_a_partner_raises_a_dispute_within_the_window(
    world: World, calls: TwoPartners, page: FlaskClient
) -> None:
    address = f"{OWN}/calls/{calls.given_up.sid}/dispute"
    form = {"reason": "bad-line", "evidence": "we heard nothing, +1 702 555 0144 said"}
    preview = page.post(address, data=form)
    assert "A dispute about 35.00 USD" in preview.text
    assert page.post(address, data={**form, "shown": SHOWN.findall(preview.text)[0]}).status_code == 302
    [raised] = [row for row in world.rows("dispute") if row["decision"] is None]
    assert (raised["partner"], raised["raised_by"]) == ("sunrise", "Pat Example")
    assert "5550144" not in re.sub(r"\D", "", raised["evidence"])
    assert "open" in page.get(f"{OWN}/disputes").text
    world.clock.advance(timedelta(days=31).total_seconds())
    again = page.post(f"{OWN}/calls/{calls.of_sunrise.sid}/dispute", data=form)
    assert again.status_code == 400
    assert "an objection was possible" in again.text


def test_nobody_disputes_the_charge_of_another_partner(
    world: World, calls: TwoPartners, page: FlaskClient
) -> None:
    before = world.rows("dispute")
    form = {"reason": "other", "evidence": "it is too much"}
    # Harbor was charged for both; Sunrise was rung for the second.
    for call in (calls.of_harbor, calls.of_both):
        for method in ("GET", "POST"):
            answer = page.open(f"{OWN}/calls/{call.sid}/dispute", method=method, data=form)
            assert answer.status_code == 404
    assert world.rows("dispute") == before


def test_what_is_anothers_is_answered_like_what_there_is_not_and_is_counted_and_audited(
    world: World, calls: TwoPartners, page: FlaskClient
) -> None:
    foreign, unknown = calls.of_harbor.sid, "CA" + "0" * 32
    answers = [page.get(f"{OWN}/calls/{sid}") for sid in (foreign, unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(foreign, "") == answers[1].text.replace(unknown, "")
    invoices = [page.get(f"{OWN}/invoices/{name}") for name in ("SIM-000002", "SIM-000009")]
    assert invoices[0].text.replace("SIM-000002", "") == invoices[1].text.replace("SIM-000009", "")
    assert page.get(f"/console/calls/{foreign}").status_code == 403
    assert page.get(f"/console/calls/{calls.of_sunrise.sid}").status_code == 403
    assert page.get(f"{OWN}/calls/export.csv?center=harbor-sd").status_code == 404
    assert page.get("/console/billing/accounts/harbor").status_code == 403
    with world.database.engine.connect() as connection:
        counts = refusal_counts(connection)
    assert (counts["foreign"], counts["right"]) == (5, 1)
    audited = [row for row in world.rows("audit_log") if row["action"] == FOREIGN_REQUEST]
    assert [row["subject"] for row in audited] == [foreign, "SIM-000002", "harbor-sd", "harbor"]
    assert audited[0]["person"] == "Pat Example"
    assert audited[0]["reason"] == "by a person of sunrise, at the page partner_calls.call: refused"


def test_only_their_own_pages_are_in_the_navigation(page: FlaskClient) -> None:
    shown = page.get("/console/", follow_redirects=True)
    assert shown.request.path == f"{OWN}/calls"
    [navigation] = re.findall(r'<nav aria-label="Pages">(.*?)</nav>', shown.text, re.S)
    assert re.findall(r">([^<>]+)</a>", navigation) == [
        "Your calls",
        "Your promises",
        "Your centers",
        "Your account",
    ]
    assert 'role="search"' not in shown.text


@pytest.mark.parametrize("typed", ["\x00", "'", "%", "CA\x00", "-1", "9" * 40, "2026-13", "x" * 3000])
def test_whatever_is_typed_is_refused_and_breaks_nothing(page: FlaskClient, typed: str) -> None:
    page.application.config["PROPAGATE_EXCEPTIONS"] = False
    for path in ("calls", "calls/export.csv", "promises", "centers", "account", "invoices", "disputes"):
        for name in ("since", "until", "center", "kind", "outcome", "sid", "after", "state", "zone"):
            answer = page.get(f"{OWN}/{path}", query_string={name: typed})
            assert answer.status_code in (200, 400, 404), (path, name)
    for path in ("calls", "invoices"):
        for ending in ("", "/dispute", "/document.pdf"):
            assert page.get(f"{OWN}/{path}/{quote(typed, errors='replace')}{ending}").status_code in (
                400,
                404,
            )
