"""The page Now: calls in progress, who answers next, centers, promises, and the work behind the calls. It is live."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, render_template, request

from callrouter.reports.calls.in_progress import count_at_risk
from callrouter.reports.now import Rotations, Situation, SituationWatch
from callrouter.reports.rotation.center_states import CenterState, count_states
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.frame import asked_at
from console.shared import SharedAnswer

CALLS_LAST = timedelta(seconds=1)
ROTATIONS_LAST = timedelta(seconds=2)
MOST_CALLS = 200
MOST_CENTERS = 50
MOST_LISTED = 100
_NOTABLE = (CenterState.PAUSED, CenterState.BUSY)


def now_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("now", __name__)
    watch = SituationWatch()

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
    def now() -> Any:
        situation, rotation = situations.at(asked_at()), rotations.at(asked_at())
        notable = [center for center in rotation.centers if center.state in _NOTABLE or center.calls]
        part_alone = "HX-Request" in request.headers
        first_use = None
        if not part_alone and viewer().may(Right.CHANGE_DIRECTORY):
            with dependencies.reading() as connection:
                first_use = dependencies.first_use.unfinished(connection)
        return render_template(
            "now_live.html" if part_alone else "now.html",
            first_use=first_use,
            situation=situation,
            rotation=rotation,
            calls=situation.calls[:MOST_CALLS],
            at_risk=count_at_risk(situation.calls),
            states=count_states(rotation.centers),
            notable=notable[:MOST_CENTERS],
            notable_total=len(notable),
            stale=[process for process in situation.processes if process.stale],
        )

    @pages.get("/now/at-risk")
    @needs(Right.SEE_CALLS)
    def at_risk() -> Any:
        return {"at_risk": count_at_risk(situations.at(asked_at()).calls)}

    @pages.get("/now/centers")
    @needs(Right.SEE_CALLS)
    def centers() -> str:
        rotation = rotations.at(asked_at())
        state, after = request.args.get("state", ""), request.args.get("after", "")
        if state and state not in set(CenterState):
            abort(HTTPStatus.BAD_REQUEST, f"a center is never {state!r}: it is {', '.join(CenterState)}")
        found = [center for center in rotation.centers if not state or center.state == state]
        page = [center for center in found if center.key > after][:MOST_LISTED]
        return render_template(
            "now_centers.html",
            centers=page,
            total=len(found),
            after=after,
            more=page[-1].key if page and page[-1] is not found[-1] else None,
            states=count_states(rotation.centers),
            state=state,
        )

    return pages
