"""Acts on money: shown before, done exactly as shown, with a reason and a person, and reversed where that may be."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.evidence.logs import logs
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

MONEY = "/console/billing"
MONTH = f"{START:%Y-%m}"
ALICE = "+13105550188"
SHOWN = re.compile(r'name="shown" value="([0-9a-f]+)"')
MARK = re.compile(r'name="(mark-[a-z]+)" value="([0-9a-f]+)"')


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.BILLING)


@pytest.fixture
def charged(world: World) -> PlacedCall:
    """Alice's, which Sunrise took, and for which it pays."""
    return talk(world)


@pytest.fixture
def repeat(world: World, charged: PlacedCall) -> PlacedCall:
    """Alice's second, which is free because of the first."""
    world.passes(hours=1)
    return talk(world)


def talk(world: World, number: str = ALICE) -> PlacedCall:
    call = world.caller(number).dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.settles()
    return call


def act(page: FlaskClient, address: str, form: dict[str, str]) -> TestResponse:
    """Fill in the form, look at what it does, and agree."""
    preview = page.post(f"{MONEY}{address}", data=form)
    assert preview.status_code == 200, preview.text
    assert "Nothing is changed yet" in preview.text
    answer = page.post(f"{MONEY}{address}", data={**form, "shown": SHOWN.findall(preview.text)[0]})
    assert answer.status_code == 302, answer.text
    return page.get(answer.location)


def entries(world: World) -> list[tuple[str, int, str | None, str | None]]:
    return [
        (row["entry_type"], row["amount"], row["person"], row["reason"]) for row in world.rows("ledger_entry")
    ]


def test_a_credit_is_shown_before_with_what_it_rates_anew(
    page: FlaskClient, world: World, charged: PlacedCall, repeat: PlacedCall
) -> None:
    form = {"amount": "", "reason": "the line was bad"}
    preview = page.post(f"{MONEY}/calls/{charged.sid}/credit", data=form).text
    assert "20.00 USD credited" in preview
    assert "2 charges change" in preview
    assert "becomes payable" in preview
    assert repeat.sid[:10] in preview
    assert [entry for entry, *_ in entries(world)] == ["charge"]
    done = act(page, f"/calls/{charged.sid}/credit", form)
    assert "20.00 USD credited" in done.text
    assert ("credit", 2000, "Pat Example", "the line was bad") in entries(world)


def test_a_credit_by_mistake_is_reversed_and_everything_is_as_before(
    page: FlaskClient, world: World, charged: PlacedCall, repeat: PlacedCall
) -> None:
    act(page, f"/calls/{charged.sid}/credit", {"amount": "", "reason": "the line was bad"})
    [credit] = [row for row in world.rows("ledger_entry") if row["entry_type"] == "credit"]
    form = {"credit": str(credit["id"]), "reason": "it was another call"}
    act(page, f"/calls/{charged.sid}/credit-reversal", form)
    assert ("credit_reversal", 2000, "Pat Example", "it was another call") in entries(world)
    assert "owes" in page.get(f"{MONEY}/accounts/sunrise").text
    assert balance(page) == "20.00 USD"
    again = page.post(f"{MONEY}/calls/{charged.sid}/credit-reversal", data=form)
    assert again.status_code == 400


def test_a_part_that_was_credited_is_reversed_also_where_a_rule_credited_the_rest(
    page: FlaskClient, world: World
) -> None:
    """The second was charged; the first, which comes to be known later, makes it a repeat."""
    first = talk(world)
    act(page, f"/calls/{first.sid}/credit", {"amount": "", "reason": "the line was bad"})
    world.passes(hours=1)
    second = talk(world)
    act(page, f"/calls/{second.sid}/credit", {"amount": "5.00", "reason": "a part"})
    credits = {row["call"]: row for row in world.rows("ledger_entry") if row["entry_type"] == "credit"}
    form = {"credit": str(credits[first.sid]["id"]), "reason": "it was good after all"}
    act(page, f"/calls/{first.sid}/credit-reversal", form)
    assert balance(page) == "20.00 USD"
    form = {"credit": str(credits[second.sid]["id"]), "reason": "no part either"}
    act(page, f"/calls/{second.sid}/credit-reversal", form)
    assert balance(page) == "20.00 USD"


def test_a_credit_of_a_closed_month_is_reversed_in_the_open_one(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    compared(world)
    close(page, "sunrise")
    act(page, f"/calls/{charged.sid}/credit", {"amount": "", "reason": "the line was bad"})
    assert balance(page) == "0.00 USD"
    [credit] = [row for row in world.rows("ledger_entry") if row["entry_type"] == "credit"]
    form = {"credit": str(credit["id"]), "reason": "it was another call"}
    act(page, f"/calls/{charged.sid}/credit-reversal", form)
    assert balance(page) == "20.00 USD"
    assert {row["period"] for row in world.rows("ledger_entry") if row["entry_type"] != "charge"} == {
        "2026-04"
    }
    assert [row["total"] for row in world.rows("invoice")] == [2000]


def balance(page: FlaskClient) -> str:
    [figure] = re.findall(r'<span class="figure">([^<]+)</span>', page.get(f"{MONEY}/accounts/sunrise").text)
    return figure


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"amount": "21.00", "reason": "too much"}, "20.00 USD are left"),
        ({"amount": "<b>", "reason": "no amount"}, "is not an amount"),
        ({"amount": "1.00", "reason": ""}, "it is empty"),
    ],
)
def test_what_cannot_be_credited_is_said_beside_the_field(
    page: FlaskClient, charged: PlacedCall, form: dict[str, str], words: str
) -> None:
    answer = page.post(f"{MONEY}/calls/{charged.sid}/credit", data=form)
    assert answer.status_code == 400
    assert words in answer.text
    assert "There is a problem" in answer.text
    assert "<b>" not in answer.text.split("<form")[2]


def test_a_number_in_a_reason_is_masked(page: FlaskClient, world: World, charged: PlacedCall) -> None:
    act(page, f"/calls/{charged.sid}/credit", {"amount": "1.00", "reason": f"asked by {ALICE}"})
    assert ("credit", 100, "Pat Example", "asked by [number]") in entries(world)


def test_what_would_do_something_else_meanwhile_does_nothing(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    form = {"amount": "", "reason": "the line was bad"}
    preview = page.post(f"{MONEY}/calls/{charged.sid}/credit", data=form)
    act(page, f"/calls/{charged.sid}/credit", {"amount": "5.00", "reason": "a part"})
    late = page.post(
        f"{MONEY}/calls/{charged.sid}/credit", data={**form, "shown": SHOWN.findall(preview.text)[0]}
    )
    assert late.status_code == 409
    assert "Meanwhile it would do something else" in late.text
    assert [amount for entry, amount, *_ in entries(world) if entry == "credit"] == [500]


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/accounts/sunrise/adjustment", {"direction": "add", "amount": "7.00", "reason": "agreed"}),
        ("/accounts/sunrise/payment", {"amount": "7.00", "reference": "wire 1"}),
        ("/calls/{sid}/credit", {"amount": "7.00", "reason": "a part"}),
        ("/calls/{sid}/credit", {"amount": "", "reason": "the line was bad"}),
        ("/calls/{sid}/dispute", {"reason": "bad-line", "evidence": "noise"}),
    ],
)
def test_a_confirmation_that_comes_again_is_told_that_it_was_done(
    page: FlaskClient, world: World, charged: PlacedCall, address: str, form: dict[str, str]
) -> None:
    there = MONEY + address.format(sid=charged.sid)
    confirmed = {**form, "shown": SHOWN.findall(page.post(there, data=form).text)[0]}
    first = page.post(there, data=confirmed)
    assert first.status_code == 302
    done = entries(world), len(world.rows("dispute"))
    for _ in range(2):
        again = page.post(there, data=confirmed)
        assert (again.status_code, again.location) == (302, first.location)
        assert "This was done already" in page.get(again.location).text
    assert (entries(world), len(world.rows("dispute"))) == done


def test_two_clicks_at_once_enter_it_once(page: FlaskClient, world: World, charged: PlacedCall) -> None:
    """The second is sent while the first is under way, to another process of the console."""
    other = console(world.database, world.vault, world.clock.now, KnownPerson(Role.BILLING))
    there = f"{MONEY}/accounts/sunrise/adjustment"
    form = {"direction": "add", "amount": "7.00", "reason": "agreed"}
    confirmed = {**form, "shown": SHOWN.findall(page.post(there, data=form).text)[0]}
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(app.test_client().post, there, data=confirmed) for app in (page.application, other)
        ]
        answers = [each.result() for each in sent]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [amount for entry, amount, *_ in entries(world) if entry == "adjustment"] == [700]


def test_payments_and_adjustments_are_entered_and_a_reference_once(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    paid = {"amount": "15.00", "reference": "wire 2026-03-05 0017"}
    act(page, "/accounts/sunrise/payment", paid)
    act(page, "/accounts/sunrise/adjustment", {"direction": "off", "amount": "2.00", "reason": "agreed"})
    assert balance(page) == "3.00 USD"
    again = page.post(f"{MONEY}/accounts/sunrise/payment", data=paid)
    assert "already entered" in again.text
    assert balance(page) == "3.00 USD"


def test_a_dispute_is_raised_decided_once_and_final(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    act(page, f"/calls/{charged.sid}/dispute", {"reason": "bad-line", "evidence": "nothing but noise"})
    listed = page.get(f"{MONEY}/disputes?state=open").text
    assert "nothing but noise" in listed
    form = {"verdict": "in part", "amount": "5.00", "note": "they talked, with interruptions"}
    act(page, decision(listed), form)
    assert balance(page) == "15.00 USD"
    assert page.post(f"{MONEY}{decision(listed)}", data=form).status_code == 400
    [credit] = [row for row in world.rows("ledger_entry") if row["entry_type"] == "credit"]
    reversal = {"credit": str(credit["id"]), "reason": "undo it"}
    answer = page.post(f"{MONEY}/calls/{charged.sid}/credit-reversal", data=reversal)
    assert answer.status_code == 400
    assert "is final" in answer.text


def decision(listed: str) -> str:
    return re.findall(r"/console/billing(/disputes/\d+/decision)", listed)[0]


def test_an_amount_goes_with_a_part_alone(page: FlaskClient, charged: PlacedCall) -> None:
    act(page, f"/calls/{charged.sid}/dispute", {"reason": "bad-line", "evidence": "noise"})
    address = decision(page.get(f"{MONEY}/disputes").text)
    form = {"verdict": "accepted", "amount": "5.00", "note": "all"}
    assert "for a part" in page.post(f"{MONEY}{address}", data=form).text


@pytest.mark.parametrize(
    "address", ["/calls/CA0/credit", "/accounts/sunrise/payment", "/close", "/close/run"]
)
def test_who_only_reads_money_changes_none(as_role: OpenConsole, address: str) -> None:
    assert as_role(Role.COMPLIANCE).post(f"{MONEY}{address}").status_code == 403


def test_an_act_needs_a_fresh_confirmation(world: World, charged: PlacedCall) -> None:
    person = KnownPerson(Role.BILLING, confirmed=False)
    page = console(world.database, world.vault, world.clock.now, person).test_client()
    answer = page.post(f"{MONEY}/calls/{charged.sid}/credit", data={"reason": "the line was bad"})
    assert answer.location.endswith("/confirm")
    assert [entry for entry, *_ in entries(world)] == ["charge"]


def close(page: FlaskClient, *partners: str, **changes: str) -> TestResponse:
    """Choose partners, look at what would be issued, agree, and let it go on."""
    form: dict[str, Any] = {"month": MONTH, "reason": "the books are checked", "partner": list(partners)}
    preview = page.post(f"{MONEY}/close", data=form)
    assert preview.status_code == 200, preview.text
    run = page.post(f"{MONEY}/close/run", data={**form, **dict(MARK.findall(preview.text)), **changes})
    return page.get(run.location) if run.status_code == 302 else run


def test_what_keeps_a_month_open_is_listed_with_its_remedy(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    text = page.get(f"{MONEY}/close?month={MONTH}").text
    assert charged.sid[:10] in text
    assert f"callrouter reconcile --day {START.date()}" in text
    assert 'value="sunrise"' not in text


def test_a_month_is_closed_and_its_invoice_is_the_report(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    compared(world)
    done = close(page, "harbor", "sunrise")
    assert "harbor was not closed: there is nothing to bill yet" in done.text
    assert "1 of 2 partners closed" in done.text
    [invoice] = world.rows("invoice")
    assert (invoice["partner"], invoice["total"], invoice["issued_by"]) == ("sunrise", 2000, "Pat Example")
    assert "SIM-000001" in page.get(f"{MONEY}/invoices").text
    shown = page.get(f"{MONEY}/invoices/SIM-000001").text
    assert "20.00 USD" in shown
    assert charged.sid[:10] in shown
    assert "20.00 USD" in page.get(f"{MONEY}?month={MONTH}&by=partner").text
    assert [(row["action"], row["subject"]) for row in world.rows("audit_log")] == [
        ("month closed", f"{MONTH} of sunrise: an invoice of 20.00 USD with 1 lines")
    ]
    assert {row["reason"] for row in world.rows("audit_log")} == {"the books are checked"}
    assert "waits until its charges are in the evidence log" in shown
    too_early = page.get(f"{MONEY}/invoices/SIM-000001/document.pdf")
    assert (too_early.status_code, "SIM-000001 waits" in too_early.text) == (503, True)
    logs(world.database)
    assert "entries of calls.example/evidence" in page.get(f"{MONEY}/invoices/SIM-000001").text
    printed = page.get(f"{MONEY}/invoices/SIM-000001/document.pdf")
    assert printed.data.startswith(b"%PDF")
    assert page.get(f"{MONEY}/invoices/SIM-000001/document.pdf").data == printed.data


def talk_to_harbor(world: World) -> None:
    world.caller("+13105550189").dials(HARBOR_PAGE)
    world.center("harbor-sd").accepts()
    world.settles()


def compared(world: World) -> None:
    """The day is over, and the carrier's records confirm its calls."""
    world.passes(days=2)
    world.compares(START.date())


def test_closing_goes_on_where_one_request_has_no_time_for_all(
    page: FlaskClient, world: World, charged: PlacedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.billing.close.MOMENT", -1)
    talk_to_harbor(world)
    compared(world)
    text = close(page, "harbor", "sunrise").text
    assert "1 of 2 partners" in text
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text)
    form = {name: value for name, value in fields if name != "csrf_token"}
    answer = page.post(f"{MONEY}/close/run", data=form)
    assert "2 of 2 partners closed" in page.get(answer.location).text


def test_a_refusal_of_an_earlier_round_is_still_told_at_the_end(
    page: FlaskClient, world: World, charged: PlacedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.billing.close.MOMENT", -1)
    talk_to_harbor(world)
    compared(world)
    text = close(page, "harbor", "sunrise", **{"mark-harbor": "0" * 64}).text
    assert "harbor was not closed" in text
    form = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    done = page.get(page.post(f"{MONEY}/close/run", data=form).location).text
    assert "harbor was not closed: meanwhile it would come to something else" in done
    assert "1 of 2 partners closed" in done


def test_a_month_that_is_closed_already_is_not_closed_again(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    talk_to_harbor(world)
    compared(world)
    form: dict[str, Any] = {"month": MONTH, "reason": "the books", "partner": ["harbor", "sunrise"]}
    old_tab = page.post(f"{MONEY}/close", data=form).text
    close(page, "harbor", "sunrise")
    audited = world.rows("audit_log")
    preview = page.post(f"{MONEY}/close", data=form).text
    assert "There is nothing to close" in preview
    assert "sunrise is not closed: it is closed already" in preview
    assert f"Close {MONTH} for" not in preview
    for marks in ({}, dict(MARK.findall(old_tab))):
        run = page.post(f"{MONEY}/close/run", data={**form, **marks})
        done = page.get(run.location).text
        assert "sunrise was not closed: it is closed already" in done
        assert "0 of 2 partners closed" in done
    assert world.rows("audit_log") == audited


@pytest.mark.parametrize("total", ["abc", "9" * 5000])
def test_no_count_of_a_form_is_taken_for_a_fact(
    page: FlaskClient, world: World, charged: PlacedCall, total: str
) -> None:
    compared(world)
    assert "1 of 1 partners closed" in close(page, "sunrise", total=total).text


@pytest.mark.parametrize("digits", ["9" * 19, "9" * 30, "9" * 4400, "\u0663", "-1"])
@pytest.mark.parametrize(
    "address",
    [
        "?month=2026-11&page={}",
        "/close?month=2026-11&page={}",
        "/entries?figure=amount~2026-03~real~partner:sunrise~USD&after={}",
        "/entries?figure=amount~2026-03~real~partner:sunrise~USD&before={}",
        "/accounts/harbor?after=2026-11-01~{}",
        "/accounts/harbor?before=2026-11-01~{}",
    ],
)
def test_a_place_that_there_is_not_is_refused_in_words(page: FlaskClient, address: str, digits: str) -> None:
    answer = page.get(MONEY + address.format(digits))
    assert answer.status_code == 400
    assert "there is no page" in answer.text or "is no place in this list" in answer.text
    assert len(answer.text) < 10_000


@pytest.mark.parametrize("digits", ["9" * 10, "9" * 30, "9" * 4400])
def test_a_number_that_nothing_has_is_no_address(page: FlaskClient, digits: str) -> None:
    assert page.get(f"{MONEY}/disputes/{digits}/decision").status_code == 404
    assert page.get(f"/console/calls?hour={digits}").status_code == 400


def test_a_month_that_would_come_to_something_else_is_not_closed(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    compared(world)
    done = close(page, "sunrise", **{"mark-sunrise": "0" * 64})
    assert "it would come to something else" in done.text
    assert world.rows("invoice") == []


def test_closing_asks_for_a_reason_and_a_partner(page: FlaskClient, world: World) -> None:
    answer = page.post(f"{MONEY}/close", data={"month": MONTH, "reason": ""})
    assert answer.status_code == 400
    assert "it is empty" in answer.text
    assert "Choose at least one partner" in answer.text


def test_an_invoice_is_sent_again_and_waits_for_the_worker(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    compared(world)
    close(page, "sunrise")
    act(page, "/invoices/SIM-000001/delivery", {"address": "accountant@sunrise.example"})
    text = page.get(f"{MONEY}/invoices/SIM-000001").text
    assert "accountant@sunrise.example" in text
    assert "billing@sunrise.example" in text
    assert "2 deliveries have not arrived" in page.get(f"{MONEY}/invoices").text
    wrong = page.post(f"{MONEY}/invoices/SIM-000001/delivery", data={"address": "a,b@x.org"})
    assert wrong.status_code == 400


def test_each_figure_of_an_account_opens_its_entries(
    page: FlaskClient, world: World, charged: PlacedCall
) -> None:
    act(page, f"/calls/{charged.sid}/credit", {"amount": "5.00", "reason": "a part"})
    act(page, "/accounts/sunrise/payment", {"amount": "7.00", "reference": "wire 1"})
    act(page, "/accounts/sunrise/adjustment", {"direction": "add", "amount": "1.50", "reason": "a copy"})
    links = re.findall(
        r'href="([^"]+figure=[^"]+)"><span class="nowrap">([\d.]+) USD', page.get(f"{MONEY}/accounts").text
    )
    assert [figure for _, figure in links] == ["20.00", "5.00", "1.50", "7.00"]
    for address, figure in links:
        text = page.get(address.replace("&amp;", "&")).text
        assert re.search(rf'come to</th><td class="number">-?{figure} USD', text), address


def test_the_number_of_an_invoice_leads_to_it(page: FlaskClient, world: World, charged: PlacedCall) -> None:
    compared(world)
    close(page, "sunrise")
    assert page.get("/console/find?q=sim-000001").location == f"{MONEY}/invoices/SIM-000001"


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
@pytest.mark.parametrize(
    "what", ["accounts", "accounts/sunrise", "invoices", "disputes", "differences", "rates"]
)
def test_every_table_is_exported(page: FlaskClient, charged: PlacedCall, what: str, form: str) -> None:
    assert page.get(f"{MONEY}/{what}/export.{form}").status_code == 200


def test_rates_show_who_deviates(page: FlaskClient, world: World) -> None:
    assert "3 rates" not in page.get(f"{MONEY}/rates?deviating=1").text
    assert "usual" in page.get(f"{MONEY}/rates").text


def test_a_difference_is_explained_and_waits_no_more(page: FlaskClient, world: World) -> None:
    only_there(world)
    world.passes(days=2)
    world.compares(START.date())
    [row] = [row for row in world.rows("carrier_difference") if not row["corrected"]]
    assert "1 unexplained difference" in page.get(f"{MONEY}?month={MONTH}").text.replace("\n", " ")
    act(page, f"/differences/{row['sid']}/explanation", {"reason": "a test call of the carrier's support"})
    assert "Nothing waits to be explained" in page.get(f"{MONEY}/differences").text
    assert "a test call of the carrier" in page.get(f"{MONEY}/differences?show=all").text


def only_there(world: World) -> None:
    """A call that only the carrier knows."""
    world.network.holds("voice", "status")
    assert world.caller(ALICE).dials(NATIONAL).story
    world.network.forgets()
