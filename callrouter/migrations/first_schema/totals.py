"""Triggers that keep `day_total`, `quarter_hour_total` and `account_month`: once a statement, for all rows of
`partner_call` and `ledger_entry` that it writes.

They write as the owner of the tables, because the application may only read totals. So they look for tables in this
schema alone, whatever the search path of the one whose statement they follow.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from callrouter.migrations.first_schema import account_months, quarter_hours

_COUNTED = "totals are kept by triggers: correct what they count"

_DIMENSIONS = ("day", "partner", "center", "helpline", "kind", "simulated", "currency")
# What a row adds: each figure, and what it is of that row.
_OF_CALL = {
    "calls": "CASE WHEN is_primary THEN 1 ELSE 0 END",
    "rung": "1",
    "answered": "CASE WHEN answered THEN 1 ELSE 0 END",
    "promised": "CASE WHEN promised THEN 1 ELSE 0 END",
    "kept": "CASE WHEN kept THEN 1 ELSE 0 END",
    "waits": "CASE WHEN wait_seconds IS NULL THEN 0 ELSE 1 END",
    "wait_seconds": "COALESCE(wait_seconds, 0)",
    "talk_seconds": "talk_seconds",
}
_OF_COST = {"calls_with_cost": "1", "cost_micros": "cost_micros"}
_OF_ENTRY = {
    "charged": "CASE WHEN entry_type = 'charge' THEN 1 ELSE 0 END",
    "amount": "CASE WHEN entry_type = 'credit' OR amount < 0 THEN 0 ELSE amount END",
    "credited": "CASE WHEN entry_type = 'credit' THEN amount WHEN amount < 0 THEN -amount ELSE 0 END",
}
_FIGURES = (*_OF_CALL, *_OF_COST, *_OF_ENTRY)
_COLUMNS = ", ".join((*_DIMENSIONS, *_FIGURES))
_ADD = f"ON CONFLICT ({', '.join(_DIMENSIONS)}) DO UPDATE SET " + ", ".join(
    f"{name} = day_total.{name} + excluded.{name}" for name in _FIGURES
)


def _part(currency: str, figures: dict[str, str], rows: str, sign: str = "") -> str:
    """What rows add to the totals, a row each; with the sign `-` what they take off."""
    told = ", ".join(
        f"{sign}({figures[name]}) AS {name}" if name in figures else f"0 AS {name}" for name in _FIGURES
    )
    return (
        "SELECT day, partner, COALESCE(center, '') AS center, COALESCE(helpline, '') AS helpline, kind, simulated,"
        f" {currency} AS currency, {told} FROM {rows}"
    )


def _calls(rows: str, sign: str = "") -> str:
    """Of rows of `partner_call`. The carrier's cost stands with its currency."""
    cost = _part("cost_currency", _OF_COST, f"{rows} WHERE cost_micros IS NOT NULL", sign)
    return f"{_part(chr(39) * 2, _OF_CALL, rows, sign)} UNION ALL {cost}"


def _entries(rows: str) -> str:
    """Of rows of `ledger_entry`. A payment is no figure of what was done for it."""
    return _part("currency", _OF_ENTRY, f"{rows} WHERE entry_type <> 'payment'")


def _added_up(parts: str) -> str:
    sums = ", ".join(f"SUM({name})" for name in _FIGURES)
    anything = " OR ".join(f"SUM({name}) <> 0" for name in _FIGURES)
    keys = ", ".join(_DIMENSIONS)
    return (
        f"INSERT INTO day_total ({_COLUMNS}) SELECT {keys}, {sums} FROM ({parts}) AS parts"
        f" GROUP BY {keys} HAVING {anything} ORDER BY {keys} {_ADD}"
    )


def create() -> None:
    """Make the triggers that count, and those that let nobody else write totals."""
    both = "OLD TABLE AS gone NEW TABLE AS come"
    _count("call_comes", "INSERT ON partner_call", "NEW TABLE AS come", _add_calls("come"))
    _count("call_changes", "UPDATE ON partner_call", both, _add_calls("come", "gone"))
    _count("call_goes", "DELETE ON partner_call", "OLD TABLE AS gone", _add_calls(gone="gone"))
    charges = quarter_hours.added_up(quarter_hours.charges("come"))
    entries = f"{_added_up(_entries('come'))}; {charges}; {account_months.added_up('come')}"
    _count("ledger_entry_comes", "INSERT ON ledger_entry", "NEW TABLE AS come", entries)
    op.execute(sa.text(_BY_NOBODY_ELSE))
    for table in ("day_total", "quarter_hour_total", "account_month"):
        op.execute(sa.text(_GUARD.format(table=table)))


def _add_calls(come: str = "", gone: str = "") -> str:
    """Add the rows that come to both totals, and take off those that go."""
    signs = [(rows, sign) for rows, sign in ((come, ""), (gone, "-")) if rows]
    of_days = " UNION ALL ".join(_calls(rows, sign) for rows, sign in signs)
    of_quarters = " UNION ALL ".join(quarter_hours.calls(rows, sign) for rows, sign in signs)
    return f"{_added_up(of_days)}; {quarter_hours.added_up(of_quarters)}"


def _count(name: str, event: str, rows: str, statements: str) -> None:
    connection = op.get_bind()
    schema = connection.execute(sa.select(sa.func.current_schema())).scalar_one()
    only_here = f"SET search_path = {connection.dialect.identifier_preparer.quote(schema)}, pg_temp"
    op.execute(
        sa.text(
            f"CREATE FUNCTION {name}_to_total() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {only_here} AS $$"
            f" BEGIN {statements}; RETURN NULL; END $$"
        )
    )
    op.execute(
        f"CREATE TRIGGER {name}_to_total AFTER {event} REFERENCING {rows}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}_to_total()"
    )


_BY_NOBODY_ELSE = f"""
CREATE FUNCTION total_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_COUNTED}';
END $$;
"""
_GUARD = """
CREATE TRIGGER total_is_counted BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION total_is_counted();
"""
