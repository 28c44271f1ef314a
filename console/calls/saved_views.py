"""Saved views of the list of calls: a short list above the calls, and the pages that save and change them."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from callrouter.database import DuplicateKey, Session
from callrouter.errors import Fault
from callrouter.staff.roles import Right
from callrouter.staff.saved_views import (
    ListedView,
    ViewEditor,
    delete_view,
    rename_view,
    save_view,
    saved_views,
)
from config.free_text import reason
from console.access import RightMissing, needs, viewer
from console.calls.call_filter import CallQuery, read_filter
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.zones import reader_zone

T = TypeVar("T")
FOR_ALL, FOR_ONESELF = "all", "me"


def add_saved_views(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of saved views."""

    @pages.get("/calls/views")
    @needs(Right.SEE_CALLS)
    def views() -> str:
        return _list(dependencies)

    @pages.post("/calls/views/<int:number>")
    @needs(Right.SEE_CALLS)
    def change_view(number: int) -> Any:
        try:
            flash(_in_one_transaction(dependencies, _change(number, _editor())), "good")
        except Fault as fault:
            return _list(dependencies, {f"name-{number}": str(fault)}), HTTPStatus.BAD_REQUEST
        return redirect(address("calls.views"))

    @pages.get("/calls/views/new")
    @needs(Right.SEE_CALLS)
    def new_view() -> str:
        return _form(read_filter(request.args, reader_zone(), asked_at(), viewer().may), FormReader({}))

    @pages.post("/calls/views/new")
    @needs(Right.SEE_CALLS)
    def save() -> Any:
        wanted = read_filter(request.args, reader_zone(), asked_at(), viewer().may)
        form = FormReader(request.form)
        name, editor = _name(form.text("name")), _editor()
        shared = form.one_of("who", (FOR_ONESELF, FOR_ALL), "Choose for whom the view is") == FOR_ALL
        if not form.errors:
            try:
                _refuse_one_caller(wanted)
                _in_one_transaction(
                    dependencies,
                    lambda session: save_view(session, name, view_address(wanted), editor, shared=shared),
                )
            except Fault as fault:
                form.errors["name"] = str(fault)
        if form.errors:
            return _form(wanted, form), HTTPStatus.BAD_REQUEST
        flash(f"The view {name} is saved.", "good")
        return redirect(address("calls.listed", **wanted.written))


def views_above(connection: sa.Connection) -> list[ListedView]:
    """The views of whoever looks at the list, but for those whose filter is not for them."""
    return [view for view in saved_views(connection, viewer().account) if _is_for_viewer(view)]


def _is_for_viewer(view: ListedView) -> bool:
    try:
        _read(view)
    except RightMissing:
        return False
    except Fault:
        return True
    return True


def _read(view: ListedView) -> CallQuery:
    return read_filter(MultiDict(parse_qsl(view.address)), reader_zone(), asked_at(), viewer().may)


def view_address(wanted: CallQuery) -> str:
    """The filter as a saved view keeps it."""
    return urlencode(sorted(wanted.written.items()))


def open_view(view: ListedView) -> str:
    """The address of the list with the filter of a view."""
    return address("calls.listed", **dict(parse_qsl(view.address)))


def _list(dependencies: ConsoleDependencies, errors: dict[str, str] | None = None) -> str:
    with dependencies.reading() as connection:
        found = views_above(connection)
    words = {view.id: _words(view) for view in found}
    return render_template(
        "calls_views.html",
        views=found,
        words=words,
        errors=errors or {},
        form=request.form,
        open_view=open_view,
    )


def _words(view: ListedView) -> list[str]:
    """What a view shows. An older one may name what the list does not know any more."""
    try:
        wanted = _read(view)
    except Fault as fault:
        return [str(fault)]
    return [*wanted.chips.values(), f"{len(wanted.columns)} columns"]


def _form(wanted: CallQuery, form: FormReader) -> str:
    return render_template(
        "calls_view_new.html", filter=wanted, errors=form.errors, form=form.form, for_all=FOR_ALL
    )


def _change(number: int, editor: ViewEditor) -> Callable[[Session], str]:
    """What the form asks for, and the sentence about it."""
    name = _name(request.form.get("name", ""))

    def change(session: Session) -> str:
        if request.form.get("act") == "delete":
            return f"The view {delete_view(session, number, editor)} is deleted."
        rename_view(session, number, name, editor)
        return f"The view is called {name} now."

    return change


def _in_one_transaction(dependencies: ConsoleDependencies, act: Callable[[Session], T]) -> T:
    """What the act returns. Raises Fault where another view has the name."""
    try:
        return dependencies.database.transact(act)
    except DuplicateKey:
        raise Fault("there is a view of this name already: choose another name") from None


def _name(written: str) -> str:
    """The name in one line, without any telephone number. Empty where it cannot be kept."""
    try:
        return reason(written)
    except ValueError:
        return ""


def _editor() -> ViewEditor:
    who = viewer()
    return ViewEditor(who.account, who.name, who.may(Right.SHARE_VIEWS), asked_at())


def _refuse_one_caller(wanted: CallQuery) -> None:
    if wanted.names_caller:
        raise Fault("the calls of one caller are not saved as a view: what is kept of a caller must end")
