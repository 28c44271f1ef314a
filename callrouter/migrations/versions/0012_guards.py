"""Guards: what accounts, invoices and the directory's versions hold is only added to, whoever writes there."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_UNCHANGED = (
    "id",
    "entry",
    "partner",
    "call",
    "center",
    "helpline",
    "kind",
    "amount",
    "currency",
    "takes_back",
    "rule",
    "reason",
    "person",
    "posted_at",
    "day",
    "period",
    "arrived_at",
    "simulated",
)
_CALLER_MATCH = "tells repeats, not numbers; of a caller who is forgotten, a random name"

_NO_CHANGE = "an account is only added to: enter a credit"
_OF_NOTHING = "a credit takes back a charge of the same call, partner, kind and currency"
_TOO_MUCH = "a credit takes back no more than its charge has left"
_NOT_WHOLE = "a recharge takes back a credit of the same call, partner, kind and currency, once and whole"
_NO_DAY = "an entry counts for a day of the calendar"
_CLOSED = "the month of this entry is closed: it belongs to the next that is open"
_LEFT_OUT = "a month is closed when each of its entries stands on an invoice"
_ISSUED = "what was issued never changes"
_ONLY_ADDED = "rows of this table are only added"
_ONE_BY_ONE = "numbers of invoices go up one by one"
_NO_DIGEST = "the digest of a document is the SHA-256 of its content"
_COUNTED = "totals are kept by triggers: correct what they count"

_SAME = " AND ".join(f"{name} = NEW.{name}" for name in ("call", "partner", "kind", "currency", "simulated"))
_CHARGE = f"FROM entry WHERE id = NEW.takes_back AND entry = 'charge' AND {_SAME}"
_CREDIT = f"FROM entry WHERE id = NEW.takes_back AND entry = 'credit' AND amount = NEW.amount AND {_SAME}"
_TAKEN = (
    "COALESCE((SELECT SUM(amount) FROM entry WHERE entry = 'credit' AND takes_back = NEW.takes_back"
    " AND call = NEW.call"
    " AND id NOT IN (SELECT takes_back FROM entry WHERE entry = 'recharge' AND call = NEW.call)), 0)"
)
_OF_MONTH = "partner = NEW.partner AND simulated = NEW.simulated"
_ON_NO_INVOICE = (
    f"SELECT id FROM entry WHERE {_OF_MONTH} AND period = NEW.period AND entry <> 'payment'"
    " EXCEPT SELECT line.entry FROM invoice_line line JOIN invoice ON invoice.name = line.invoice"
    f" WHERE {_OF_MONTH} AND period = NEW.period"
)
_MONTH_CLOSED = f"SELECT 1 FROM closed_month WHERE {_OF_MONTH} AND period = NEW.period"

_ON_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.caller_match IS NULL OR substr(NEW.caller_match, 1, 10) = 'forgotten-')
       AND ({", ".join(f"NEW.{name}" for name in _UNCHANGED)})
           IS NOT DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _UNCHANGED)}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{_NO_CHANGE}';
END $$;
CREATE OR REPLACE FUNCTION credit_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    charged bigint;
BEGIN
    -- Of two who credit a charge at once the second waits here, and then sees what the first has left.
    SELECT amount INTO charged {_CHARGE} FOR NO KEY UPDATE;
    IF charged IS NULL THEN
        RAISE EXCEPTION '{_OF_NOTHING}';
    END IF;
    IF NEW.amount > charged - {_TAKEN} THEN
        RAISE EXCEPTION '{_TOO_MUCH}';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION recharge_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 {_CREDIT}) THEN
        RAISE EXCEPTION '{_NOT_WHOLE}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recharge_is_whole BEFORE INSERT ON entry FOR EACH ROW WHEN (NEW.entry = 'recharge')
    EXECUTE FUNCTION recharge_is_whole();
CREATE OR REPLACE FUNCTION month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added WHERE day !~ '^\\d\\d\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$') THEN
        RAISE EXCEPTION '{_NO_DAY}';
    END IF;
    IF EXISTS (SELECT 1 FROM (SELECT partner, simulated, MIN(period) AS period FROM added GROUP BY 1, 2) AS earliest
               JOIN closed_month closed ON closed.partner = earliest.partner
               AND closed.simulated = earliest.simulated AND closed.period >= earliest.period) THEN
        RAISE EXCEPTION '{_CLOSED}';
    END IF;
    RETURN NULL;
END $$;
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
CREATE FUNCTION digest_is_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_NO_DIGEST}';
END $$;
CREATE TRIGGER digest_is_right BEFORE INSERT ON invoice_document FOR EACH ROW
    WHEN (NEW.digest <> encode(sha256(NEW.content), 'hex')) EXECUTE FUNCTION digest_is_right();
CREATE FUNCTION number_is_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_ONE_BY_ONE}';
END $$;
CREATE TRIGGER number_is_first BEFORE INSERT ON invoice_series FOR EACH ROW WHEN (NEW.last <> 1)
    EXECUTE FUNCTION number_is_next();
CREATE TRIGGER number_is_next BEFORE UPDATE ON invoice_series FOR EACH ROW
    WHEN (NEW.last <> OLD.last + 1 OR NEW.series <> OLD.series) EXECUTE FUNCTION number_is_next();
CREATE TRIGGER number_is_kept BEFORE DELETE ON invoice_series FOR EACH ROW EXECUTE FUNCTION number_is_next();
CREATE FUNCTION is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_ONLY_ADDED}';
END $$;
CREATE FUNCTION total_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_COUNTED}';
END $$;
CREATE TRIGGER total_is_counted BEFORE INSERT OR UPDATE OR DELETE ON day_total FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION total_is_counted();
COMMENT ON COLUMN entry.caller_match IS '{_CALLER_MATCH}';
"""
_ONLY_ADDED_TABLES = ("confirmation", "directory_version")
_NEVER_EMPTIED = ("partner_call", "day_total", "invoice_series", *_ONLY_ADDED_TABLES)

# What INSERT OR REPLACE would delete, without a word to any trigger of deletions. What is added with ON CONFLICT DO
# NOTHING may be there already, as long as it is the same.
_THERE = {
    "entry": ("id = NEW.id",),
    "invoice": (
        "name = NEW.name",
        "series = NEW.series AND number = NEW.number",
        f"{_OF_MONTH} AND period = NEW.period AND currency = NEW.currency",
    ),
    "invoice_line": ("invoice = NEW.invoice AND position = NEW.position", "entry = NEW.entry"),
    "invoice_document": (
        "invoice = NEW.invoice AND form = NEW.form AND (content <> NEW.content OR digest <> NEW.digest)",
    ),
    "closed_month": (f"{_OF_MONTH} AND period = NEW.period",),
    "directory_version": ("version = NEW.version",),
}
_SAYS = {"entry": _NO_CHANGE, "directory_version": _ONLY_ADDED}


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _on_postgresql() if on_postgresql else _on_sqlite():
        op.execute(sa.text(statement))


def _on_postgresql() -> Iterator[str]:
    yield _ON_POSTGRESQL
    for table in _ONLY_ADDED_TABLES:
        yield (
            f"CREATE TRIGGER is_only_added BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION is_only_added()"
        )
    for table in _NEVER_EMPTIED:
        yield (
            f"CREATE TRIGGER is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION is_only_added()"
        )


def _on_sqlite() -> Iterator[str]:
    yield from (f"DROP TRIGGER {name}" for name in ("entry_is_kept", "credit_fits", "month_is_open"))
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _UNCHANGED)
    yield _refuse(
        "entry_is_kept",
        "UPDATE ON entry",
        f"substr(COALESCE(NEW.caller_match, 'forgotten-'), 1, 10) <> 'forgotten-' OR {changed}",
        _NO_CHANGE,
    )
    added = {
        "credit_takes_back_a_charge": ("credit", f"NOT EXISTS (SELECT 1 {_CHARGE})", _OF_NOTHING),
        "credit_fits": ("credit", f"NEW.amount > (SELECT amount {_CHARGE}) - {_TAKEN}", _TOO_MUCH),
        "recharge_is_whole": ("recharge", f"NOT EXISTS (SELECT 1 {_CREDIT})", _NOT_WHOLE),
        "credit_is_taken_back_once": (
            "recharge",
            "EXISTS (SELECT 1 FROM entry WHERE entry = 'recharge' AND takes_back = NEW.takes_back)",
            _NOT_WHOLE,
        ),
    }
    for name, (entry, condition, says) in added.items():
        yield _refuse(name, "INSERT ON entry", f"NEW.entry = '{entry}' AND {condition}", says)
    yield _refuse("entry_has_a_day", "INSERT ON entry", "date(NEW.day) IS NOT NEW.day", _NO_DAY)
    yield from _months_on_sqlite()
    yield from _kept_on_sqlite()


def _months_on_sqlite() -> Iterator[str]:
    closed = f"EXISTS (SELECT 1 FROM closed_month WHERE {_OF_MONTH} AND period >= NEW.period)"
    of_line = (
        "EXISTS (SELECT 1 FROM invoice JOIN closed_month USING (partner, simulated, period)"
        " WHERE invoice.name = NEW.invoice)"
    )
    yield _refuse("month_is_open", "INSERT ON entry", closed, _CLOSED)
    yield _refuse("month_is_whole", "INSERT ON closed_month", f"EXISTS ({_ON_NO_INVOICE})", _LEFT_OUT)
    yield _refuse("invoice_is_new", "INSERT ON invoice", f"EXISTS ({_MONTH_CLOSED})", _ISSUED)
    yield _refuse("line_is_new", "INSERT ON invoice_line", of_line, _ISSUED)


def _kept_on_sqlite() -> Iterator[str]:
    other = "NEW.last <> OLD.last + 1 OR NEW.series <> OLD.series"
    yield _refuse("number_is_first", "INSERT ON invoice_series", "NEW.last <> 1", _ONE_BY_ONE)
    yield _refuse("number_is_next", "UPDATE ON invoice_series", other, _ONE_BY_ONE)
    yield _refuse("number_is_kept", "DELETE ON invoice_series", "true", _ONE_BY_ONE)
    for table in _ONLY_ADDED_TABLES:
        for deed in ("UPDATE", "DELETE"):
            yield _refuse(f"{table}_is_kept_at_{deed.lower()}", f"{deed} ON {table}", "true", _ONLY_ADDED)
    for table, keys in _THERE.items():
        there = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in keys)
        yield _refuse(f"{table}_is_not_there", f"INSERT ON {table}", there, _SAYS.get(table, _ISSUED))


def _refuse(name: str, deed: str, condition: str, says: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {deed} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"
