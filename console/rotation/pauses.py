"""The page of a center's pause: what it does, pausing until a moment, and resuming."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from callrouter.directory.find_center import find_center
from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.reports.rotation.center_states import Openings, centers_now
from callrouter.reports.rotation.pause_effect import pause_effects
from callrouter.routing.explain import ExplainedCall
from callrouter.routing.pauses import pause_center, pauses_of, resume_center
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.periods import local_moment
from console.zones import local, reader_zone

LENGTHS = {"30": "30 minutes", "60": "1 hour", "240": "4 hours", "1440": "24 hours"}
"""minutes, and what is written for them"""
AT = "at"
"""written for an end that is chosen"""
_WHY = "Say why: it is kept in the audit log"


def add_pauses(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """Add the views of a center's pause."""

    @pages.get("/rotation/centers/<key>")
    @needs(Right.SEE_CALLS)
    def center(key: str) -> str:
        return _shown(dependencies, key, FormReader({}))

    @pages.post("/rotation/centers/<key>/pause")
    @needs(Right.OPERATE)
    def pause(key: str) -> Any:
        form = FormReader(request.form)
        until = _end(form)
        access = Access(viewer().name, form.reason("reason", _WHY), asked_at())
        if form.errors or until is None:
            return _shown(dependencies, key, form), HTTPStatus.BAD_REQUEST
        try:
            _known(dependencies, key)
            dependencies.database.transact(lambda session: pause_center(session, key, until, access))
        except Fault as fault:
            form.errors["until"] = str(fault)
            return _shown(dependencies, key, form), HTTPStatus.BAD_REQUEST
        flash(f"{key} pauses until {local(until, reader_zone())} ({reader_zone().key}).", "good")
        return redirect(address("rotation.center", key=key))

    @pages.post("/rotation/centers/<key>/resume")
    @needs(Right.OPERATE)
    def resume(key: str) -> Any:
        form = FormReader(request.form)
        access = Access(viewer().name, form.reason("reason", _WHY), asked_at())
        if form.errors:
            return _shown(dependencies, key, form), HTTPStatus.BAD_REQUEST
        _known(dependencies, key)
        dependencies.database.transact(lambda session: resume_center(session, key, access))
        flash(f"{key} is rung again.", "good")
        return redirect(address("rotation.center", key=key))


def _end(form: FormReader) -> datetime | None:
    """The end of the pause that was chosen; None, with what is wrong, where it was not."""
    length = form.one_of("length", [*LENGTHS, AT], "Choose how long it pauses")
    if length != AT:
        return asked_at() + timedelta(minutes=int(length)) if length in LENGTHS else None
    try:
        return local_moment(form.text("until"))
    except Fault:
        form.errors["until"] = "Choose the day and the time of the end"
        return None


def _known(dependencies: ConsoleDependencies, key: str) -> None:
    with dependencies.reading() as connection:
        find_center(dependencies.promises.directories.in_force(connection), key)


def _shown(dependencies: ConsoleDependencies, key: str, form: FormReader) -> str:
    now = asked_at()
    with dependencies.reading() as connection:
        directory = dependencies.promises.directories.in_force(connection)
        center = find_center(directory, key)
        [state] = [each for each in centers_now(connection, Openings(directory), now) if each.key == key]
        call = ExplainedCall("", now, dependencies.simulated)
        effects = list(pause_effects(connection, directory, center, call))
        earlier = pauses_of(connection, key)
    return render_template(
        "center_pause.html",
        center=center,
        state=state,
        effects=effects,
        earlier=earlier,
        lengths=LENGTHS,
        errors=form.errors,
        form=form.form,
    )
