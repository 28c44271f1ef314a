"""The pages Billing: months by partner and down to each call, accounts, invoices, disputes, and acts on money."""

from __future__ import annotations

from flask import Blueprint

from console.billing.entries import add_entries
from console.billing.report import add_report
from console.dependencies import ConsoleDependencies

PARTS = (("Report", "billing.report"),)


def billing_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("billing", __name__)
    for add in (add_report, add_entries):
        add(pages, dependencies)
    pages.context_processor(lambda: {"billing_parts": PARTS})
    return pages
