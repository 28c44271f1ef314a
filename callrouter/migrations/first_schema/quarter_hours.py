"""What a row of `partner_call`, or a charge, adds to `quarter_hour_total`. The triggers of `totals.py` run it."""

from __future__ import annotations

_OUTCOMES = ("answered", "promised", "voicemail", "abandoned", "crisis", "unserved", "refused")
_BOUNDS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)
_QUARTER = "date_bin('15 minutes', arrived_at, timestamptz 'epoch')"


def _waits() -> dict[str, str]:
    """How many calls waited longer than one bound and at most as long as the next."""
    names = [*(f"wait_{seconds}" for seconds in _BOUNDS), "wait_more"]
    least = ["wait_seconds >= 0", *(f"wait_seconds > {seconds}" for seconds in _BOUNDS)]
    most = [*(f"wait_seconds <= {seconds}" for seconds in _BOUNDS), "true"]
    return {
        name: f"CASE WHEN {low} AND {high} THEN 1 ELSE 0 END"
        for name, low, high in zip(names, least, most, strict=True)
    }


_OF_CALL = {
    **{name: f"CASE WHEN outcome = '{name}' THEN 1 ELSE 0 END" for name in _OUTCOMES},
    "talks": "CASE WHEN talk_seconds > 0 THEN 1 ELSE 0 END",
    "talk_seconds": "talk_seconds",
    **_waits(),
}
_OF_CHARGE = {"charged": "1"}
_FIGURES = (*_OUTCOMES, "charged", "talks", "talk_seconds", *_waits())


def calls(rows: str, sign: str = "") -> str:
    """What rows of `partner_call` add, each call once; with the sign `-` what they take off."""
    return _part(_OF_CALL, rows, "is_primary", sign)


def charges(rows: str) -> str:
    """What rows of `ledger_entry` add."""
    return _part(_OF_CHARGE, rows, "entry_type = 'charge'")


def added_up(parts: str) -> str:
    """The statement that adds these parts to the totals."""
    sums = ", ".join(f"SUM({name})" for name in _FIGURES)
    anything = " OR ".join(f"SUM({name}) <> 0" for name in _FIGURES)
    changes = ", ".join(f"{name} = quarter_hour_total.{name} + excluded.{name}" for name in _FIGURES)
    return (
        f"INSERT INTO quarter_hour_total (scope, begins_at, {', '.join(_FIGURES)})"
        f" SELECT scope, begins_at, {sums} FROM ({parts}) AS parts GROUP BY scope, begins_at"
        f" HAVING {anything} ORDER BY scope, begins_at"
        f" ON CONFLICT (scope, begins_at) DO UPDATE SET {changes}"
    )


def _part(figures: dict[str, str], rows: str, counted: str, sign: str = "") -> str:
    """Each row counts for its helpline, and once more for all of them."""
    columns = (f"{sign}({figures.get(name, '0')}) AS {name}" for name in _FIGURES)
    scopes = "CROSS JOIN LATERAL (VALUES (helpline), ('*')) AS scopes (scope)"
    return (
        f"SELECT scope, {_QUARTER} AS begins_at, {', '.join(columns)} FROM {rows} {scopes}"
        f" WHERE scope IS NOT NULL AND {counted}"
    )
