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
from tests.billing.history import START, Accounts, ReportedCall
from tests.billing.meanwhile import meanwhile
from tests.invoices.closing import close, take, talk


@pytest.fixture
def invoiced(accounts: Accounts, call: ReportedCall) -> datetime:
    """When the invoice was issued that has the charge."""
    accounts.now = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert close(accounts, "2026-10").invoices == ("SIM-000001",)
    return accounts.now


def test_an_objection_is_kept_with_what_the_partner_says(accounts: Accounts, call: ReportedCall) -> None:
    raised = objects(accounts, call)
    assert (raised.partner, raised.left) == ("sunrise", Money(3500, "USD"))
    row = dispute(accounts)
    assert (row["id"], row["call"], row["partner"], row["reason"]) == (
        raised.number,
        call.sid,
        "sunrise",
        "bad-line",
    )
    assert (row["evidence"], row["raised_by"], row["raised_at"]) == ("nothing but noise", "ada", accounts.now)
    assert (row["decision"], row["invoice"]) == (None, None)
    assert entries(accounts, call) == [("charge", 3500)]


def test_no_reason_is_about_the_caller_or_what_came_of_the_call() -> None:
    told = " ".join(f"{name} {meant}" for name, meant in REASONS.items())
    assert re.search(r"\b(admi|insur|treat|patient|diagnos|intake|qualif|convert)", told) is None


def test_only_the_reasons_of_the_list_are_taken(accounts: Accounts, call: ReportedCall) -> None:
    with pytest.raises(Fault, match="'not-admitted' is no reason to object; these are: no-talk, bad-line"):
        objects(accounts, call, "not-admitted")
    assert accounts.rows("dispute") == []


def test_what_was_not_charged_cannot_be_objected_to(accounts: Accounts) -> None:
    short = talk(2, START, seconds=5)
    take(accounts, [short])
    with pytest.raises(NotKnown, match="was not charged"):
        objects(accounts, short)


def test_where_nothing_is_left_there_is_nothing_to_object_to(accounts: Accounts, call: ReportedCall) -> None:
    credits(accounts, call)
    with pytest.raises(Fault, match="nothing is left of the charge"):
        objects(accounts, call)


def test_of_what_was_credited_in_part_the_rest_can_be_objected_to(
    accounts: Accounts, call: ReportedCall
) -> None:
    credits(accounts, call, 1000)
    assert objects(accounts, call).left == Money(2500, "USD")


def test_one_objection_to_a_charge_is_open_at_a_time(accounts: Accounts, call: ReportedCall) -> None:
    number = objects(accounts, call).number
    with pytest.raises(Fault, match=f"objection {number} to this charge is open since 2026-10-01 12:00 UTC"):
        objects(accounts, call, "other")
    decides(accounts, call, REFUSED)
    assert objects(accounts, call, "other").number != number


def test_of_two_who_object_at_once_one_does(accounts: Accounts, call: ReportedCall) -> None:
    refused = meanwhile(accounts.database, objecting(accounts, call), objecting(accounts, call, "other"))
    assert isinstance(refused, Fault)
    assert dispute(accounts)["reason"] == "bad-line"


def test_what_is_credited_at_once_is_not_objected_to(accounts: Accounts, call: ReportedCall) -> None:
    refused = meanwhile(accounts.database, crediting(accounts, call), objecting(accounts, call))
    assert isinstance(refused, Fault)
    assert accounts.rows("dispute") == []


def test_the_database_keeps_it_to_one_as_well(accounts: Accounts, call: ReportedCall) -> None:
    objects(accounts, call)
    row = {name: value for name, value in dispute(accounts).items() if name != "id"}
    with pytest.raises(sa.exc.IntegrityError), accounts.database.engine.begin() as connection:
        connection.execute(sa.insert(tables.Dispute).values(**row))


def test_what_is_on_no_invoice_can_be_objected_to_at_any_time(accounts: Accounts, call: ReportedCall) -> None:
    accounts.now += timedelta(days=400)
    assert objects(accounts, call)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3), timedelta(days=30)])
def test_it_is_possible_until_30_days_after_the_invoice(
    accounts: Accounts, call: ReportedCall, invoiced: datetime, late: timedelta
) -> None:
    accounts.now = invoiced + late
    objects(accounts, call)
    assert dispute(accounts)["invoice"] == "SIM-000001"


def test_after_30_days_it_is_too_late(accounts: Accounts, call: ReportedCall, invoiced: datetime) -> None:
    accounts.now = invoiced + timedelta(days=30, microseconds=1)
    told = (
        r"SIM-000001, which has the charge, was issued on 2026-11-02 09:30 UTC: an objection was possible for"
        r" 30 days, until 2026-12-02 09:30 UTC"
    )
    with pytest.raises(Fault, match=told):
        objects(accounts, call)
    assert accounts.rows("dispute") == []


def test_in_time_it_may_be_decided_at_any_time(
    accounts: Accounts, call: ReportedCall, invoiced: datetime
) -> None:
    objects(accounts, call)
    accounts.now = invoiced + timedelta(days=300)
    assert decides(accounts, call).credited == Money(3500, "USD")


def test_what_is_charged_anew_can_be_objected_to_anew(accounts: Accounts) -> None:
    """The talk was short by the carrier's records, and long after all; the charge is on an invoice of long ago."""
    call = talk(1, START + timedelta(hours=1))
    take(accounts, [call])
    accounts.now = datetime(2026, 11, 2, tzinfo=UTC)
    close(accounts, "2026-10")
    for seconds in (5, 90):
        accounts.now += timedelta(days=40)
        accounts.corrects(call.sid, seconds)
        accounts.tells([call.sid])
    assert [what for what, _ in entries(accounts, call)] == ["charge", "credit", "credit_reversal"]
    assert objects(accounts, call).left == Money(3500, "USD")
    assert dispute(accounts)["invoice"] is None


def test_a_call_that_nobody_knows_cannot_be_objected_to(accounts: Accounts) -> None:
    objection = Objection("CAnone", "other", "it was not us", "ada")
    with pytest.raises(NotKnown):
        accounts.database.transact(
            lambda session: object_to_charge(session, invoice_of_charge, objection, accounts.now)
        )
    decision = DisputeDecision("CAnone", REFUSED, "what call?", "ada")
    with pytest.raises(NotKnown):
        accounts.database.transact(
            lambda session: decide_dispute(session, accounts.shelf, decision, accounts.now)
        )
