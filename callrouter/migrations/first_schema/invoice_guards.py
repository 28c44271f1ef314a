"""Triggers that keep what was issued: invoices whole and unchanged, numbers without a gap, rows that are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_LEFT_OUT = "a month is closed when each of its entries stands on an invoice"
_ISSUED = "what was issued never changes"
_ONLY_ADDED = "rows of this table are only added"
_ONE_BY_ONE = "numbers of invoices go up one by one"
_NO_DIGEST = "the digest of a document is the SHA-256 of its content"

_OF_MONTH = "partner = NEW.partner AND simulated = NEW.simulated"
_ON_NO_INVOICE = (
    f"SELECT id FROM ledger_entry WHERE {_OF_MONTH} AND period = NEW.period AND entry_type <> 'payment'"
    " EXCEPT SELECT line.entry FROM invoice_line line JOIN invoice ON invoice.name = line.invoice"
    f" WHERE {_OF_MONTH} AND period = NEW.period"
)
_MONTH_CLOSED = f"SELECT 1 FROM closed_month WHERE {_OF_MONTH} AND period = NEW.period"

_WHOLE = f"""
CREATE FUNCTION month_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever enters something holds the partner by a foreign key: they are waited for, or wait for this.
    PERFORM 1 FROM partner WHERE key = NEW.partner FOR UPDATE;
    IF EXISTS ({_ON_NO_INVOICE}) THEN
        -- It came while the month was being closed, which is done again with it.
        RAISE EXCEPTION '{_LEFT_OUT}' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER month_is_whole BEFORE INSERT ON closed_month FOR EACH ROW EXECUTE FUNCTION month_is_whole();
"""

_ISSUED_ONCE = f"""
CREATE FUNCTION issued_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_ISSUED}';
END $$;
CREATE FUNCTION invoice_is_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({_MONTH_CLOSED}) THEN
        RAISE EXCEPTION '{_ISSUED}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_is_new BEFORE INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_is_new();
CREATE FUNCTION lines_are_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT invoice FROM added) AS line JOIN invoice ON invoice.name = line.invoice
               JOIN closed_month USING (partner, simulated, period)) THEN
        RAISE EXCEPTION '{_ISSUED}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_are_new AFTER INSERT ON invoice_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION lines_are_new();
"""
_ISSUED_TABLES = ("closed_month", "invoice", "invoice_line", "invoice_checkpoint", "invoice_document")

_PRINTED_AS_ITS_DIGEST = f"""
CREATE FUNCTION digest_is_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_NO_DIGEST}';
END $$;
CREATE TRIGGER digest_is_right BEFORE INSERT ON invoice_document FOR EACH ROW
    WHEN (NEW.digest <> encode(sha256(NEW.content), 'hex')) EXECUTE FUNCTION digest_is_right();
"""

_NUMBERED_ONE_BY_ONE = f"""
CREATE FUNCTION number_is_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_ONE_BY_ONE}';
END $$;
CREATE TRIGGER number_is_first BEFORE INSERT ON invoice_series FOR EACH ROW WHEN (NEW.last <> 1)
    EXECUTE FUNCTION number_is_next();
CREATE TRIGGER number_is_next BEFORE UPDATE ON invoice_series FOR EACH ROW
    WHEN (NEW.last <> OLD.last + 1 OR NEW.series <> OLD.series) EXECUTE FUNCTION number_is_next();
CREATE TRIGGER number_is_kept BEFORE DELETE ON invoice_series FOR EACH ROW EXECUTE FUNCTION number_is_next();
"""

_ADDED = f"""
CREATE FUNCTION is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_ONLY_ADDED}';
END $$;
"""
_ONLY_ADDED_TABLES = ("confirmation", "directory_version", "directory_entry_change")
_NEVER_EMPTIED = ("partner_call", "day_total", "invoice_series", *_ONLY_ADDED_TABLES)


def create() -> None:
    """Make the triggers of invoices, and those of all tables that are only added to."""
    for statements in (_WHOLE, _ISSUED_ONCE, _PRINTED_AS_ITS_DIGEST, _NUMBERED_ONE_BY_ONE, _ADDED):
        op.execute(sa.text(statements))
    for table in _ISSUED_TABLES:
        _keep("issued_is_kept", table)
        _keep_from_emptying("all_issued_is_kept", table, "issued_is_kept")
    for table in _ONLY_ADDED_TABLES:
        _keep("is_only_added", table)
    for table in _NEVER_EMPTIED:
        _keep_from_emptying("is_never_emptied", table, "is_only_added")


def _keep(name: str, table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _keep_from_emptying(name: str, table: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
