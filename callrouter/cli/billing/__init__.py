"""`callrouter billing`: the partners' accounts and invoices, and what staff enter in them."""

from __future__ import annotations

import click

from callrouter.cli.lazy import LazyGroup

SOURCES = {
    "adjust": "callrouter.cli.billing.account:adjust",
    "balance": "callrouter.cli.billing.account:balance",
    "close": "callrouter.cli.billing.close:close",
    "credit": "callrouter.cli.billing.credit:credit",
    "deliveries": "callrouter.cli.billing.deliveries:deliveries",
    "invoices": "callrouter.cli.billing.invoices:invoices",
    "print": "callrouter.cli.billing.invoices:print_",
    "rates": "callrouter.cli.billing.rates:rates",
    "record-payment": "callrouter.cli.billing.account:record_payment",
    "report": "callrouter.cli.billing.report:report",
    "send": "callrouter.cli.billing.deliveries:send",
    "statement": "callrouter.cli.billing.account:statement",
}


@click.group(cls=LazyGroup, sources=SOURCES)
def billing() -> None:
    """The partners' accounts: what they come to, and what staff enter by hand.

    \b
    Example:
      callrouter billing report --month 2026-11
      callrouter billing credit CA0123 --reason "the line was bad"
    """
