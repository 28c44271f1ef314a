"""The partners' accounts: what each owes, entry by entry, and what staff enter in them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.billing.manual_entries import ManualEntry, adjust, record_payment
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.money import MINOR_UNITS, Money
from callrouter.reports.partners import known_partners
from callrouter.reports.statement import FIGURE_ENTRIES, Balance, StatementLine, balances, statement
from callrouter.staff.roles import Right
from config.free_text import reason, reference
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.billing.dates import read_month
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at
from console.zones import reader_zone

LINES = 200
"""on a page; an export has all"""
ADD, OFF = "add", "off"
_AMOUNT = FormField("amount", "Amount", hint="For example 12.50, in the currency of the account")
_CURRENCY = FormField(
    "currency",
    "Currency",
    hint="Where the account has several, or none yet",
    optional=True,
    choices=tuple((each, each) for each in MINOR_UNITS),
)
_DIRECTION = FormField(
    "direction",
    "Direction",
    choices=((ADD, "add it to what the partner owes"), (OFF, "take it off what the partner owes")),
)


@dataclass(frozen=True, slots=True)
class ChosenFigure:
    """A figure of an account, and what its entries come to; what is taken off is below zero."""

    name: str
    currency: str
    sum: Decimal

    @property
    def words(self) -> str:
        return f"{self.name} in {self.currency}"


def add_accounts(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of the accounts."""

    @pages.get("/accounts")
    @needs(Right.SEE_MONEY)
    def accounts() -> str:
        with dependencies.reading() as connection:
            return render_template(
                "billing/accounts.html", balances=list(balances(connection)), formats=FORMATS
            )

    @pages.get("/accounts/export.<form>")
    @needs(Right.EXPORT)
    def exported_accounts(form: str) -> Response:
        with dependencies.reading() as connection:
            rows = list(balances(connection))
        return download(form, "accounts", tuple(Balance.__annotations__), rows, reader_zone())

    @pages.get("/accounts/<partner>")
    @needs(Right.SEE_MONEY)
    def account(partner: str) -> str:
        since, until = _months()
        with dependencies.reading() as connection:
            _known(known_partners(connection), partner)
            lines = list(statement(connection, partner, since, until))
            owed = list(balances(connection, partner))
        lines, chosen = _narrowed(lines)
        return render_template(
            "billing/account.html",
            partner=partner,
            balances=owed,
            lines=lines[-LINES:],
            total=len(lines),
            chosen=chosen,
            since=since,
            until=until,
            formats=FORMATS,
            export_address=lambda form: address(
                "billing.exported_account", partner=partner, form=form, since=since, until=until
            ),
        )

    @pages.get("/accounts/<partner>/export.<form>")
    @needs(Right.EXPORT)
    def exported_account(partner: str, form: str) -> Response:
        with dependencies.reading() as connection:
            _known(known_partners(connection), partner)
            lines = list(statement(connection, partner, *_months()))
        columns = tuple(StatementLine.__annotations__)
        return download(form, f"account-{partner}", columns, lines, reader_zone())

    @pages.route("/accounts/<partner>/adjustment", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def adjustment(partner: str) -> Any:
        why = FormField("reason", "Reason", reason, "The partner reads it")
        page = ActPage(
            f"Adjust the account of {partner}",
            "An adjustment is about no call, and stands on the invoice of the month. Nothing is changed or deleted:"
            " a mistake is put right by another adjustment. To take back a call's charge, credit the call.",
            (_DIRECTION, _AMOUNT, why, _CURRENCY),
            partial(_adjustment, dependencies, partner),
            address("billing.account", partner=partner),
            "amount",
        )
        return answer(dependencies, page)

    @pages.route("/accounts/<partner>/payment", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def payment(partner: str) -> Any:
        tells = FormField(
            "reference", "Reference", reference, "The bank's, or the number of a check: once for a partner"
        )
        page = ActPage(
            f"Record a payment of {partner}",
            "A payment lowers what the partner owes. A mistake is put right by an adjustment.",
            (_AMOUNT, tells, _CURRENCY),
            partial(_payment, dependencies, partner),
            address("billing.account", partner=partner),
            "amount",
        )
        return answer(dependencies, page)


def _entry(dependencies: ConsoleDependencies, partner: str, values: Values, why: str) -> ManualEntry:
    return ManualEntry(
        partner, values["amount"], why, viewer().name, dependencies.simulated, values["currency"]
    )


def _adjustment(dependencies: ConsoleDependencies, partner: str, values: Values) -> Act[Money]:
    wanted, now = _entry(dependencies, partner, values, values["reason"]), asked_at()
    off = values["direction"] == OFF

    def run(session: Session) -> Money:
        return adjust(session, dependencies.directories, wanted, now, off=off)

    what = "taken off" if off else "added to"
    return Act(
        run, lambda entered: f"{Money(abs(entered.minor), entered.currency)} {what} what {partner} owes."
    )


def _payment(dependencies: ConsoleDependencies, partner: str, values: Values) -> Act[Money]:
    wanted, now = _entry(dependencies, partner, values, values["reference"]), asked_at()
    return Act(
        lambda session: record_payment(session, dependencies.directories, wanted, now),
        lambda paid: f"{paid} of {partner} entered as paid.",
    )


def _narrowed(lines: list[StatementLine]) -> tuple[list[StatementLine], ChosenFigure | None]:
    """The lines that a figure of the accounts adds up, where one is asked for."""
    figure, currency = request.args.get("figure"), request.args.get("currency", "")
    if not figure:
        return lines, None
    if figure not in FIGURE_ENTRIES:
        raise Fault(f"{figure!r} is no figure of an account")
    simulated = request.args.get("simulated") == "1"
    found = [
        line
        for line in lines
        if line["what"] in FIGURE_ENTRIES[figure]
        and (line["currency"], line["simulated"]) == (currency, simulated)
    ]
    return found, ChosenFigure(
        figure, currency, sum((Decimal(line["amount"] or 0) for line in found), Decimal())
    )


def _months() -> tuple[str | None, str | None]:
    since, until = request.args.get("since") or None, request.args.get("until") or None
    return since and read_month(since), until and read_month(until)


def _known(partners: list[str], partner: str) -> None:
    if partner not in partners:
        raise NotKnown(f"there is no partner {partner!r}")
