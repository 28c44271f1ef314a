"""The partners' accounts: what each owes, entry by entry, and what staff enter in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.billing.manual_entries import ManualEntry, adjust, record_payment
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.money import MINOR_UNITS, Money
from callrouter.reports.money.account_balances import account_balances
from callrouter.reports.money.account_entries import (
    AccountFigure,
    EntryPlace,
    WantedEntries,
    account_page,
    count_account_entries,
    figure_sum,
)
from callrouter.reports.money.statement import Balance, StatementLine, statement
from callrouter.reports.partners import known_partners
from callrouter.staff.roles import Right
from config.free_text import reason, reference
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.billing.dates import read_month
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at
from console.whole_numbers import LONGEST_ID, shortened, whole_number

PAGE = 100
ADD, OFF = "add", "off"
_BETWEEN = "~"
_FILTER = ("since", "until", "figure", "currency", "simulated")
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


def add_accounts(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of the accounts."""

    @pages.get("/accounts")
    @needs(Right.SEE_MONEY)
    def accounts() -> str:
        with dependencies.reading() as connection:
            return render_template(
                "billing/accounts.html", balances=list(account_balances(connection)), formats=FORMATS
            )

    @pages.get("/accounts/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_accounts(form: str) -> Response:
        with dependencies.reading() as connection:
            rows = list(account_balances(connection))
        return download(dependencies, form, "accounts", tuple(Balance.__annotations__), rows)

    @pages.get("/accounts/<partner>")
    @needs(Right.SEE_MONEY)
    def account(partner: str) -> str:
        wanted = _wanted(partner)
        with dependencies.reading() as connection:
            _known(known_partners(connection), partner)
            page = account_page(connection, wanted, PAGE, after=_place("after"), before=_place("before"))
            total, come_to = count_account_entries(connection, wanted), figure_sum(connection, wanted)
            owed = list(account_balances(connection, partner))
        written = {name: text for name in _FILTER if (text := request.args.get(name))}
        return render_template(
            "billing/account.html",
            wanted=wanted,
            balances=owed,
            page=page,
            newer=_place_text(page.previous),
            older=_place_text(page.following),
            total=total,
            come_to=come_to,
            formats=FORMATS,
            page_address=lambda **place: address("billing.account", partner=partner, **written, **place),
            export_address=lambda form: address(
                "billing.exported_account", partner=partner, form=form, **written
            ),
        )

    @pages.get("/accounts/<partner>/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_account(partner: str, form: str) -> Response:
        with dependencies.reading() as connection:
            _known(known_partners(connection), partner)
        columns = tuple(StatementLine.__annotations__)
        lines = _lines(dependencies, _wanted(partner))
        return download(dependencies, form, f"account-{partner}", columns, lines, what="account")

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


def _wanted(partner: str) -> WantedEntries:
    """The entries that the address names."""
    figure = request.args.get("figure")
    chosen = AccountFigure(figure, *_account()) if figure else None
    return WantedEntries(partner, *_months(), chosen)


def _account() -> tuple[str, bool]:
    return request.args.get("currency", ""), request.args.get("simulated") == "1"


def _lines(dependencies: ConsoleDependencies, wanted: WantedEntries) -> Iterator[StatementLine]:
    """The statement whole, or the lines of it that a figure adds up."""
    with dependencies.reading() as connection:
        for line in statement(connection, wanted.partner, wanted.since, wanted.until):
            if wanted.figure is None or wanted.figure.adds_up(line):
                yield line


def _place(name: str) -> EntryPlace | None:
    text = request.args.get(name)
    if not text:
        return None
    day, _, number = text.partition(_BETWEEN)
    entry = whole_number(number, LONGEST_ID)
    if entry is None:
        raise Fault(f"{shortened(text)} is no place in this list")
    return EntryPlace(day, entry)


def _place_text(place: EntryPlace | None) -> str | None:
    return f"{place.day}{_BETWEEN}{place.id}" if place else None


def _months() -> tuple[str | None, str | None]:
    since, until = request.args.get("since") or None, request.args.get("until") or None
    return since and read_month(since), until and read_month(until)


def _known(partners: list[str], partner: str) -> None:
    if partner not in partners:
        raise NotKnown(f"there is no partner {partner!r}")
