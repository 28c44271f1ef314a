"""A partner's account, invoices and disputes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from callrouter.errors import NotKnown
from callrouter.invoices.documents import FORMS, PDF, document
from callrouter.invoices.invoice import Invoice, file_name
from callrouter.invoices.read import read_invoice
from callrouter.money import Money
from callrouter.reports.money.disputes import OPEN, DisputeRow, disputes
from callrouter.reports.money.invoices import IssuedInvoice, issued_invoices
from callrouter.reports.money.statement import StatementLine, balances, statement
from callrouter.staff.roles import Right
from console.access import needs, own_partner
from console.billing.dates import read_month
from console.billing.invoices import DOCUMENT_TYPES
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at

PARTS = (
    ("Statement", "partner_money.account"),
    ("Invoices", "partner_money.invoices"),
    ("Disputes", "partner_money.disputes"),
)
LINES = 200
"""on a page; an export, and a document, have all"""
MONTHS_SHOWN = 3
"""of a statement at first, this one included"""
_STAFF = {"person", "issued_by", "decided_by"}
"""columns with names of staff"""


def partner_money_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("partner_money", __name__)
    pages.context_processor(lambda: {"billing_parts": PARTS, "formats": FORMATS})

    @pages.get("/account")
    @needs(Right.SEE_OWN)
    def account() -> str:
        since, until = _months(_some_months_ago())
        with dependencies.reading_own(own_partner()) as connection:
            lines = list(statement(connection, own_partner(), since, until))
            owed = list(balances(connection))
        return render_template(
            "partner/account.html",
            balances=owed,
            lines=lines[-LINES:],
            total=len(lines),
            since=since,
            until=until,
            export_address=lambda form: address(
                "partner_money.exported_account", form=form, since=since, until=until
            ),
        )

    @pages.get("/account/export.<form>")
    @needs(Right.SEE_OWN)
    def exported_account(form: str) -> Response:
        with dependencies.reading_own(own_partner()) as connection:
            lines = list(statement(connection, own_partner(), *_months()))
        return _download(dependencies, form, f"account-{own_partner()}", StatementLine, lines, "account")

    @pages.get("/invoices")
    @needs(Right.SEE_OWN)
    def invoices() -> str:
        return render_template("partner/invoices.html", invoices=_invoices(dependencies))

    @pages.get("/invoices/export.<form>")
    @needs(Right.SEE_OWN)
    def exported_invoices(form: str) -> Response:
        return _download(dependencies, form, "invoices", IssuedInvoice, _invoices(dependencies))

    @pages.get("/invoices/<name>")
    @needs(Right.SEE_OWN)
    def invoice(name: str) -> str:
        found = _own_invoice(dependencies, name)
        return render_template(
            "partner/invoice.html",
            invoice=found,
            total=Money(found.total, found.currency),
            lines=[(line, Money(line.amount, found.currency)) for line in found.lines[:LINES]],
            forms=FORMS,
        )

    @pages.get("/invoices/<name>/document.<form>")
    @needs(Right.SEE_OWN)
    def printed(name: str, form: str) -> Response:
        if form not in FORMS:
            abort(HTTPStatus.NOT_FOUND)
        # It is printed and stored by the application: a partner's role stores nothing.
        found = _own_invoice(dependencies, name)
        content = document(dependencies.database, found.number, form, asked_at())
        how = "inline" if form == PDF and request.args.get("shown") else "attachment"
        response = Response(content, content_type=DOCUMENT_TYPES[form])
        response.headers["Content-Disposition"] = f'{how}; filename="{file_name(found)}.{form}"'
        return response

    @pages.get("/disputes", endpoint="disputes")
    @needs(Right.SEE_OWN)
    def own_disputes() -> str:
        return render_template("partner/disputes.html", disputes=_disputes(dependencies), open=OPEN)

    @pages.get("/disputes/export.<form>")
    @needs(Right.SEE_OWN)
    def exported_disputes(form: str) -> Response:
        return _download(dependencies, form, "disputes", DisputeRow, _disputes(dependencies))

    return pages


def _months(since_at_first: str = "") -> tuple[str | None, str | None]:
    """The months of the address: from an empty one on there are all."""
    since, until = request.args.get("since", since_at_first), request.args.get("until", "")
    return read_month(since) if since else None, read_month(until) if until else None


def _some_months_ago() -> str:
    """The first month of a statement that nobody has asked for others of."""
    months = asked_at().year * 12 + asked_at().month - MONTHS_SHOWN
    return f"{months // 12:04}-{months % 12 + 1:02}"


def _invoices(dependencies: ConsoleDependencies) -> list[IssuedInvoice]:
    with dependencies.reading_own(own_partner()) as connection:
        return list(issued_invoices(connection))[::-1]


def _disputes(dependencies: ConsoleDependencies) -> list[DisputeRow]:
    with dependencies.reading_own(own_partner()) as connection:
        return list(disputes(connection))[::-1]


def _own_invoice(dependencies: ConsoleDependencies, name: str) -> Invoice:
    """Raises NotKnown for those of others, whether there are such or not."""
    with dependencies.reading_own(own_partner()) as connection:
        try:
            return read_invoice(connection, name)
        except NotKnown:
            raise NotKnown(f"your partner has no invoice {name}") from None


def _download(
    dependencies: ConsoleDependencies, form: str, name: str, row: type[Any], rows: list[Any], what: str = ""
) -> Response:
    columns = tuple(column for column in row.__annotations__ if column not in _STAFF)
    return download(dependencies, form, name, columns, rows, what=what)
