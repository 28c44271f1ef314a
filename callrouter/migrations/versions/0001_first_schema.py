"""The first schema, whose parts are in `callrouter/migrations/first_schema/`."""

from __future__ import annotations

from callrouter.migrations.first_schema import (
    account_guards,
    billing,
    calls,
    directory,
    events,
    evidence,
    evidence_guards,
    figures,
    invoice_guards,
    invoices,
    privacy,
    promises,
    reconciliation,
    reveals,
    routing,
    rows,
    staff,
    totals,
    wordings,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    directory,
    wordings,
    calls,
    routing,
    events,
    promises,
    privacy,
    reconciliation,
    billing,
    invoices,
    figures,
    staff,
    evidence,
    reveals,
)
_TRIGGERS = (account_guards, invoice_guards, evidence_guards, totals)


def upgrade() -> None:
    """Make everything, in the order in which the parts need each other."""
    for part in (*_TABLES, *_TRIGGERS, rows):
        part.create()
