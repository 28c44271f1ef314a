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
from tests.billing.history import START, Books, Killed, Told
from tests.billing.meanwhile import meanwhile
from tests.invoices.closing import close, take, talk

VERDICTS = [(ACCEPTED, None, 3500), (IN_PART, "10.00", 1000), (REFUSED, None, 0)]


@pytest.mark.parametrize(("verdict", "amount", "credited"), VERDICTS)
def test_what_is_decided_is_credited_and_kept(
    books: Books, call: Told, verdict: str, amount: str | None, credited: int
) -> None:
    number = objects(books, call).number
    books.now += timedelta(days=2)
    assert decides(books, call, verdict, amount) == DecidedDispute(number, Money(credited, "USD"))
    row = dispute(books)
    assert (row["decision"], row["credited"], row["note"]) == (verdict, credited, "looked into")
    assert (row["decided_by"], row["decided_at"]) == ("grace", books.now)
    taken_back = [("credit", credited)] if credited else []
    assert entries(books, call) == [("charge", 3500), *taken_back]


def test_the_credit_names_the_objection_and_the_person(books: Books, call: Told) -> None:
    number = objects(books, call, "no-talk").number
    decides(books, call)
    credit = books.rows("ledger_entry")[-1]
    assert (credit["reason"], credit["person"], credit["rule"]) == (
        f"objection {number} (no-talk) accepted",
        "grace",
        None,
    )


@pytest.mark.parametrize("first", [(ACCEPTED, None), (IN_PART, "10.00"), (REFUSED, None)])
@pytest.mark.parametrize("again", [(ACCEPTED, None), (IN_PART, "1.00"), (REFUSED, None)])
def test_it_is_decided_once(
    books: Books, call: Told, first: tuple[str, str | None], again: tuple[str, str | None]
) -> None:
    number = objects(books, call).number
    decides(books, call, *first)
    before = books.rows("dispute"), books.rows("ledger_entry")
    told = f"objection {number} was decided on 2026-10-01 12:00 UTC by grace: {IN_WORDS[first[0]]}"
    with pytest.raises(Fault, match=told):
        decides(books, call, *again)
    assert (books.rows("dispute"), books.rows("ledger_entry")) == before


def test_without_an_objection_there_is_nothing_to_decide(books: Books, call: Told) -> None:
    with pytest.raises(NotKnown, match=f"nobody has objected to the charge of {call.sid}"):
        decides(books, call)
    assert entries(books, call) == [("charge", 3500)]


@pytest.mark.parametrize("amount", ["0.00", "35.00", "35.01", "-1.00", "1.005", "ten", None])
def test_a_part_is_more_than_nothing_and_less_than_what_is_left(
    books: Books, call: Told, amount: str | None
) -> None:
    objects(books, call)
    with pytest.raises(Fault):
        decides(books, call, IN_PART, amount)
    assert (dispute(books)["decision"], entries(books, call)) == (None, [("charge", 3500)])


def test_a_part_is_of_what_is_left(books: Books, call: Told) -> None:
    objects(books, call)
    credits(books, call, 3000)
    with pytest.raises(Fault, match=r"5\.00 USD are left of the charge; a part"):
        decides(books, call, IN_PART, "5.00")
    assert decides(books, call, IN_PART, "4.99").credited == Money(499, "USD")


def test_what_was_credited_meanwhile_is_not_credited_again(books: Books, call: Told) -> None:
    objects(books, call)
    credits(books, call, 1000)
    assert decides(books, call).credited == Money(2500, "USD")
    assert entries(books, call) == [("charge", 3500), ("credit", 1000), ("credit", 2500)]


@pytest.mark.parametrize("verdict", [ACCEPTED, REFUSED])
def test_where_all_was_credited_meanwhile_it_is_decided_for_nothing(
    books: Books, call: Told, verdict: str
) -> None:
    objects(books, call)
    credits(books, call)
    assert decides(books, call, verdict).credited == Money(0, "USD")
    assert dispute(books)["decision"] == verdict


def test_a_repeat_pays_once_what_it_repeated_does_not(books: Books) -> None:
    first, repeat = (
        Told(f"CA{number}", "sunrise", "helpline", "the same", START + timedelta(days=number), 90)
        for number in (1, 2)
    )
    take(books, [first, repeat])
    assert books.cost_of_calls() == {first.sid: 3500}
    objects(books, first)
    decides(books, first)
    assert books.cost_of_calls() == {repeat.sid: 3500}


def test_a_credit_by_a_rule_gives_way_so_that_the_call_stays_credited(books: Books) -> None:
    """It becomes a repeat of a call that is told of late, which is credited later on itself."""
    late, call = (
        Told(f"CA{number}", "sunrise", "helpline", "the same", START + timedelta(days=number), 90)
        for number in (1, 2)
    )
    books.stores([late, call])
    books.tells([call.sid])
    objects(books, call)
    books.tells([late.sid])
    assert books.cost_of_calls() == {late.sid: 3500}
    assert decides(books, call).credited == Money(3500, "USD")
    assert [what for what, _ in entries(books, call)] == ["charge", "credit", "credit_reversal", "credit"]
    credits(books, late)
    assert books.cost_of_calls() == {}


def test_a_decision_about_a_closed_month_is_entered_in_the_open_one(books: Books, call: Told) -> None:
    books.now = START + timedelta(days=33)
    [invoice] = close(books, "2026-10").invoices
    objects(books, call)
    decides(books, call)
    assert [row["period"] for row in books.rows("ledger_entry")] == ["2026-10", "2026-11"]
    assert dispute(books)["invoice"] == invoice


@pytest.mark.parametrize(("verdict", "amount", "credited"), VERDICTS)
def test_killed_in_the_middle_nothing_has_happened(
    books: Books, call: Told, verdict: str, amount: str | None, credited: int
) -> None:
    objects(books, call)
    before = books.rows("dispute"), books.rows("ledger_entry")
    with pytest.raises(Killed):
        decides(books, call, verdict, amount, killed=True)
    assert (books.rows("dispute"), books.rows("ledger_entry")) == before
    assert decides(books, call, verdict, amount).credited == Money(credited, "USD")


@pytest.mark.parametrize("first", [(ACCEPTED, None), (IN_PART, "10.00"), (REFUSED, None)])
@pytest.mark.parametrize("second", [(ACCEPTED, None), (REFUSED, None)])
def test_of_two_who_decide_at_once_one_does(
    books: Books, call: Told, first: tuple[str, str | None], second: tuple[str, str | None]
) -> None:
    objects(books, call)
    refused = meanwhile(books.database, deciding(books, call, *first), deciding(books, call, *second))
    assert isinstance(refused, Fault)
    assert f"by grace: {IN_WORDS[first[0]]}" in str(refused)
    credited = sum(amount for what, amount in entries(books, call) if what == "credit")
    assert (dispute(books)["decision"], dispute(books)["credited"]) == (first[0], credited)


def test_figures_add_up_to_the_credits(books: Books) -> None:
    calls = [talk(number, START + timedelta(hours=number)) for number in range(1, 9)]
    elsewhere = talk(9, START, partner="harbor", kind="listing")
    take(books, [*calls, elsewhere])
    for place, call in enumerate(calls):
        objects(books, call, "no-talk" if place < 5 else "repeat")
    objects(books, elsewhere, "repeat")
    decides(books, calls[0])
    credits(books, calls[1], 500)
    decides(books, calls[1])
    decides(books, calls[2], IN_PART, "10.00")
    decides(books, calls[3], REFUSED)
    decides(books, calls[5])
    decides(books, elsewhere)
    told = {(row["partner"], row["reason"]): row for row in all_figures(books)}
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
        row["amount"] for row in books.rows("ledger_entry") if (row["reason"] or "").startswith("objection ")
    ]
    assert (
        sum(by_objections) == 2000 + 7500 + 3500 == sum(row["credited"] or 0 for row in books.rows("dispute"))
    )


def test_figures_of_a_month_are_of_those_raised_in_it_in_the_partner_s_zone(books: Books, call: Told) -> None:
    """It is November in London, and still October in Los Angeles."""
    books.now = START + timedelta(days=30, hours=18)
    assert (books.now.month, books.now.day) == (11, 1)
    objects(books, call)
    assert [row["raised"] for row in all_figures(books, "2026-10")] == [1]
    assert all_figures(books, "2026-11") == []
