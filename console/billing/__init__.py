"""The pages Billing: months by partner and down to each call, accounts, invoices, disputes, and acts on money."""

from __future__ import annotations

from flask import Blueprint

from console.billing.accounts import add_accounts
from console.billing.close import add_close
from console.billing.credits import add_credits
from console.billing.differences import add_differences
from console.billing.disputes import add_disputes
from console.billing.entries import add_entries
from console.billing.invoices import add_invoices
from console.billing.rates import add_rates
from console.billing.report import add_report
from console.dependencies import ConsoleDependencies

PARTS = (
    ("Report", "billing.report"),
    ("Accounts", "billing.accounts"),
    ("Invoices", "billing.invoices"),
    ("Disputes", "billing.disputes"),
    ("Differences", "billing.differences"),
    ("Rates", "billing.rates"),
    ("Close a month", "billing.close"),
)
"""(name, endpoint): what stands above each of these pages"""


def billing_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("billing", __name__)
    for add in (
        add_report,
        add_entries,
        add_accounts,
        add_invoices,
        add_disputes,
        add_differences,
        add_rates,
        add_credits,
        add_close,
    ):
        add(pages, dependencies)
    pages.context_processor(lambda: {"billing_parts": PARTS})
    return pages
