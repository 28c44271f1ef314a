"""Objecting: to what was charged and is left, once at a time, until 30 days after the invoice."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import callrouter.model as tables
from callrouter.billing.disputes.decision import DisputeDecision, decide_dispute
from callrouter.billing.disputes.model import REFUSED
from callrouter.billing.disputes.objection import REASONS, Objection, object_to_charge
from callrouter.errors import Fault, NotKnown
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.money import Money
from tests.billing.disputes.objecting import crediting, credits, decides, dispute, entries, objecting, objects
from tests.billing.history import START, Books, Told
from tests.billing.meanwhile import meanwhile
from tests.invoices.closing import close, take, talk


@pytest.fixture
def invoiced(books: Books, call: Told) -> datetime:
    """When the invoice was issued that has the charge."""
    books.now = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert close(books, "2026-10").invoices == ("SIM-000001",)
    return books.now


def test_an_objection_is_kept_with_what_the_partner_says(books: Books, call: Told) -> None:
    raised = objects(books, call)
    assert (raised.partner, raised.left) == ("sunrise", Money(3500, "USD"))
    row = dispute(books)
    assert (row["id"], row["call"], row["partner"], row["reason"]) == (
        raised.number,
        call.sid,
        "sunrise",
        "bad-line",
    )
    assert (row["evidence"], row["raised_by"], row["raised_at"]) == ("nothing but noise", "ada", books.now)
    assert (row["decision"], row["invoice"]) == (None, None)
    assert entries(books, call) == [("charge", 3500)]


def test_no_reason_is_about_the_caller_or_what_came_of_the_call() -> None:
    told = " ".join(f"{name} {meant}" for name, meant in REASONS.items())
    assert re.search(r"\b(admi|insur|treat|patient|diagnos|intake|qualif|convert)", told) is None


def test_only_the_reasons_of_the_list_are_taken(books: Books, call: Told) -> None:
    with pytest.raises(Fault, match="'not-admitted' is no reason to object; these are: no-talk, bad-line"):
        objects(books, call, "not-admitted")
    assert books.rows("dispute") == []


def test_what_was_not_charged_cannot_be_objected_to(books: Books) -> None:
    short = talk(2, START, seconds=5)
    take(books, [short])
    with pytest.raises(NotKnown, match="was not charged"):
        objects(books, short)


def test_where_nothing_is_left_there_is_nothing_to_object_to(books: Books, call: Told) -> None:
    credits(books, call)
    with pytest.raises(Fault, match="nothing is left of the charge"):
        objects(books, call)


def test_of_what_was_credited_in_part_the_rest_can_be_objected_to(books: Books, call: Told) -> None:
    credits(books, call, 1000)
    assert objects(books, call).left == Money(2500, "USD")


def test_one_objection_to_a_charge_is_open_at_a_time(books: Books, call: Told) -> None:
    number = objects(books, call).number
    with pytest.raises(Fault, match=f"objection {number} to this charge is open since 2026-10-01 12:00 UTC"):
        objects(books, call, "other")
    decides(books, call, REFUSED)
    assert objects(books, call, "other").number != number


def test_of_two_who_object_at_once_one_does(books: Books, call: Told) -> None:
    refused = meanwhile(books.database, objecting(books, call), objecting(books, call, "other"))
    assert isinstance(refused, Fault)
    assert dispute(books)["reason"] == "bad-line"


def test_what_is_credited_at_once_is_not_objected_to(books: Books, call: Told) -> None:
    refused = meanwhile(books.database, crediting(books, call), objecting(books, call))
    assert isinstance(refused, Fault)
    assert books.rows("dispute") == []


def test_the_database_keeps_it_to_one_as_well(books: Books, call: Told) -> None:
    objects(books, call)
    row = {name: value for name, value in dispute(books).items() if name != "id"}
    with pytest.raises(sa.exc.IntegrityError), books.database.engine.begin() as connection:
        connection.execute(sa.insert(tables.Dispute).values(**row))


def test_what_is_on_no_invoice_can_be_objected_to_at_any_time(books: Books, call: Told) -> None:
    books.now += timedelta(days=400)
    assert objects(books, call)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3), timedelta(days=30)])
def test_it_is_possible_until_30_days_after_the_invoice(
    books: Books, call: Told, invoiced: datetime, late: timedelta
) -> None:
    books.now = invoiced + late
    objects(books, call)
    assert dispute(books)["invoice"] == "SIM-000001"


def test_after_30_days_it_is_too_late(books: Books, call: Told, invoiced: datetime) -> None:
    books.now = invoiced + timedelta(days=30, microseconds=1)
    told = (
        r"SIM-000001, which has the charge, was issued on 2026-11-02 09:30 UTC: an objection was possible for"
        r" 30 days, until 2026-12-02 09:30 UTC"
    )
    with pytest.raises(Fault, match=told):
        objects(books, call)
    assert books.rows("dispute") == []


def test_in_time_it_may_be_decided_at_any_time(books: Books, call: Told, invoiced: datetime) -> None:
    objects(books, call)
    books.now = invoiced + timedelta(days=300)
    assert decides(books, call).credited == Money(3500, "USD")


def test_what_is_charged_anew_can_be_objected_to_anew(books: Books) -> None:
    """The talk was short by the carrier's books, and long after all; the charge is on an invoice of long ago."""
    call = talk(1, START + timedelta(hours=1))
    take(books, [call])
    books.now = datetime(2026, 11, 2, tzinfo=UTC)
    close(books, "2026-10")
    for seconds in (5, 90):
        books.now += timedelta(days=40)
        books.corrects(call.sid, seconds)
        books.tells([call.sid])
    assert [what for what, _ in entries(books, call)] == ["charge", "credit", "credit_reversal"]
    assert objects(books, call).left == Money(3500, "USD")
    assert dispute(books)["invoice"] is None


def test_a_call_that_nobody_knows_cannot_be_objected_to(books: Books) -> None:
    objection = Objection("CAnone", "other", "it was not us", "ada")
    with pytest.raises(NotKnown):
        books.database.transact(
            lambda session: object_to_charge(session, invoice_of_charge, objection, books.now)
        )
    decision = DisputeDecision("CAnone", REFUSED, "what call?", "ada")
    with pytest.raises(NotKnown):
        books.database.transact(lambda session: decide_dispute(session, books.shelf, decision, books.now))
