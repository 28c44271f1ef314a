"""Triggers that keep the partners' accounts: entries are only added, and each reverses no more than there is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_NO_CHANGE = "an account is only added to: enter a credit"
_OF_NOTHING = "a credit reverses a charge of the same call, partner, kind and currency"
_TOO_MUCH = "a credit reverses no more than its charge has left"
_NOT_WHOLE = (
    "a credit reversal reverses a credit of the same call, partner, kind and currency, once and whole"
)
_NO_DAY = "an entry counts for a day of the calendar"
_CLOSED = "the month of this entry is closed: it belongs to the next that is open"

_SAME = " AND ".join(f"{name} = NEW.{name}" for name in ("call", "partner", "kind", "currency", "simulated"))
_CHARGE = f"FROM ledger_entry WHERE id = NEW.reverses AND entry_type = 'charge' AND {_SAME}"
_CREDIT = (
    f"FROM ledger_entry WHERE id = NEW.reverses AND entry_type = 'credit' AND amount = NEW.amount AND {_SAME}"
)
_TAKEN = (
    "COALESCE((SELECT SUM(amount) FROM ledger_entry WHERE entry_type = 'credit' AND reverses = NEW.reverses"
    " AND call = NEW.call"
    " AND id NOT IN (SELECT reverses FROM ledger_entry WHERE entry_type = 'credit_reversal' AND call = NEW.call)), 0)"
)

_KEPT = f"""
CREATE FUNCTION ledger_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_NO_CHANGE}';
END $$;
CREATE TRIGGER ledger_entry_is_kept BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_kept();
CREATE TRIGGER ledger_entries_are_kept BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_is_kept();
"""

_REVERSED = f"""
-- As the owner: to lock a charge takes the right to change it, which the application does not have.
CREATE FUNCTION credit_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $$
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
CREATE TRIGGER credit_fits BEFORE INSERT ON ledger_entry FOR EACH ROW WHEN (NEW.entry_type = 'credit')
    EXECUTE FUNCTION credit_fits();
CREATE FUNCTION credit_reversal_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 {_CREDIT}) THEN
        RAISE EXCEPTION '{_NOT_WHOLE}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_reversal_is_whole BEFORE INSERT ON ledger_entry FOR EACH ROW WHEN (NEW.entry_type = 'credit_reversal')
    EXECUTE FUNCTION credit_reversal_is_whole();
"""

_IN_AN_OPEN_MONTH = f"""
CREATE FUNCTION month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER month_is_open AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION month_is_open();
"""


def create() -> None:
    """Make the triggers of `ledger_entry`."""
    connection = op.get_bind()
    schema = connection.execute(sa.select(sa.func.current_schema())).scalar_one()
    quoted = connection.dialect.identifier_preparer.quote(schema)
    for statements in (_KEPT, _REVERSED.replace("{schema}", quoted), _IN_AN_OPEN_MONTH):
        op.execute(sa.text(statements))
