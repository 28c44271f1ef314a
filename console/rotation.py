"""The pages Rotation: which calls each seat of a helpline has had and should have had, and who would be rung."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from callrouter.directory.directory import LANGUAGES, Directory, Helpline
from callrouter.directory.directory_file.values import STATES
from callrouter.errors import Fault, NotKnown
from callrouter.reports.now import SituationWatch
from callrouter.reports.shares import CREDIT_BOUND, PERIOD_BOUND, SeatShare, Shares, shares
from callrouter.routing.explain import ExplainedCall, SeatStatus, explain
from callrouter.staff.roles import Right
from callrouter.wordings.sentences import spoken_seconds
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.frame import address, asked_at
from console.pauses import add_pauses
from console.periods import WrittenPeriod, local_moment, written_period
from console.picks import add_picks
from console.share_chart import share_chart

DAYS_SHOWN = 2
MOST_SEATS = 100
"""rows of a table, unless all are asked for"""


def rotation_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("rotation", __name__)
    watch = SituationWatch()

    @pages.get("/rotation")
    @needs(Right.SEE_CALLS)
    def listed() -> str:
        with dependencies.reading() as connection:
            found = watch.rotations(connection, asked_at(), simulated=dependencies.simulated)
        return render_template("rotations.html", rotation=found)

    @pages.get("/rotation/helplines/<key>")
    @needs(Right.SEE_CALLS)
    def helpline(key: str) -> str:
        written = written_period(DAYS_SHOWN)
        with dependencies.reading() as connection:
            directory = dependencies.promises.directories.in_force(connection)
            found = _find_helpline(directory, key)
            call = _supposed(found, simulated=dependencies.simulated)
            spoken = spoken_seconds(dependencies.wordings.in_force(connection))
            seats = explain(connection, directory, found, call, spoken)
            counted = shares(connection, key, written.period)
        return _rotation(found, seats, counted, written, call)

    add_picks(pages, dependencies)
    add_pauses(pages, dependencies)
    return pages


def _rotation(
    helpline: Helpline, seats: list[SeatStatus], counted: Shares, written: WrittenPeriod, call: ExplainedCall
) -> str:
    most = None if request.args.get("all") else MOST_SEATS
    return render_template(
        "rotation.html",
        helpline=helpline,
        seats=seats[:most],
        seats_total=len(seats),
        shares=counted,
        shown=_furthest(counted, most),
        all_address=address(
            "rotation.helpline", **(request.args.to_dict() | {"key": helpline.key, "all": "1"})
        ),
        chart=share_chart(counted.seats),
        written=written,
        call=call,
        states=sorted(STATES),
        languages=LANGUAGES,
        at=request.args.get("at", ""),
        credit_bound=CREDIT_BOUND,
        period_bound=PERIOD_BOUND,
        picks_address=lambda **more: address("rotation.picks", key=helpline.key, **written.written, **more),
    )


def _furthest(counted: Shares, most: int | None) -> list[SeatShare]:
    """All seats by their keys; where they are too many, those that are furthest from their fair share."""
    if most is None or len(counted.seats) <= most:
        return counted.seats
    return sorted(counted.seats, key=lambda seat: -abs(seat.difference))[:most]


def _find_helpline(directory: Directory, key: str) -> Helpline:
    found = directory.helplines.get(key)
    if found is None:
        raise NotKnown(f"there is no helpline {key!r} in the directory in force")
    return found


def _supposed(helpline: Helpline, *, simulated: bool) -> ExplainedCall:
    """The call that the form describes; without one, a caller of an unknown state, now."""
    state, language = request.args.get("state", "").upper(), request.args.get("language", "")
    if state and state not in STATES:
        raise Fault(f"there is no state {state!r}: write two letters, as in CA")
    if language and language not in LANGUAGES:
        raise Fault(f"the language is {' or '.join(LANGUAGES)}, and not {language!r}")
    at = request.args.get("at", "").strip()
    moment = local_moment(at) if at else asked_at()
    return ExplainedCall(state, moment, simulated, language or helpline.languages[0])
