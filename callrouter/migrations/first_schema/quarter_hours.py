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
    return _part(_OF_CALL, f"{rows} WHERE is_primary", sign)


def charges(rows: str) -> str:
    """What rows of `ledger_entry` add."""
    return _part(_OF_CHARGE, f"{rows} WHERE entry_type = 'charge'")


def added_up(parts: str) -> str:
    """The statement that adds these parts to the totals."""
    sums = ", ".join(f"SUM({name})" for name in _FIGURES)
    anything = " OR ".join(f"SUM({name}) <> 0" for name in _FIGURES)
    changes = ", ".join(f"{name} = quarter_hour_total.{name} + excluded.{name}" for name in _FIGURES)
    return (
        f"INSERT INTO quarter_hour_total (begins_at, helpline, {', '.join(_FIGURES)})"
        f" SELECT begins_at, helpline, {sums} FROM ({parts}) AS parts GROUP BY begins_at, helpline"
        f" HAVING {anything} ORDER BY begins_at, helpline"
        f" ON CONFLICT (begins_at, helpline) DO UPDATE SET {changes}"
    )


def _part(figures: dict[str, str], rows: str, sign: str = "") -> str:
    columns = (f"{sign}({figures.get(name, '0')}) AS {name}" for name in _FIGURES)
    keys = f"{_QUARTER} AS begins_at, COALESCE(helpline, '') AS helpline"
    return f"SELECT {keys}, {', '.join(columns)} FROM {rows}"
