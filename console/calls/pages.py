"""The pages Calls and A call: find any call, see all of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, render_template, request

from callrouter.pasted_number import pasted_number
from callrouter.phone import is_number
from callrouter.privacy.audit import Access
from callrouter.privacy.look_up import look_up
from callrouter.reports.calls.listed_calls import CHARGE_STATES
from callrouter.reports.calls.pages import Cursor, call_page
from callrouter.reports.calls.story import story, without_charges
from callrouter.reports.calls.timeline import timeline
from callrouter.reports.choices import call_choices
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.calls.call_filter import COLUMNS, IN_PROGRESS, OUTCOMES, read_filter
from console.calls.columns import columns_of
from console.calls.export import add_call_export
from console.calls.saved_views import add_saved_views, open_view, view_address, views_above
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, address_with, asked_at
from console.places import place_text, read_place
from console.zones import reader_zone

PAGE = 50
_WHY = "Say why you look for this caller: it is kept in the audit log"


def calls_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("calls", __name__)
    add_saved_views(pages, dependencies)
    add_call_export(pages, dependencies)

    @pages.get("/calls")
    @needs(Right.SEE_CALLS)
    def listed() -> Any:
        zone = reader_zone()
        wanted = read_filter(request.args, zone, asked_at(), viewer().may)
        if wanted.names_caller and not viewer().may(Right.SEARCH_NUMBERS):
            return redirect(address("calls.listed"))
        if len(request.args.getlist(COLUMNS)) > 1:
            # The boxes of a form: one text in the address is enough.
            return redirect(address_with(wanted.written, "calls.listed"))
        with dependencies.reading() as connection:
            page = call_page(
                connection,
                wanted.wanted,
                PAGE,
                after=read_place(request.args.get("after"), Cursor),
                before=read_place(request.args.get("before"), Cursor),
            )
            choices = call_choices(connection)
            views = views_above(connection)
        return render_template(
            "calls.html",
            page=page,
            filter=wanted,
            choices=choices,
            outcomes=(*OUTCOMES, IN_PROGRESS),
            charge_states=CHARGE_STATES,
            all_columns=columns_of(viewer().may),
            views=views,
            open_view=open_view,
            view_address=view_address(wanted),
            filter_address=lambda without="", to="calls.listed", **more: address_with(
                wanted.written, to, without, **more
            ),
            export_address=address_with(wanted.written, "calls.export"),
            newer=place_text(page.newer),
            older=place_text(page.older),
        )

    @pages.post("/calls/of-a-number")
    @needs(Right.SEARCH_NUMBERS, recent=True)
    def of_a_number() -> Any:
        form = FormReader(request.form)
        number = pasted_number(form.text("number"))
        if not is_number(number):
            form.errors["number"] = (
                "Write one whole telephone number, without an extension, for example (310) 555-0188"
            )
        access = Access(viewer().name, form.reason("reason", _WHY), asked_at())
        if form.errors:
            return render_template(
                "calls_of_a_number.html", errors=form.errors, form=form.form
            ), HTTPStatus.BAD_REQUEST
        match = dependencies.database.transact(
            lambda session: look_up(session, dependencies.vault, number, access)
        )
        return redirect(address("calls.listed", caller=match, since="all"))

    @pages.get("/calls/of-a-number")
    @needs(Right.SEARCH_NUMBERS)
    def number_form() -> str:
        return render_template("calls_of_a_number.html", errors={}, form={})

    @pages.get("/calls/<sid>")
    @needs(Right.SEE_CALLS)
    def call(sid: str) -> str:
        with dependencies.reading() as connection:
            found = story(connection, sid)
        if not viewer().may(Right.SEE_MONEY):
            found = without_charges(found)
        return render_template("call.html", call=found, timeline=timeline(found))

    return pages
