"""The page Messages: what callers left when nobody took their call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request

from callrouter.errors import Fault
from callrouter.messages.model import STATES, WAITING
from callrouter.messages.recording import retry_set_aside
from callrouter.reports.choices import call_choices
from callrouter.reports.messages.pages import (
    HEARD_STATES,
    STAFF,
    LeftMessage,
    MessagePlace,
    WantedMessages,
    all_left_messages,
    message_page,
)
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, address_with, asked_at
from console.messages.message import add_message
from console.places import place_text, read_place
from console.zones import reader_zone

PAGE = 50
EXPORT_COLUMNS = tuple(LeftMessage.__annotations__)
_FILTERS = ("state", "owner", "helpline", "heard")


def messages_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("messages", __name__)

    @pages.get("/messages")
    @needs(Right.PLAY_MESSAGES)
    def listed() -> str:
        written = _written(request.args)
        with dependencies.reading() as connection:
            page = message_page(
                connection,
                WantedMessages(**written),
                PAGE,
                after=read_place(request.args.get("after"), MessagePlace),
                before=read_place(request.args.get("before"), MessagePlace),
            )
            choices = call_choices(connection)
        return render_template(
            "messages.html",
            page=page,
            written=written,
            states=STATES,
            heard_states=HEARD_STATES,
            owners=[STAFF, *choices.centers],
            helplines=choices.helplines,
            formats=FORMATS,
            newer=place_text(page.newer),
            older=place_text(page.older),
            filter_address=lambda without="", **more: address_with(
                written, "messages.listed", without, **more
            ),
            export_address=lambda form: address_with(
                written, "messages.exported", form=form, zone=reader_zone().key
            ),
        )

    @pages.get("/messages/export.<form>")
    @needs(Right.PLAY_MESSAGES, Right.EXPORT)
    def exported(form: str) -> Response:
        wanted = WantedMessages(**_written(request.args))
        return download(dependencies, form, "messages", EXPORT_COLUMNS, _rows(dependencies, wanted))

    @pages.post("/messages/fetch-again")
    @needs(Right.PLAY_MESSAGES)
    def fetch_again() -> Any:
        count = dependencies.database.transact(lambda each: retry_set_aside(each, asked_at()))
        flash(f"The carrier is asked again for {count} {'message' if count == 1 else 'messages'}.", "good")
        return redirect(address("messages.listed", state=WAITING), 303)

    add_message(pages, dependencies)
    return pages


def _rows(dependencies: ConsoleDependencies, wanted: WantedMessages) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_left_messages(connection, wanted)


def _written(arguments: Mapping[str, str]) -> dict[str, str]:
    written = {name: text for name in _FILTERS if (text := arguments.get(name, "").strip())}
    for name, allowed in (("state", STATES), ("heard", HEARD_STATES)):
        if written.get(name, allowed[0]) not in allowed:
            raise Fault(f"{name} cannot be {written[name]!r}: it is one of {', '.join(allowed)}")
    return written
