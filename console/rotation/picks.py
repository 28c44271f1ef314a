"""Past picks of a rotation: the list behind each share, one pick, and taking picks again to compare."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from callrouter.errors import Fault
from callrouter.reports.calls.decisions import decision_of
from callrouter.reports.period import Period
from callrouter.reports.rotation.rotations import verified_rotations
from callrouter.reports.rotation.shares import COUNTS, WantedPicks, numbers_of, pick_page
from callrouter.routing.replay import recompute_pick
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.frame import address
from console.periods import written_period
from console.whole_numbers import LONGEST_ID, shortened, whole_number

PAGE = 50
DAYS_SHOWN = 2
MOST_RECOMPUTED = 500_000
"""decisions that are taken again while somebody waits; the command line takes any number"""


def add_picks(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """Add the views of past picks."""

    @pages.get("/rotation/helplines/<key>/picks")
    @needs(Right.SEE_CALLS)
    def picks(key: str) -> str:
        written = written_period(DAYS_SHOWN)
        narrowed = {name: text for name in ("center", "only") if (text := request.args.get(name, ""))}
        with dependencies.reading() as connection:
            numbers = numbers_of(connection, key, written.period)
            wanted = WantedPicks(key, numbers, narrowed.get("center"), _count(narrowed.get("only")))
            page = pick_page(connection, wanted, PAGE, before=_number("before"))
        values = {"key": key} | written.written | narrowed
        return render_template(
            "picks.html",
            key=key,
            page=page,
            narrowed=narrowed,
            written=written,
            older=address("rotation.picks", **values, before=page.older) if page.older else None,
            newest=address("rotation.picks", **values) if "before" in request.args else None,
        )

    @pages.get("/rotation/helplines/<key>/picks/<int:number>")
    @needs(Right.SEE_CALLS)
    def pick(key: str, number: int) -> str:
        with dependencies.reading() as connection:
            decision = decision_of(connection, key, number)
        return render_template("pick.html", key=key, decision=decision, recomputed=None)

    @pages.post("/rotation/helplines/<key>/picks/<int:number>")
    @needs(Right.SEE_CALLS)
    def recomputed(key: str, number: int) -> str:
        _check_quick(number)
        with dependencies.reading() as connection:
            decision = decision_of(connection, key, number)
            found = recompute_pick(connection, key, number)
        return render_template("pick.html", key=key, decision=decision, recomputed=found)

    @pages.post("/rotation/helplines/<key>/verify")
    @needs(Right.SEE_CALLS)
    def verified(key: str) -> str:
        with dependencies.reading() as connection:
            _check_quick(numbers_of(connection, key, Period()).last)
            [result] = verified_rotations(connection, key)
        return render_template("rotation_verified.html", key=key, result=result)


def _count(only: str | None) -> str | None:
    if only is not None and only not in COUNTS:
        raise Fault(f"a decision counts as {', '.join(COUNTS)}, and not as {only!r}")
    return only


def _check_quick(decisions: int) -> None:
    if decisions > MOST_RECOMPUTED:
        raise Fault(
            f"{decisions:,} decisions would have to be taken again, which takes minutes:"
            " use `callrouter rotation verify`"
        )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    number = whole_number(text, LONGEST_ID)
    if text and number is None:
        raise Fault(f"{name} is a number, and not {shortened(text)}")
    return number
