"""The page Try a call, where the carrier is simulated: place a call, and watch its turns.

It is a call like any other of this installation: routed, written down, charged and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request

from callrouter.carrier.trial_calls import AT_ONCE, TrialCall, TrialCalls, TrialNotPlaced
from callrouter.directory.directory import CALL_KINDS, Center, Directory
from callrouter.directory.reachable_centers import reachable_centers
from callrouter.errors import NotKnown
from callrouter.money import Money
from callrouter.phone import is_number, telephone_number
from callrouter.reports.story import Story, story
from callrouter.reports.timeline import timeline
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at

BAD_REQUEST = 400
MADE_UP_CALLER = "+13105550188"
TALK_SECONDS = 60
MOST_SECONDS = 3_600
ANSWERS = "answer"
BEHAVIORS = {
    ANSWERS: "answers, and takes the call",
    "no-answer": "does not answer",
    "busy": "is busy",
    "voicemail": "a machine answers",
    "decline": "answers, and hangs up at once",
    "failed": "cannot be reached",
}
"""as the simulated carrier writes them, and what they mean"""
SPEEDS = {"10": "10 times as fast as real", "1": "as fast as real", str(AT_ONCE): "at once"}
_KEYS = re.compile(r"[0-9*#.,-]{0,40}")


@dataclass(frozen=True, slots=True)
class Line:
    """A number of ours, and who is reached there."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class ReachableCenter:
    """A center that the call may reach, and what its partner pays for a call then."""

    center: Center
    prices: tuple[tuple[str, Money, int], ...]
    """kind of call, price, and the talk in seconds from which it is charged"""


def trial_pages(dependencies: ConsoleDependencies, trial_calls: TrialCalls) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("trial", __name__)

    @pages.get("/try-a-call")
    @needs(Right.OPERATE)
    def form() -> str:
        return _shown(dependencies, FormReader({}), request.args.get("number", ""))

    @pages.post("/try-a-call")
    @needs(Right.OPERATE)
    def place() -> Any:
        form = FormReader(request.form)
        number = form.text("number")
        call = _wanted(form, _directory(dependencies), number)
        if form.errors:
            return _shown(dependencies, form, number), BAD_REQUEST
        try:
            sid = trial_calls.place(call)
        except TrialNotPlaced as error:
            form.errors["caller"] = str(error)
            return _shown(dependencies, form, number), BAD_REQUEST
        return redirect(address("trial.watch", sid=sid), 303)

    @pages.get("/try-a-call/<sid>")
    @needs(Right.OPERATE)
    def watch(sid: str) -> str:
        found = _found(dependencies, sid)
        return render_template(
            "trial_watch_live.html" if "HX-Request" in request.headers else "trial_watch.html",
            sid=sid,
            call=found,
            timeline=timeline(found) if found else (),
        )

    return pages


def _directory(dependencies: ConsoleDependencies) -> Directory:
    with dependencies.reading() as connection:
        return dependencies.directories.in_force(connection)


def _shown(dependencies: ConsoleDependencies, form: FormReader, number: str) -> str:
    directory = _directory(dependencies)
    lines = list(_lines(directory))
    number = number or (lines[0].number if lines else "")
    return render_template(
        "trial.html",
        lines=lines,
        number=number,
        centers=[
            _with_prices(directory, center, asked_at()) for center in reachable_centers(directory, number)
        ],
        made_up_caller=MADE_UP_CALLER,
        behaviors=BEHAVIORS,
        speeds=SPEEDS,
        talk_seconds=TALK_SECONDS,
        errors=form.errors,
        form=form.form,
    )


def _lines(directory: Directory) -> Iterator[Line]:
    for helpline in directory.helplines.values():
        yield from (Line(number, f"helpline {helpline.name}") for number in helpline.numbers)
    for listing in directory.listings.values():
        name = directory.centers[listing.center].name
        yield from (Line(number, f"listing of {name}") for number in listing.numbers)


def _with_prices(directory: Directory, center: Center, now: datetime) -> ReachableCenter:
    partner = directory.partners[center.partner]
    rates = [(kind, rate) for kind in CALL_KINDS if (rate := partner.rate(kind, now))]
    return ReachableCenter(
        center,
        tuple((kind, Money(rate.price_minor, rate.currency), rate.minimum_seconds) for kind, rate in rates),
    )


def _wanted(form: FormReader, directory: Directory, number: str) -> TrialCall:
    if number not in directory.own_numbers:
        form.errors["number"] = "Choose a number of the directory"
    caller = telephone_number(form.text("caller"))
    if not is_number(caller):
        form.errors["caller"] = "Write a number as people do, for example (310) 555-0188"
    keys = form.text("presses").replace(" ", "")
    if not _KEYS.fullmatch(keys):
        form.errors["presses"] = (
            "Write the keys of a telephone, and - where none is pressed: for example 2 or -1"
        )
    seconds = form.text("seconds") or str(TALK_SECONDS)
    if not seconds.isdecimal() or not 1 <= int(seconds) <= MOST_SECONDS:
        form.errors["seconds"] = f"Write a number of seconds from 1 to {MOST_SECONDS:,}"
    speed = form.one_of("speed", list(SPEEDS), "Choose how fast the call passes")
    return TrialCall(
        number,
        caller,
        keys,
        _behaviors(form, directory, number, seconds),
        int(speed) if speed in SPEEDS else 0,
    )


def _behaviors(form: FormReader, directory: Directory, number: str, seconds: str) -> dict[str, str]:
    """By telephone: what is done there."""
    behaviors = {}
    for center in reachable_centers(directory, number):
        chosen = form.one_of(f"center-{center.key}", list(BEHAVIORS), f"Choose what {center.key} does")
        behaviors[center.phone] = f"{ANSWERS}:{seconds}" if chosen == ANSWERS else chosen
    return behaviors


def _found(dependencies: ConsoleDependencies, sid: str) -> Story | None:
    """What is known of the call; None: it has not arrived yet."""
    try:
        with dependencies.reading() as connection:
            return story(connection, sid)
    except NotKnown:
        return None
