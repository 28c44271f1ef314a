"""The pages Promises and A promise: who owes a return call, until when, and what staff do about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, render_template, request

from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.promises.by_staff import PromiseAct, claim, close, hand_on, latest_claim, note, staff_acts
from callrouter.promises.close import STAFF_STATES
from callrouter.promises.model import OPEN
from callrouter.reports.choices import call_choices
from callrouter.reports.period import Period
from callrouter.reports.promises.pages import (
    NOBODY,
    STATES,
    DuePlace,
    WantedPromises,
    all_promises,
    promise_page,
)
from callrouter.reports.promises.promises import ListedPromise, promise_story
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.forms import FormReader
from console.frame import address, address_with, asked_at
from console.periods import read_moment
from console.places import place_text, read_place
from console.zones import reader_zone

PAGE = 50
ALL = "all"
"""written for `state`"""
EXPORT_COLUMNS = tuple(ListedPromise.__annotations__)
ACTS = ("claim", "note", "assign", "close")
_FIELDS = {"claim": "claim", "note": "reason-note", "assign": "center", "close": "as"}
"""beside which it is said why an act was refused"""
_FILTERS = ("since", "until", "state", "kept", "owner", "helpline", "late")
IN_TIME, LATE, NOT_KEPT = KEPT_AS = ("in time", "late", "never")
"""written for `kept`"""


def promises_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("promises", __name__)

    @pages.get("/promises")
    @needs(Right.SEE_CALLS)
    def listed() -> str:
        written = _written(request.args)
        with dependencies.reading() as connection:
            page = promise_page(
                connection,
                _wanted(written),
                PAGE,
                after=read_place(request.args.get("after"), DuePlace),
                before=read_place(request.args.get("before"), DuePlace),
            )
            choices = call_choices(connection)
            claims = _claims(connection, page.promises)
        return render_template(
            "promises.html",
            page=page,
            written=written,
            states=(*STATES, ALL),
            kept_as=KEPT_AS,
            owners=[NOBODY, *choices.centers],
            helplines=choices.helplines,
            claims=claims,
            now=asked_at(),
            formats=FORMATS,
            earlier=place_text(page.earlier),
            later=place_text(page.later),
            filter_address=lambda without="", **more: address_with(
                written, "promises.listed", without, **more
            ),
            export_address=lambda form: address_with(
                written, "promises.exported", form=form, zone=reader_zone().key
            ),
        )

    @pages.get("/promises/export.<form>")
    @needs(Right.SEE_CALLS, Right.EXPORT)
    def exported(form: str) -> Response:
        wanted = _wanted(_written(request.args))
        return download(dependencies, form, "promises", EXPORT_COLUMNS, _rows(dependencies, wanted))

    @pages.get("/promises/<sid>")
    @needs(Right.SEE_CALLS)
    def promise(sid: str) -> str:
        return _shown(dependencies, sid, FormReader({}), "")

    @pages.post("/promises/<sid>/<act>")
    @needs(Right.OPERATE)
    def act(sid: str, act: str) -> Any:
        return _act(dependencies, sid, act)

    return pages


def _act(dependencies: ConsoleDependencies, sid: str, act: str) -> Any:
    if act not in ACTS:
        raise Fault(f"nobody can {act!r} a promise: what can be done is {', '.join(ACTS)}")
    form = FormReader(request.form)
    access = Access(viewer().name, _reason(form, act), asked_at())
    center = form.text("center")
    state = form.text("as")
    if act == "assign" and not center:
        form.errors["center"] = "Choose the center that is to call back"
    if act == "close" and state not in STAFF_STATES:
        form.errors["as"] = "Say how it ended"
    if form.errors:
        return _shown(dependencies, sid, form, act), HTTPStatus.BAD_REQUEST
    acts = {
        "claim": lambda session: claim(session, sid, access, instead_of=form.text("instead-of") or None),
        "note": lambda session: note(session, sid, access),
        "assign": lambda session: hand_on(session, dependencies.promises, sid, center, access),
        "close": lambda session: close(session, sid, state, access),
    }
    try:
        dependencies.database.transact(acts[act])
    except Fault as fault:
        form.errors[_FIELDS[act]] = str(fault)
        return _shown(dependencies, sid, form, act), HTTPStatus.BAD_REQUEST
    flash(_done(act, center, state), "good")
    return redirect(address("promises.promise", sid=sid))


def _reason(form: FormReader, act: str) -> str:
    if act == "claim" and not form.text("reason-claim"):
        return "takes it over" if form.text("instead-of") else "looks after it"
    return form.reason(f"reason-{act}", "Say why, or what you have found out: it is kept with the promise")


def _done(act: str, center: str, state: str) -> str:
    return {
        "claim": "You look after this promise now.",
        "note": "The note is kept.",
        "assign": f"{center} owes the return call now, and is rung as soon as it may be.",
        "close": f"The promise is closed as {state}. Nobody is rung for it any more.",
    }[act]


def _shown(dependencies: ConsoleDependencies, sid: str, form: FormReader, act: str) -> str:
    with dependencies.reading() as connection:
        story = promise_story(connection, sid)
        acts = staff_acts(connection, [sid])
        centers = sorted(dependencies.promises.directories.in_force(connection).centers)
    return render_template(
        "promise.html",
        promise=story,
        acts=acts,
        claim=latest_claim(acts),
        now=asked_at(),
        centers=[center for center in centers if center != story["owner"]],
        only_center=bool(story["listing"] and not story["helpline"]),
        close_states=STAFF_STATES,
        errors=form.errors,
        form=form.form,
        act=act,
    )


def _written(arguments: Mapping[str, str]) -> dict[str, str]:
    written = {name: text for name in _FILTERS if (text := arguments.get(name, "").strip())}
    if written.get("state", OPEN) not in (*STATES, ALL):
        raise Fault(f"a promise is never {written['state']!r}: it is {', '.join((*STATES, ALL))}")
    if written.get("kept", IN_TIME) not in KEPT_AS:
        raise Fault(f"a promise is never kept {written['kept']!r}: it is {', '.join(KEPT_AS)}")
    return written


def _wanted(written: Mapping[str, str]) -> WantedPromises:
    kept = written.get("kept")
    state = written.get("state", ALL if kept else OPEN)
    return WantedPromises(
        None if state == ALL else state,
        written.get("owner"),
        written.get("helpline"),
        asked_at() if written.get("late") else None,
        Period(*(read_moment(written.get(name)) for name in ("since", "until"))),
        in_time=kept == IN_TIME if kept in (IN_TIME, LATE) else None,
        not_kept=kept == NOT_KEPT,
    )


def _claims(connection: sa.Connection, promises: list[ListedPromise]) -> dict[str, PromiseAct]:
    """By call: the latest claim."""
    by_call = defaultdict[str, list[PromiseAct]](list)
    for act in staff_acts(connection, [promise["call"] for promise in promises]):
        by_call[act.call].append(act)
    return {call: claimed for call, acts in by_call.items() if (claimed := latest_claim(acts))}


def _rows(dependencies: ConsoleDependencies, wanted: WantedPromises) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_promises(connection, wanted)
