"""The pages Messages and A message: what callers left, heard for a few minutes by somebody who says why.

The reason stands in the audit log before the sound can be fetched. The address of the sound holds a random token that
works only in the browser that asked for it, and only until the message is hidden again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, session

from callrouter.errors import Fault
from callrouter.messages.model import STATES
from callrouter.messages.playback import OPEN_FOR, hide_playback, open_playback, sound_of_playback
from callrouter.privacy.audit import Access
from callrouter.reports.call_pages import Cursor
from callrouter.reports.choices import call_choices
from callrouter.reports.find_call import find_call
from callrouter.reports.message_pages import (
    HEARD_STATES,
    STAFF,
    LeftMessage,
    MessagePlace,
    WantedMessages,
    all_left_messages,
    left_message,
    message_page,
)
from callrouter.staff.roles import Right
from callrouter.staff.tokens import token_hash
from console.access import needs, viewer
from console.call_filter import cursor_of, cursor_text
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.forms import FormReader
from console.frame import address, asked_at
from console.zones import reader_zone

PAGE = 50
BAD_REQUEST, FORBIDDEN = 400, 403
EXPORT_COLUMNS = tuple(LeftMessage.__annotations__)
SOUND_TYPE = "audio/wav"
_FILTERS = ("state", "owner", "helpline", "heard")
_BROWSER, _OPENED = "listens", "opened"
"""in the session's cookie: the secret of this browser, and the message that was just opened"""


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
                after=_place(request.args.get("after")),
                before=_place(request.args.get("before")),
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
            newer=_place_text(page.newer),
            older=_place_text(page.older),
            filter_address=lambda without="", **more: _with(written, "messages.listed", without, **more),
            export_address=lambda form: _with(
                written, "messages.exported", "", form=form, zone=reader_zone().key
            ),
        )

    @pages.get("/messages/export.<form>")
    @needs(Right.PLAY_MESSAGES)
    def exported(form: str) -> Response:
        if not viewer().may(Right.EXPORT):
            abort(FORBIDDEN)
        wanted = WantedMessages(**_written(request.args))
        return download(form, "messages", EXPORT_COLUMNS, _rows(dependencies, wanted), reader_zone())

    @pages.get("/messages/<sid>")
    @needs(Right.PLAY_MESSAGES)
    def message(sid: str) -> str:
        return _shown(dependencies, sid, FormReader({}), _opened(sid))

    @pages.post("/messages/<sid>/play")
    @needs(Right.PLAY_MESSAGES, recent=True)
    def play(sid: str) -> Any:
        form = FormReader(request.form)
        access = Access(
            viewer().name,
            form.reason("reason", "Say why you hear it: it is kept in the audit log"),
            asked_at(),
        )
        if form.errors:
            return _shown(dependencies, sid, form), BAD_REQUEST
        call, token = _call(dependencies, sid), secrets.token_urlsafe(32)
        dependencies.database.transact(
            lambda each: open_playback(each, dependencies.vault, call, _hash(token), access)
        )
        session[_OPENED] = {"call": call, "token": token, "at": access.at.timestamp()}
        return redirect(address("messages.message", sid=call), 303)

    @pages.get("/messages/<sid>/sound/<token>")
    @needs(Right.PLAY_MESSAGES)
    def sound(sid: str, token: str) -> Response:
        found = dependencies.database.transact(
            lambda each: sound_of_playback(each, dependencies.vault, sid, _hash(token), asked_at())
        )
        response = send_file(BytesIO(found), mimetype=SOUND_TYPE, conditional=True)
        response.headers["Cache-Control"] = "no-store"
        return response

    @pages.post("/messages/<sid>/hide")
    @needs(Right.PLAY_MESSAGES)
    def hide(sid: str) -> Any:
        token = request.form.get("token", "")
        dependencies.database.transact(lambda each: hide_playback(each, sid, _hash(token), asked_at()))
        return redirect(address("messages.message", sid=sid), 303)

    return pages


def _shown(
    dependencies: ConsoleDependencies, sid: str, form: FormReader, opened: Mapping[str, Any] | None = None
) -> str:
    with dependencies.reading() as connection:
        found = left_message(connection, find_call(connection, sid))
    until = datetime.fromtimestamp(opened["at"], asked_at().tzinfo) + OPEN_FOR if opened else None
    return render_template(
        "message.html",
        message=found,
        token=opened["token"] if opened else None,
        until=until,
        seconds_left=max(int((until - asked_at()).total_seconds()), 0) if until else None,
        minutes=int(OPEN_FOR.total_seconds() // 60),
        errors=form.errors,
        form=form.form,
    )


def _opened(sid: str) -> Mapping[str, Any] | None:
    """What was just opened in this browser. It is shown once: a page that is loaded again is hidden again."""
    opened: Mapping[str, Any] | None = session.pop(_OPENED, None)
    return opened if opened and opened["call"] == sid else None


def _hash(token: str) -> bytes:
    """What is stored of a token. It differs from browser to browser, so an address is of no use in another."""
    if _BROWSER not in session:
        session[_BROWSER] = secrets.token_urlsafe(32)
    return token_hash(f"{session[_BROWSER]} {token}")


def _call(dependencies: ConsoleDependencies, sid: str) -> str:
    with dependencies.reading() as connection:
        return find_call(connection, sid)


def _rows(dependencies: ConsoleDependencies, wanted: WantedMessages) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_left_messages(connection, wanted)


def _written(arguments: Mapping[str, str]) -> dict[str, str]:
    written = {name: text for name in _FILTERS if (text := arguments.get(name, "").strip())}
    for name, allowed in (("state", STATES), ("heard", HEARD_STATES)):
        if written.get(name, allowed[0]) not in allowed:
            raise Fault(f"{name} cannot be {written[name]!r}: it is one of {', '.join(allowed)}")
    return written


def _with(written: Mapping[str, str], endpoint: str, without: str, **more: str) -> str:
    kept = {name: text for name, text in written.items() if name != without}
    return address(endpoint, **(kept | more))


def _place(text: str | None) -> MessagePlace | None:
    cursor = cursor_of(text)
    return MessagePlace(*cursor) if cursor else None


def _place_text(place: MessagePlace | None) -> str | None:
    return cursor_text(Cursor(*place)) if place else None
