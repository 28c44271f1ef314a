"""Deciding an objection: what is credited, by whom, what hangs on it, and that it happens once or not at all."""

from datetime import timedelta

import pytest

from callrouter.billing.disputes.decision import IN_WORDS, DecidedDispute
from callrouter.billing.disputes.model import ACCEPTED, IN_PART, REFUSED
from callrouter.errors import Fault, NotKnown
from callrouter.money import Money
from tests.billing.disputes.objecting import (
    all_figures,
    credits,
    decides,
    deciding,
    dispute,
    entries,
    objects,
)
from tests.billing.history import START, Accounts, Killed, ReportedCall
from tests.billing.meanwhile import meanwhile
from tests.invoices.closing import close, take, talk

VERDICTS = [(ACCEPTED, None, 3500), (IN_PART, "10.00", 1000), (REFUSED, None, 0)]


@pytest.mark.parametrize(("verdict", "amount", "credited"), VERDICTS)
def test_what_is_decided_is_credited_and_kept(
    accounts: Accounts, call: ReportedCall, verdict: str, amount: str | None, credited: int
) -> None:
    number = objects(accounts, call).number
    accounts.now += timedelta(days=2)
    assert decides(accounts, call, verdict, amount) == DecidedDispute(number, Money(credited, "USD"))
    row = dispute(accounts)
    assert (row["decision"], row["credited"], row["note"]) == (verdict, credited, "looked into")
    assert (row["decided_by"], row["decided_at"]) == ("grace", accounts.now)
    taken_back = [("credit", credited)] if credited else []
    assert entries(accounts, call) == [("charge", 3500), *taken_back]


def test_the_credit_names_the_objection_and_the_person(accounts: Accounts, call: ReportedCall) -> None:
    number = objects(accounts, call, "no-talk").number
    decides(accounts, call)
    credit = accounts.rows("ledger_entry")[-1]
    assert (credit["reason"], credit["person"], credit["rule"]) == (
        f"objection {number} (no-talk) accepted",
        "grace",
        None,
    )


@pytest.mark.parametrize("first", [(ACCEPTED, None), (IN_PART, "10.00"), (REFUSED, None)])
@pytest.mark.parametrize("again", [(ACCEPTED, None), (IN_PART, "1.00"), (REFUSED, None)])
def test_it_is_decided_once(
    accounts: Accounts, call: ReportedCall, first: tuple[str, str | None], again: tuple[str, str | None]
) -> None:
    number = objects(accounts, call).number
    decides(accounts, call, *first)
    before = accounts.rows("dispute"), accounts.rows("ledger_entry")
    told = f"objection {number} was decided on 2026-10-01 12:00 UTC by grace: {IN_WORDS[first[0]]}"
    with pytest.raises(Fault, match=told):
        decides(accounts, call, *again)
    assert (accounts.rows("dispute"), accounts.rows("ledger_entry")) == before


def test_without_an_objection_there_is_nothing_to_decide(accounts: Accounts, call: ReportedCall) -> None:
    with pytest.raises(NotKnown, match=f"nobody has objected to the charge of {call.sid}"):
        decides(accounts, call)
    assert entries(accounts, call) == [("charge", 3500)]


@pytest.mark.parametrize("amount", ["0.00", "35.00", "35.01", "-1.00", "1.005", "ten", None])
def test_a_part_is_more_than_nothing_and_less_than_what_is_left(
    accounts: Accounts, call: ReportedCall, amount: str | None
) -> None:
    objects(accounts, call)
    with pytest.raises(Fault):
        decides(accounts, call, IN_PART, amount)
    assert (dispute(accounts)["decision"], entries(accounts, call)) == (None, [("charge", 3500)])


def test_a_part_is_of_what_is_left(accounts: Accounts, call: ReportedCall) -> None:
    objects(accounts, call)
    credits(accounts, call, 3000)
    with pytest.raises(Fault, match=r"5\.00 USD are left of the charge; a part"):
        decides(accounts, call, IN_PART, "5.00")
    assert decides(accounts, call, IN_PART, "4.99").credited == Money(499, "USD")


def test_what_was_credited_meanwhile_is_not_credited_again(accounts: Accounts, call: ReportedCall) -> None:
    objects(accounts, call)
    credits(accounts, call, 1000)
    assert decides(accounts, call).credited == Money(2500, "USD")
    assert entries(accounts, call) == [("charge", 3500), ("credit", 1000), ("credit", 2500)]


@pytest.mark.parametrize("verdict", [ACCEPTED, REFUSED])
def test_where_all_was_credited_meanwhile_it_is_decided_for_nothing(
    accounts: Accounts, call: ReportedCall, verdict: str
) -> None:
    objects(accounts, call)
    credits(accounts, call)
    assert decides(accounts, call, verdict).credited == Money(0, "USD")
    assert dispute(accounts)["decision"] == verdict


def test_a_repeat_pays_once_what_it_repeated_does_not(accounts: Accounts) -> None:
    first, repeat = (
        ReportedCall(f"CA{number}", "sunrise", "helpline", "the same", START + timedelta(days=number), 90)
        for number in (1, 2)
    )
    take(accounts, [first, repeat])
    assert accounts.cost_of_calls() == {first.sid: 3500}
    objects(accounts, first)
    decides(accounts, first)
    assert accounts.cost_of_calls() == {repeat.sid: 3500}


def test_a_credit_by_a_rule_gives_way_so_that_the_call_stays_credited(accounts: Accounts) -> None:
    """It becomes a repeat of a call that is told of late, which is credited later on itself."""
    late, call = (
        ReportedCall(f"CA{number}", "sunrise", "helpline", "the same", START + timedelta(days=number), 90)
        for number in (1, 2)
    )
    accounts.stores([late, call])
    accounts.tells([call.sid])
    objects(accounts, call)
    accounts.tells([late.sid])
    assert accounts.cost_of_calls() == {late.sid: 3500}
    assert decides(accounts, call).credited == Money(3500, "USD")
    assert [what for what, _ in entries(accounts, call)] == ["charge", "credit", "credit_reversal", "credit"]
    credits(accounts, late)
    assert accounts.cost_of_calls() == {}


def test_a_decision_about_a_closed_month_is_entered_in_the_open_one(
    accounts: Accounts, call: ReportedCall
) -> None:
    accounts.now = START + timedelta(days=33)
    [invoice] = close(accounts, "2026-10").invoices
    objects(accounts, call)
    decides(accounts, call)
    assert [row["period"] for row in accounts.rows("ledger_entry")] == ["2026-10", "2026-11"]
    assert dispute(accounts)["invoice"] == invoice


@pytest.mark.parametrize(("verdict", "amount", "credited"), VERDICTS)
def test_killed_in_the_middle_nothing_has_happened(
    accounts: Accounts, call: ReportedCall, verdict: str, amount: str | None, credited: int
) -> None:
    objects(accounts, call)
    before = accounts.rows("dispute"), accounts.rows("ledger_entry")
    with pytest.raises(Killed):
        decides(accounts, call, verdict, amount, killed=True)
    assert (accounts.rows("dispute"), accounts.rows("ledger_entry")) == before
    assert decides(accounts, call, verdict, amount).credited == Money(credited, "USD")


@pytest.mark.parametrize("first", [(ACCEPTED, None), (IN_PART, "10.00"), (REFUSED, None)])
@pytest.mark.parametrize("second", [(ACCEPTED, None), (REFUSED, None)])
def test_of_two_who_decide_at_once_one_does(
    accounts: Accounts, call: ReportedCall, first: tuple[str, str | None], second: tuple[str, str | None]
) -> None:
    objects(accounts, call)
    refused = meanwhile(
        accounts.database, deciding(accounts, call, *first), deciding(accounts, call, *second)
    )
    assert isinstance(refused, Fault)
    assert f"by grace: {IN_WORDS[first[0]]}" in str(refused)
    credited = sum(amount for what, amount in entries(accounts, call) if what == "credit")
    assert (dispute(accounts)["decision"], dispute(accounts)["credited"]) == (first[0], credited)


def test_figures_add_up_to_the_credits(accounts: Accounts) -> None:
    calls = [talk(number, START + timedelta(hours=number)) for number in range(1, 9)]
    elsewhere = talk(9, START, partner="harbor", kind="listing")
    take(accounts, [*calls, elsewhere])
    for place, call in enumerate(calls):
        objects(accounts, call, "no-talk" if place < 5 else "repeat")
    objects(accounts, elsewhere, "repeat")
    decides(accounts, calls[0])
    credits(accounts, calls[1], 500)
    decides(accounts, calls[1])
    decides(accounts, calls[2], IN_PART, "10.00")
    decides(accounts, calls[3], REFUSED)
    decides(accounts, calls[5])
    decides(accounts, elsewhere)
    told = {(row["partner"], row["reason"]): row for row in all_figures(accounts)}
    assert told["sunrise", "no-talk"] == {
        "partner": "sunrise",
        "reason": "no-talk",
        "currency": "USD",
        "simulated": True,
        "raised": 5,
        "open": 1,
        "accepted": 2,
        "in_part": 1,
        "refused": 1,
        "disputed": "175.00",
        "credited": "75.00",
    }
    assert [(key, row["raised"], row["credited"]) for key, row in told.items()] == [
        (("harbor", "repeat"), 1, "20.00"),
        (("sunrise", "no-talk"), 5, "75.00"),
        (("sunrise", "repeat"), 3, "35.00"),
    ]
    by_objections = [
        row["amount"]
        for row in accounts.rows("ledger_entry")
        if (row["reason"] or "").startswith("objection ")
    ]
    assert (
        sum(by_objections)
        == 2000 + 7500 + 3500
        == sum(row["credited"] or 0 for row in accounts.rows("dispute"))
    )


def test_figures_of_a_month_are_of_those_raised_in_it_in_the_partner_s_zone(
    accounts: Accounts, call: ReportedCall
) -> None:
    """It is November in London, and still October in Los Angeles."""
    accounts.now = START + timedelta(days=30, hours=18)
    assert (accounts.now.month, accounts.now.day) == (11, 1)
    objects(accounts, call)
    assert [row["raised"] for row in all_figures(accounts, "2026-10")] == [1]
    assert all_figures(accounts, "2026-11") == []
