"""The page Try a call, where the carrier is simulated: place a call, and watch its turns.

It is a call like any other of this installation: routed, written down, charged and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request

from callrouter.carrier.trial_calls import AT_ONCE, TrialCall, TrialCalls, TrialNotPlaced
from callrouter.directory.directory import CALL_KINDS, Center, Directory, Rate
from callrouter.directory.reachable_centers import reachable_centers
from callrouter.errors import NotKnown
from callrouter.money import Money
from callrouter.pasted_number import pasted_number
from callrouter.phone import is_number, state_of
from callrouter.reports.calls.story import Story, story
from callrouter.reports.calls.timeline import timeline
from callrouter.routing.explain import ExplainedCall, explain
from callrouter.staff.roles import Right
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.whole_numbers import whole_number

HELPLINE, LISTING = CALL_KINDS
MADE_UP_CALLER = "+13105550188"
TALK_SECONDS = 60
MOST_SECONDS = 3_600
ANSWERS = "answer"
BEHAVIORS = {
    ANSWERS: "takes the call",
    "no-answer": "does not answer",
    "busy": "is busy",
    "voicemail": "a machine answers",
    "decline": "hangs up at once",
    "failed": "cannot be reached",
}
"""as the simulated carrier writes them, and what they mean"""
SPEEDS = {"10": "10 times as fast as real", "1": "as fast as real", str(AT_ONCE): "at once"}
_KEYS = re.compile(r"[0-9*#.,-]{0,40}")


@dataclass(frozen=True, slots=True)
class CallableNumber:
    """A number of ours, and who is reached there."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class ReachableCenter:
    """A center that the call may reach: when or why not it would be rung now, and what its partner pays then."""

    center: Center
    now: str
    may_be_rung: bool
    rate: Rate | None

    @property
    def price(self) -> Money | None:
        return Money(self.rate.price_minor, self.rate.currency) if self.rate else None


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
            return _shown(dependencies, form, number), HTTPStatus.BAD_REQUEST
        try:
            sid = trial_calls.place(call)
        except TrialNotPlaced as error:
            form.errors["caller"] = str(error)
            return _shown(dependencies, form, number), HTTPStatus.BAD_REQUEST
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
    with dependencies.reading() as connection:
        directory = dependencies.directories.in_force(connection)
        lines = list(_lines(directory))
        number = number or (lines[0].number if lines else "")
        caller = pasted_number(form.text("caller")) or MADE_UP_CALLER
        centers = list(_centers(connection, directory, number, caller, asked_at()))
    return render_template(
        "trial.html",
        lines=lines,
        number=number,
        centers=[center for center in centers if center.may_be_rung],
        others=[center for center in centers if not center.may_be_rung],
        made_up_caller=MADE_UP_CALLER,
        behaviors=BEHAVIORS,
        speeds=SPEEDS,
        talk_seconds=TALK_SECONDS,
        errors=form.errors,
        form=form.form,
    )


def _lines(directory: Directory) -> Iterator[CallableNumber]:
    for helpline in directory.helplines.values():
        yield from (CallableNumber(number, f"helpline {helpline.name}") for number in helpline.numbers)
    for listing in directory.listings.values():
        name = directory.centers[listing.center].name
        yield from (CallableNumber(number, f"listing of {name}") for number in listing.numbers)


def _centers(
    connection: sa.Connection, directory: Directory, number: str, caller: str, now: datetime
) -> Iterator[ReachableCenter]:
    """The listing's own center first, then the seats of the helpline as they would be rung."""
    listing = directory.listing_at.get(number)
    helpline = directory.helpline_at.get(number)
    if listing:
        rate = directory.partner_of(listing.center).rate(LISTING, now)
        yield ReachableCenter(directory.centers[listing.center], "rung first", True, rate)
        helpline = directory.helpline_for(listing.key)
    if helpline is None:
        return
    call = ExplainedCall(state_of(caller), now, simulated=True, language=helpline.languages[0])
    before = f"if the caller chooses {helpline.name}: " if listing else ""
    spoken = spoken_seconds(WordingsCache().in_force(connection))
    for seat in explain(connection, directory, helpline, call, spoken):
        key = seat.seat.center
        if listing is None or key != listing.center:
            words = before + (f"turn {seat.turn}" if seat.turn else seat.status)
            rate = directory.partner_of(key).rate(HELPLINE, now)
            yield ReachableCenter(directory.centers[key], words, seat.may_be_rung, rate)


def _wanted(form: FormReader, directory: Directory, number: str) -> TrialCall:
    if number not in directory.own_numbers:
        form.errors["number"] = "Choose a number of the directory"
    caller = pasted_number(form.text("caller"))
    if not is_number(caller):
        form.errors["caller"] = "Write a number as people do, for example (310) 555-0188"
    keys = form.text("presses").replace(" ", "")
    if not _KEYS.fullmatch(keys):
        form.errors["presses"] = (
            "Write the keys of a telephone, and - where none is pressed: for example 2 or -1"
        )
    seconds = form.text("seconds") or str(TALK_SECONDS)
    if not 1 <= (whole_number(seconds) or 0) <= MOST_SECONDS:
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
    """By telephone: what is done there. A center that the form did not show answers."""
    behaviors = {}
    for center in reachable_centers(directory, number):
        name = f"center-{center.key}"
        chosen = form.text(name) or ANSWERS
        if chosen not in BEHAVIORS:
            form.errors[name] = f"Choose what {center.key} does"
        behaviors[center.phone] = f"{ANSWERS}:{seconds}" if chosen == ANSWERS else chosen
    return behaviors


def _found(dependencies: ConsoleDependencies, sid: str) -> Story | None:
    """What is known of the call; None: it has not arrived yet."""
    try:
        with dependencies.reading() as connection:
            return story(connection, sid)
    except NotKnown:
        return None
