"""Invoices: what was issued, as it was printed first, and to whom it was sent."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from callrouter.errors import Fault
from callrouter.invoices.documents import FORMS, PDF, document
from callrouter.invoices.invoice import Invoice, file_name
from callrouter.invoices.read import read_invoice
from callrouter.invoices.send import ask_to_send
from callrouter.mailbox import mailbox
from callrouter.masking import masked
from callrouter.money import Money
from callrouter.reports.money.deliveries import ListedDelivery, invoice_deliveries
from callrouter.reports.money.invoices import IssuedInvoice, issued_invoices
from callrouter.reports.partners import known_partners
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.billing.dates import read_month
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at

DOCUMENT_TYPES = {
    PDF: "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LINES = 200
"""of an invoice on its page; the document has all"""


def add_invoices(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of invoices."""

    @pages.get("/invoices", endpoint="invoices")
    @needs(Right.SEE_MONEY)
    def listed() -> str:
        with dependencies.reading() as connection:
            partners = known_partners(connection)
        return render_template(
            "billing/invoices.html",
            invoices=_rows(dependencies),
            waiting=_deliveries(dependencies, only_open=True),
            filter=request.args,
            partners=partners,
            formats=FORMATS,
            export_address=lambda form: address("billing.exported_invoices", form=form, **_filter()),
        )

    @pages.get("/invoices/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_invoices(form: str) -> Response:
        columns = tuple(IssuedInvoice.__annotations__)
        return download(dependencies, form, "invoices", columns, _rows(dependencies))

    @pages.get("/invoices/<name>")
    @needs(Right.SEE_MONEY)
    def invoice(name: str) -> str:
        found = _invoice(dependencies, name)
        return render_template(
            "billing/invoice.html",
            invoice=found,
            total=Money(found.total, found.currency),
            lines=[(line, Money(line.amount, found.currency)) for line in found.lines[:LINES]],
            deliveries=[row for row in _deliveries(dependencies) if row["invoice"] == name],
            forms=FORMS,
        )

    @pages.get("/invoices/<name>/document.<form>")
    @needs(Right.SEE_MONEY)
    def printed(name: str, form: str) -> Response:
        if form not in FORMS:
            abort(HTTPStatus.NOT_FOUND)
        found = _invoice(dependencies, name)
        content = document(dependencies.database, name, form, asked_at())
        response = Response(content, content_type=DOCUMENT_TYPES[form])
        how = "inline" if form == PDF and request.args.get("shown") else "attachment"
        response.headers["Content-Disposition"] = f'{how}; filename="{file_name(found)}.{form}"'
        return response

    @pages.route("/invoices/<name>/delivery", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def send(name: str) -> Any:
        found = _invoice(dependencies, name)
        to = FormField("address", "To", mailbox, "Empty: the partner's billing e-mail", optional=True)
        waits = "" if dependencies.sends_invoices else " It waits until INVOICE_FROM and SMTP_URL are set."
        page = ActPage(
            f"Send {name}",
            "A worker e-mails the invoice with its PDF and CSV. One that is on its way to the same address is only"
            f" tried at once.{waits}",
            (to,),
            partial(_delivery, dependencies, found),
            address("billing.invoice", name=name),
            "address",
        )
        return answer(dependencies, page)


def _filter() -> dict[str, str]:
    return {name: value for name in ("month", "partner") if (value := request.args.get(name, ""))}


def _rows(dependencies: ConsoleDependencies) -> list[IssuedInvoice]:
    wanted = _filter()
    month = read_month(wanted["month"]) if "month" in wanted else None
    with dependencies.reading() as connection:
        found = list(issued_invoices(connection, month, wanted.get("partner")))
    return found[::-1]


def _invoice(dependencies: ConsoleDependencies, name: str) -> Invoice:
    return dependencies.database.transact(lambda session: read_invoice(session, name))


def _deliveries(dependencies: ConsoleDependencies, *, only_open: bool = False) -> list[ListedDelivery]:
    """An error of a mail server may quote what it was given, so numbers in it are masked."""
    with dependencies.reading() as connection:
        found = invoice_deliveries(
            connection, asked_at(), has_sender=dependencies.sends_invoices, only_open=only_open
        )
        return [{**row, "error": masked(row["error"])} for row in found]


def _delivery(dependencies: ConsoleDependencies, invoice: Invoice, values: Values) -> Act[int]:
    to, person, now = values["address"] or _billing_email(dependencies, invoice), viewer().name, asked_at()
    return Act(
        lambda session: ask_to_send(session, invoice.number, to, person, now),
        lambda number: f"{invoice.number} is to be sent to {to}, delivery {number}.",
        changes_accounts=False,
    )


def _billing_email(dependencies: ConsoleDependencies, invoice: Invoice) -> str:
    directory = dependencies.database.transact(dependencies.directories.in_force)
    partner = directory.partners.get(invoice.partner)
    if partner is None or not partner.billing_email:
        raise Fault(f"the directory has no billing e-mail of {invoice.partner}: write an address")
    return partner.billing_email
