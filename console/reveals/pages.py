"""The page Reveals: who has asked to see further numbers, and the second person's decision."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from callrouter.errors import Fault
from callrouter.privacy.audit import Access
from callrouter.reveals.limits import MOST
from callrouter.reveals.model import APPROVED
from callrouter.reveals.requests import LISTED, decide, latest_requests, read_request, use_approval
from callrouter.reveals.reveal import allowance
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.reveals.number import add_number, browser_hash

_WHY = "Say why: it is kept in the audit log"


def reveal_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("reveals", __name__)
    add_number(pages, dependencies)

    @pages.get("/reveals")
    @needs(Right.REVEAL_NUMBERS)
    def listed() -> str:
        alone = dependencies.reveals_alone
        with dependencies.reading() as connection:
            requests = latest_requests(connection, asked_at())
            own = allowance(connection, viewer().name, asked_at(), alone)
        return render_template("reveals.html", requests=requests, own=own, most=MOST, most_listed=LISTED)

    @pages.get("/reveals/requests/<int:number>")
    @needs(Right.REVEAL_NUMBERS)
    def requested(number: int) -> str:
        return _shown(dependencies, number, FormReader({}))

    @pages.post("/reveals/requests/<int:number>")
    @needs(Right.REVEAL_NUMBERS, recent=True)
    def decided(number: int) -> Any:
        form = FormReader(request.form)
        access = Access(viewer().name, form.reason("reason", _WHY), asked_at())
        decision = form.text("decision")
        if not form.errors:
            try:
                dependencies.database.transact(lambda each: decide(each, number, decision, access))
            except Fault as fault:
                form.errors["reason"] = str(fault)
        if form.errors:
            return _shown(dependencies, number, form), HTTPStatus.BAD_REQUEST
        flash(_done(number, decision), "good")
        return redirect(address("reveals.listed"), HTTPStatus.SEE_OTHER)

    @pages.post("/reveals/requests/<int:number>/number")
    @needs(Right.REVEAL_NUMBERS, recent=True)
    def use(number: int) -> Any:
        access, browser = Access(viewer().name, "", asked_at()), browser_hash()
        entry = dependencies.database.transact(
            lambda each: use_approval(each, dependencies.vault, number, browser, access)
        )
        return redirect(address("reveals.number", number=entry), HTTPStatus.SEE_OTHER)

    return pages


def _shown(dependencies: ConsoleDependencies, number: int, form: FormReader) -> str:
    with dependencies.reading() as connection:
        found = read_request(connection, number, asked_at())
    return render_template("reveal_request.html", asked=found, errors=form.errors, form=form.form)


def _done(number: int, decision: str) -> str:
    if decision == APPROVED:
        return f"Request {number} is approved. The number can be shown within an hour, once."
    return f"Request {number} is declined."
