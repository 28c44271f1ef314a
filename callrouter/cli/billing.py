"""`callrouter billing`: the group of what is told, entered and closed in the partners' accounts."""

from __future__ import annotations

import click

from callrouter.cli.lazy import LazyGroup

SOURCES = {
    "adjust": "callrouter.cli.account:adjust",
    "balance": "callrouter.cli.account:balance",
    "close": "callrouter.cli.close:close",
    "credit": "callrouter.cli.credit:credit",
    "deliveries": "callrouter.cli.deliveries:deliveries",
    "invoices": "callrouter.cli.invoices:invoices",
    "pay": "callrouter.cli.account:pay",
    "print": "callrouter.cli.invoices:print_",
    "rates": "callrouter.cli.rates:rates",
    "report": "callrouter.cli.report:report",
    "send": "callrouter.cli.deliveries:send",
    "statement": "callrouter.cli.account:statement",
}


@click.group(cls=LazyGroup, sources=SOURCES)
def billing() -> None:
    """The partners' accounts: what they come to, and what staff enter by hand.

    \b
    Example:
      callrouter billing report --month 2026-11
      callrouter billing credit CA0123 --reason "the line was bad"
    """
