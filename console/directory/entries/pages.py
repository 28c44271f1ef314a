"""The addresses of single entries of the directory: lists, forms, taking out, and histories."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from callrouter.directory.entry_history import EntryHistory, entry_history, number_history
from callrouter.directory.single_entries.entry import NUMBERS, EntryName
from callrouter.errors import NotKnown
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.directory.entries.addresses import ENTRY, PART, entry_name
from console.directory.entries.drafts import opened_draft, version_number
from console.directory.entries.editing import EntryEditor, entry_page_of, links, retirement_page
from console.directory.entries.forms import FORMS
from console.directory.entries.lists import COLUMNS, Place, entry_page

PAGE = 50


def directory_entry_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("directory_entries", __name__)
    editor = EntryEditor(dependencies)
    _add_lists(pages, dependencies, editor)
    _add_forms(pages, dependencies, editor)
    _add_retirement(pages, dependencies, editor)
    return pages


def _add_lists(pages: Blueprint, dependencies: ConsoleDependencies, editor: EntryEditor) -> None:
    @pages.get(ENTRY)
    @pages.get(PART)
    @needs(Right.SEE_DIRECTORY)
    def listed(kind: str, key: str = "", part: str = "") -> str:
        name = entry_name(kind, key, part)
        with dependencies.reading() as connection:
            directory = editor.in_force(connection)
        if part and key not in getattr(directory, kind):
            raise NotKnown(f"there is no {FORMS[kind].title} {key} in the directory")
        search, after, before = (request.args.get(each, "").strip() for each in ("search", "after", "before"))
        return render_template(
            "directory/entries.html",
            name=name,
            form=FORMS[name.kind],
            heads=COLUMNS[name.kind].heads,
            page=entry_page(directory, name.kind, name.owner, Place(PAGE, after, before), search),
            search=search,
            **links(),
        )

    @pages.get(f"{ENTRY}/<key>/history")
    @needs(Right.SEE_DIRECTORY)
    def history(kind: str, key: str) -> str:
        name = EntryName(kind, key)
        with dependencies.reading() as connection:
            found = _history(connection, name, version_number(request.args.get("before", "")))
        if not found.total:
            raise NotKnown(f"there never was a {FORMS[kind].title} {key}")
        return render_template(
            "directory/history.html", name=name, form=FORMS[kind], history=found, **links()
        )


def _history(connection: Any, name: EntryName, before: int | None) -> EntryHistory:
    if name.kind == NUMBERS:
        return number_history(connection, name.key, PAGE, before)
    return entry_history(connection, name.kind, name.key, PAGE, before)


def _add_forms(pages: Blueprint, dependencies: ConsoleDependencies, editor: EntryEditor) -> None:
    @pages.get(f"{ENTRY}/new")
    @pages.get(f"{PART}/new")
    @needs(Right.CHANGE_DIRECTORY)
    def new(kind: str, key: str = "", part: str = "") -> str:
        name = entry_name(kind, key, part)
        with dependencies.reading() as connection:
            return entry_page_of(opened_draft(editor.in_force(connection), name._replace(key="")))

    @pages.post(f"{ENTRY}/new")
    @pages.post(f"{PART}/new")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def add(kind: str, key: str = "", part: str = "") -> Any:
        return editor.save(entry_name(kind, key, part)._replace(key=""))

    @pages.get(f"{ENTRY}/<key>")
    @pages.get(f"{PART}/<name>")
    @needs(Right.SEE_DIRECTORY)
    def entry(kind: str, key: str, part: str = "", name: str = "") -> str:
        with dependencies.reading() as connection:
            return entry_page_of(editor.opened(connection, entry_name(kind, key, part, name)))

    @pages.post(f"{ENTRY}/<key>")
    @pages.post(f"{PART}/<name>")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def change(kind: str, key: str, part: str = "", name: str = "") -> Any:
        return editor.save(entry_name(kind, key, part, name))


def _add_retirement(pages: Blueprint, dependencies: ConsoleDependencies, editor: EntryEditor) -> None:
    @pages.get(f"{ENTRY}/<key>/retire")
    @pages.get(f"{PART}/<name>/retire")
    @needs(Right.CHANGE_DIRECTORY)
    def retire(kind: str, key: str, part: str = "", name: str = "") -> str:
        with dependencies.reading() as connection:
            return retirement_page(editor.retirement(connection, entry_name(kind, key, part, name)))

    @pages.post(f"{ENTRY}/<key>/retire")
    @pages.post(f"{PART}/<name>/retire")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def take_out(kind: str, key: str, part: str = "", name: str = "") -> Any:
        return editor.take_out(entry_name(kind, key, part, name))
