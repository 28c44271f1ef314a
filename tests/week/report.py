"""What came of the week, in figures. *Pure* in what it is given; the same for the same seed, byte for byte."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from callrouter.promises.calling_hours import BY_DAY
from callrouter.promises.deadlines import due_time
from tests.week.checks import Ended, Row


def report(ended: Ended) -> str:
    """The figures, one a line."""
    week = ended.week
    figures: dict[str, object] = {"seed": week.seed, **_calls(week.rows("call"))}
    figures |= {**_promises(ended), **_tries(ended)}
    figures["workers killed"] = week.workers.deaths
    width = max(map(len, figures))
    return "".join(f"{name:{width}}  {value}\n" for name, value in figures.items())


def _calls(calls: list[Row]) -> dict[str, object]:
    outcomes = Counter(call["outcome"] for call in calls)
    answered = outcomes["answered"]
    return {
        "calls": len(calls),
        "answered": f"{answered} ({_part(answered, len(calls))})",
        "not answered": ", ".join(
            f"{outcomes[each]} {each}" for each in sorted(outcomes) if each != "answered"
        ),
    }


def _promises(ended: Ended) -> dict[str, object]:
    promises, states = ended.promises, Counter(row["state"] for row in ended.promises)
    kept = [row for row in promises if row["state"] == "kept"]
    in_time = [row for row in kept if row["ended_at"] <= first_due(row)]
    waits = [row["ended_at"] - row["made_at"] for row in kept]
    return {
        "promised": len(promises),
        "kept": f"{len(kept)} ({_part(len(kept), len(promises))})",
        "kept in time": f"{len(in_time)} ({_part(len(in_time), len(kept))} of the kept)",
        "kept late": len(kept) - len(in_time),
        **{state: states[state] for state in ("unreachable", "declined", "withdrawn", "expired")},
        "moved to another owner": sum(_owners(ended, row) > 1 for row in promises),
        "median wait": _time(sorted(waits)[len(waits) // 2] if waits else timedelta()),
        "longest wait": _time(max(waits, default=timedelta())),
    }


def _tries(ended: Ended) -> dict[str, object]:
    outcomes = Counter(row["outcome"] for row in ended.tries)
    return {
        "tries": len(ended.tries),
        "callers rung": sum(map(len, ended.rings.values())),
        "tries ended as": ", ".join(f"{times} {outcome}" for outcome, times in sorted(outcomes.items())),
    }


def first_due(promise: Row) -> object:
    """When the promise was due, as its caller was told, however often it moved on."""
    return due_time(None, promise["area_code"], BY_DAY, promise["made_at"])


def _owners(ended: Ended, promise: Row) -> int:
    return len({owner for _, owner in ended.owners.get(promise["call"], [])})


def _part(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f} %" if whole else "-"


def _time(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60} min"
