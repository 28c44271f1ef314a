"""A caller's number: asked for with a reason, and shown once, for 30 seconds, in the browser that asked.

The number is in the body of one answer. It is in no address, cookie, flash or log, and that answer is not stored or
compressed by anybody. The page goes back by a header, so that it does without script too.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, session

from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.privacy.vault import CALLER, RETURN
from callrouter.reports.calls.find_call import find_call
from callrouter.reveals.limits import MOST, SHOWN_FOR
from callrouter.reveals.numbers import CallNumber, erased_at, purposes_of
from callrouter.reveals.requests import ask_for_number
from callrouter.reveals.reveal import NotShown, ShownNumber, WaitingForLog, allowance, show_number
from callrouter.staff.roles import Right
from callrouter.staff.tokens import token_hash
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at

WORDS = {
    CALLER: "the number that the caller called from",
    RETURN: "the other number that the caller entered, to be called back at",
}
_WHY = "Say why you need the number: it is kept in the audit log"
_BROWSER = "reveals"
"""in the session's cookie: the secret of this browser"""
_LOOK_AGAIN_SECONDS = 1


def add_number(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """Add the views of one number."""

    @pages.get("/calls/<sid>/number")
    @needs(Right.REVEAL_NUMBERS)
    def ask_form(sid: str) -> str:
        return _form(dependencies, sid, FormReader({}))

    @pages.post("/calls/<sid>/number")
    @needs(Right.REVEAL_NUMBERS, recent=True)
    def ask(sid: str) -> Any:
        form = FormReader(request.form)
        which = form.one_of("number", list(WORDS), "Choose which number you need")
        access = Access(viewer().name, form.reason("reason", _WHY), asked_at())
        if form.errors:
            return _form(dependencies, sid, form), HTTPStatus.BAD_REQUEST
        with dependencies.reading() as connection:
            number = CallNumber(find_call(connection, sid), which)
        return _ask(dependencies, number, access, form)

    @pages.get("/reveals/numbers/<int:number>")
    @needs(Right.REVEAL_NUMBERS)
    def number(number: int) -> Response:
        person, browser, now = viewer().name, browser_hash(), asked_at()
        found = dependencies.database.transact(
            lambda each: show_number(each, dependencies.vault, number, person, browser, now)
        )
        return _page(found)


def browser_hash() -> bytes:
    """Of this browser. A number that was asked for here is shown in no other."""
    if _BROWSER not in session:
        session[_BROWSER] = secrets.token_urlsafe(32)
    return token_hash(session[_BROWSER])


def _ask(dependencies: ConsoleDependencies, number: CallNumber, access: Access, form: FormReader) -> Any:
    alone, browser = dependencies.reveals_alone, browser_hash()
    try:
        answer = dependencies.database.transact(
            lambda each: ask_for_number(each, dependencies.vault, number, browser, access, alone=alone)
        )
    except Fault as fault:
        form.errors["reason"] = str(fault)
        return _form(dependencies, number.call, form), HTTPStatus.BAD_REQUEST
    endpoint = "reveals.number" if answer.request is None else "reveals.requested"
    return redirect(address(endpoint, number=answer.entry or answer.request), HTTPStatus.SEE_OTHER)


def _form(dependencies: ConsoleDependencies, sid: str, form: FormReader) -> str:
    with dependencies.reading() as connection:
        call = find_call(connection, sid)
        purposes, erased = purposes_of(connection, call), erased_at(connection, call)
        own = allowance(connection, viewer().name, asked_at(), dependencies.reveals_alone)
    return render_template(
        "reveal_ask.html",
        call=call,
        choices=[(purpose, WORDS[purpose]) for purpose in purposes],
        erased_at=erased,
        own=own,
        most=MOST,
        seconds=_seconds(),
        errors=form.errors,
        form=form.form,
    )


def _page(found: ShownNumber | WaitingForLog | NotShown) -> Response:
    back = address("calls.call", sid=found.of.call)
    page = {"call": found.of.call, "which": WORDS[found.of.purpose], "back": back, "seconds": _seconds()}
    if isinstance(found, WaitingForLog):
        return _refreshed(render_template("reveal_waits.html", **page), str(_LOOK_AGAIN_SECONDS))
    if isinstance(found, NotShown):
        text = render_template("reveal_hidden.html", why=found.why, **page)
        return make_response(text, HTTPStatus.GONE)
    text = render_template("reveal_number.html", number=found.number, until=found.until, **page)
    return _refreshed(text, f"{_seconds()}; url={back}")


def _refreshed(text: str, refresh: str) -> Response:
    """The answer, which the browser leaves by itself, and which travels as it is."""
    headers: Mapping[str, str] = {"Refresh": refresh, "Content-Encoding": "identity"}
    response = make_response(text)
    response.headers.update(headers)
    return response


def _seconds() -> int:
    return int(SHOWN_FOR.total_seconds())
