"""The return calls that a partner's centers owe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.errors import Fault
from callrouter.promises.model import OPEN
from callrouter.reports.partner.promises import OwnPromise, all_own_promises, own_promise_page
from callrouter.reports.promises.pages import STATES, DuePlace
from callrouter.staff.roles import Right
from console.access import needs, own_partner
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at
from console.places import place_text, read_place
from console.zones import reader_zone

PAGE = 50
ALL = "all"
"""written for `state`"""
EXPORT_COLUMNS = tuple(OwnPromise.__annotations__)


def partner_promises_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("partner_promises", __name__)

    @pages.get("/promises")
    @needs(Right.SEE_OWN)
    def listed() -> str:
        state, after = _state(), read_place(request.args.get("after"), DuePlace)
        with dependencies.reading_own(own_partner()) as connection:
            page = own_promise_page(connection, _wanted(state), PAGE, after)
        later = place_text(page.later)
        return render_template(
            "partner/promises.html",
            page=page,
            state=state,
            states=(*STATES, ALL),
            now=asked_at(),
            formats=FORMATS,
            later=later and address("partner_promises.listed", state=state, after=later),
            export_address=lambda form: address(
                "partner_promises.exported", form=form, state=state, zone=reader_zone().key
            ),
        )

    @pages.get("/promises/export.<form>")
    @needs(Right.SEE_OWN)
    def exported(form: str) -> Response:
        rows = _rows(dependencies, own_partner(), _wanted(_state()))
        return download(dependencies, form, "promises", EXPORT_COLUMNS, rows)

    return pages


def _state() -> str:
    state = request.args.get("state") or OPEN
    if state not in (*STATES, ALL):
        raise Fault(f"a promise is never {state!r}: it is {', '.join((*STATES, ALL))}")
    return state


def _wanted(state: str) -> str | None:
    return None if state == ALL else state


def _rows(dependencies: ConsoleDependencies, partner: str, state: str | None) -> Iterator[Any]:
    with dependencies.reading_own(partner) as connection:
        yield from all_own_promises(connection, state)
