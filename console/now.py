"""The page Now: calls in progress, who answers next, centers, promises, and the work behind the calls. It is live."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, abort, render_template, request

from callrouter.reports.center_states import CenterState, count_states
from callrouter.reports.in_progress import count_at_risk
from callrouter.reports.now import Rotations, Situation, Watch
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.frame import asked_at
from console.shared import SharedAnswer

CALLS_LAST = timedelta(seconds=1)
ROTATIONS_LAST = timedelta(seconds=2)
MOST_CALLS = 200
MOST_CENTERS = 50
BAD_REQUEST = 400
_NOTABLE = (CenterState.PAUSED, CenterState.BUSY)


def now_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("now", __name__)
    watch = Watch()

    def ask_situation(now: datetime) -> Situation:
        with dependencies.reading() as connection:
            return watch.situation(connection, now)

    def ask_rotations(now: datetime) -> Rotations:
        with dependencies.reading() as connection:
            return watch.rotations(connection, now, simulated=dependencies.simulated)

    situations = SharedAnswer(ask_situation, CALLS_LAST)
    rotations = SharedAnswer(ask_rotations, ROTATIONS_LAST)

    @pages.get("/now")
    @needs(Right.SEE_CALLS)
    def now() -> str:
        situation, rotation = situations.at(asked_at()), rotations.at(asked_at())
        notable = [center for center in rotation.centers if center.state in _NOTABLE or center.calls]
        return render_template(
            "now_live.html" if "HX-Request" in request.headers else "now.html",
            situation=situation,
            rotation=rotation,
            calls=situation.calls[:MOST_CALLS],
            at_risk=count_at_risk(situation.calls),
            states=count_states(rotation.centers),
            notable=notable[:MOST_CENTERS],
            notable_total=len(notable),
            stale=[process for process in situation.processes if process.stale],
        )

    @pages.get("/now/centers")
    @needs(Right.SEE_CALLS)
    def centers() -> str:
        rotation = rotations.at(asked_at())
        state = request.args.get("state", "")
        if state and state not in set(CenterState):
            abort(BAD_REQUEST, f"a center is never {state!r}: it is {', '.join(CenterState)}")
        return render_template(
            "now_centers.html",
            centers=[center for center in rotation.centers if not state or center.state == state],
            states=count_states(rotation.centers),
            state=state,
        )

    return pages
