"""Acts about the charge of a call: credit it, reverse a credit, and raise the partner's dispute."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

from flask import Blueprint

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.credit_reversal import (
    CreditReversalRequest,
    ManualCredit,
    manual_credits,
    reverse_credit,
)
from callrouter.billing.disputes.objection import REASONS, Objection, OpenObjection, object_to_charge
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.money import Money, parse_amount
from callrouter.reports.calls.find_call import find_call
from callrouter.staff.roles import Right
from config.free_text import evidence, reason
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.dependencies import ConsoleDependencies
from console.frame import address, asked_at

T = TypeVar("T")
_WHY = FormField("reason", "Reason", reason, "The partner reads it. Write no number of a caller here.")
_AMOUNT = FormField(
    "amount", "Amount", hint="A part, for example 10.00. Empty: all that is left", optional=True
)
DISPUTE_REASON = FormField(
    "reason", "Reason", choices=tuple((name, f"{name}: {meant}") for name, meant in REASONS.items())
)
_DISPUTE_FIELDS = (
    DISPUTE_REASON,
    FormField("evidence", "What the partner says", evidence, "Write no number of a caller here.", long=True),
)


def add_credits(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of these acts."""

    @pages.route("/calls/<sid>/credit", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def credit_call(sid: str) -> Any:
        charge = _charged(dependencies, sid)
        about = (
            "The partner need not pay the charge, or a part of it. What was free because of this charge is priced"
            " anew: a repeat may have to be paid now. It can be undone by reversing the credit."
        )
        act = partial(_credit, dependencies, charge)
        return answer(dependencies, _page("Credit", charge, about, (_AMOUNT, _WHY), act))

    @pages.route("/calls/<sid>/credit-reversal", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def reverse(sid: str) -> Any:
        charge = _charged(dependencies, sid)
        credits = dependencies.database.transact(lambda session: manual_credits(session, charge.call))
        choices = tuple((str(each.id), _in_words(each)) for each in credits)
        about = (
            "The credit is reversed whole, by an entry of its own, and what hangs on the charge is priced anew. What a"
            " dispute has credited cannot be reversed."
        )
        act = partial(_reversal, dependencies, charge.call)
        fields = (FormField("credit", "Credit", int, choices=choices), _WHY)
        words = about if credits else "No credit by hand is left to reverse."
        return answer(dependencies, _page("Reverse a credit of", charge, words, fields, act))

    @pages.route("/calls/<sid>/dispute", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def raise_dispute(sid: str) -> Any:
        charge = _charged(dependencies, sid)
        about = (
            "The partner objects to the charge: until 30 days after the invoice that has it. There is no reason about"
            " who called or what came of it: the fee is for the call as such."
        )
        act = partial(_dispute, charge.call)
        return answer(dependencies, _page("Raise a dispute about", charge, about, _DISPUTE_FIELDS, act))


class LeftOfCharge(NamedTuple):
    """A call that was charged, and what is left of the charge."""

    call: str
    left: Money


def _page(
    what: str,
    charge: LeftOfCharge,
    about: str,
    fields: tuple[FormField, ...],
    act: Callable[[Values], Act[T]],
) -> ActPage[T]:
    """The form of an act about a charge. Why it cannot be done stands beside its first field."""
    return ActPage(
        f"{what} call {charge.call[:10]}…",
        about,
        fields,
        act,
        address("calls.call", sid=charge.call),
        fields[0].name,
        (("Call", charge.call), ("Left of the charge", str(charge.left))),
    )


def _charged(dependencies: ConsoleDependencies, sid: str) -> LeftOfCharge:
    """What is left of the charge of a call. Raises NotKnown where it was not charged."""
    with dependencies.reading() as connection:
        call = find_call(connection, sid)
    charged = dependencies.database.transact(lambda session: charged_calls(session, [call])).get(call)
    if charged is None:
        raise NotKnown(f"the call {call} was not charged")
    return LeftOfCharge(call, Money(charged.left, charged.charge.currency))


def _credit(dependencies: ConsoleDependencies, charge: LeftOfCharge, values: Values) -> Act[Money]:
    call, now = charge.call, asked_at()
    amount = _minor(values["amount"], charge.left.currency)
    wanted = CreditRequest(call, amount, values["reason"], viewer().name)
    return Act(
        lambda session: credit(session, dependencies.directories, wanted, now),
        lambda credited: f"{credited} credited for {call}.",
    )


def _minor(amount: str | None, currency: str) -> int | None:
    try:
        return None if amount is None else parse_amount(amount, currency)
    except ValueError as error:
        raise Fault(str(error)) from None


def _reversal(dependencies: ConsoleDependencies, call: str, values: Values) -> Act[Money]:
    wanted, now = CreditReversalRequest(call, values["credit"], values["reason"], viewer().name), asked_at()
    return Act(
        lambda session: reverse_credit(session, dependencies.directories, wanted, now),
        lambda reversed_amount: f"The credit of {reversed_amount} for {call} is reversed.",
    )


def _dispute(call: str, values: Values) -> Act[OpenObjection]:
    objection, now = Objection(call, values["reason"], values["evidence"], viewer().name), asked_at()

    def run(session: Session) -> OpenObjection:
        return object_to_charge(session, invoice_of_charge, objection, now)

    return Act(
        run, lambda raised: f"Dispute of {raised.partner} about {raised.left}, which are left of the charge."
    )


def _in_words(each: ManualCredit) -> str:
    final = f" (dispute {each.dispute}: final)" if each.dispute else ""
    return f"{each.amount} by {each.person} on {each.posted_at:%Y-%m-%d}: {each.reason}{final}"
