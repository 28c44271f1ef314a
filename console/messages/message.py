"""The page of a message: heard for a few minutes by somebody who says why, and deleted on request.

The reason stands in the audit log before the sound can be fetched. The address of the sound holds a random token that
works only in the browser that asked for it, and only until the message is hidden again.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, session

from callrouter.messages.play import delete_on_request
from callrouter.messages.playback import OPEN_FOR, hide_playback, open_playback, sound_of_playback
from callrouter.privacy.audit import Access
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.messages.pages import left_message
from callrouter.staff.roles import Right
from callrouter.staff.tokens import token_hash
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at

SOUND_TYPE = "audio/wav"
_BROWSER, _OPENED = "listens", "opened"
"""in the session's cookie: the secret of this browser, and the message that was just opened"""


def add_message(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """Add the views of one message."""

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
            return _shown(dependencies, sid, form), HTTPStatus.BAD_REQUEST
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

    @pages.post("/messages/<sid>/delete")
    @needs(Right.PLAY_MESSAGES, recent=True)
    def delete(sid: str) -> Any:
        form = FormReader(request.form)
        why = form.reason("reason-delete", "Say why it is deleted: it is kept in the audit log")
        if form.errors:
            return _shown(dependencies, sid, form), HTTPStatus.BAD_REQUEST
        call, access = _call(dependencies, sid), Access(viewer().name, why, asked_at())
        dependencies.database.transact(lambda each: delete_on_request(each, call, access))
        flash("The message is deleted. Nobody can hear it any more.", "good")
        return redirect(address("messages.message", sid=call), 303)


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
