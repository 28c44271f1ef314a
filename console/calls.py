"""The pages Calls and A call: find any call, see all of it, and export exactly what the list shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from callrouter.phone import is_number, telephone_number
from callrouter.privacy.audit import Access
from callrouter.privacy.look_up import look_up
from callrouter.reports.call_pages import all_calls, call_page
from callrouter.reports.choices import call_choices
from callrouter.reports.listed_calls import CHARGE_STATES
from callrouter.reports.story import story
from callrouter.reports.timeline import timeline
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.call_columns import CALL_COLUMNS, exported_columns
from console.call_filter import COLUMNS, IN_PROGRESS, OUTCOMES, CallQuery, cursor_of, cursor_text, read_filter
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at
from console.saved_views import add_saved_views, open_view, view_address, views_above
from console.zones import reader_zone

PAGE = 50


def calls_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("calls", __name__)
    add_saved_views(pages, dependencies)

    @pages.get("/calls")
    @needs(Right.SEE_CALLS)
    def listed() -> Any:
        zone = reader_zone()
        wanted = read_filter(request.args, zone, asked_at())
        if wanted.names_caller and not viewer().may(Right.SEARCH_NUMBERS):
            return redirect(address("calls.listed"))
        if len(request.args.getlist(COLUMNS)) > 1:
            # The boxes of a form: one text in the address is enough.
            return redirect(_with(wanted, "calls.listed", ""))
        with dependencies.reading() as connection:
            page = call_page(
                connection,
                wanted.wanted,
                PAGE,
                after=cursor_of(request.args.get("after")),
                before=cursor_of(request.args.get("before")),
            )
            choices = call_choices(connection)
            views = views_above(connection)
        return render_template(
            "calls.html",
            page=page,
            filter=wanted,
            choices=choices,
            formats=FORMATS,
            outcomes=(*OUTCOMES, IN_PROGRESS),
            charge_states=CHARGE_STATES,
            all_columns=CALL_COLUMNS,
            views=views,
            open_view=open_view,
            view_address=view_address(wanted),
            filter_address=lambda without="", to="calls.listed", **more: _with(wanted, to, without, **more),
            export_address=lambda form: _with(wanted, "calls.exported", "", form=form, zone=zone.key),
            newer=cursor_text(page.newer),
            older=cursor_text(page.older),
        )

    @pages.post("/calls/of-a-number")
    @needs(Right.SEARCH_NUMBERS, recent=True)
    def of_a_number() -> Any:
        number, reason = (
            telephone_number(request.form.get("number", "")),
            request.form.get("reason", "").strip(),
        )
        errors = _number_errors(number, reason)
        if errors:
            return render_template("calls_of_a_number.html", errors=errors, form=request.form), 400
        access = Access(viewer().name, reason, asked_at())
        match = dependencies.database.transact(
            lambda session: look_up(session, dependencies.vault, number, access)
        )
        return redirect(address("calls.listed", caller=match, since="all"))

    @pages.get("/calls/of-a-number")
    @needs(Right.SEARCH_NUMBERS)
    def number_form() -> str:
        return render_template("calls_of_a_number.html", errors={}, form={})

    @pages.get("/calls/export.<form>")
    @needs(Right.EXPORT)
    def exported(form: str) -> Response:
        zone = reader_zone()
        wanted = read_filter(request.args, zone, asked_at())
        return download(form, "calls", exported_columns(wanted.columns), _rows(dependencies, wanted), zone)

    @pages.get("/calls/<sid>")
    @needs(Right.SEE_CALLS)
    def call(sid: str) -> str:
        with dependencies.reading() as connection:
            found = story(connection, sid)
        return render_template("call.html", call=found, timeline=timeline(found))

    return pages


def _with(wanted: CallQuery, endpoint: str, without: str, **more: str) -> str:
    """An address with the filter in it, less one part."""
    kept = {name: text for name, text in wanted.written.items() if name != without}
    return address(endpoint, **(kept | more))


def _rows(dependencies: ConsoleDependencies, wanted: CallQuery) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_calls(connection, wanted.wanted)


def _number_errors(number: str, reason: str) -> dict[str, str]:
    errors = {}
    if not is_number(number):
        errors["number"] = "Write a whole telephone number, for example (310) 555-0188"
    if not reason:
        errors["reason"] = "Say why you look for this caller: it is kept in the audit log"
    return errors
