"""What is done with an entry of the directory: it is shown, saved, or taken out."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request

from callrouter.billing.allowances import apply_allowances_of_new_terms
from callrouter.directory.directory import Directory
from callrouter.directory.load import LoadResult
from callrouter.directory.proposals.proposal import WaitingProposal
from callrouter.directory.single_entries.check import EntryFaults
from callrouter.directory.single_entries.entry import NUMBERS, PARTS, EntryName
from callrouter.directory.single_entries.references import references_to
from callrouter.directory.single_entries.save import EntryChangedMeanwhile, save_change
from callrouter.errors import NotKnown
from console.access import viewer
from console.dependencies import ConsoleDependencies
from console.directory.entries.addresses import KINDS, after_saving, entry_address, list_address
from console.directory.entries.drafts import EntryDraft, look, opened_draft, typed_draft
from console.directory.entries.forms import FORMS, EntryForm
from console.directory.entries.lists import COLUMNS, EntryListPage, Place, entry_page
from console.directory.entries.pictures import Picture, picture_of
from console.forms import FormReader
from console.frame import address, asked_at

PARTS_SHOWN = 25
MOST_SUGGESTED = 200
_WHY = "Say why: it is kept with the change"


@dataclass(frozen=True, slots=True)
class ShownParts:
    """The first seats of a helpline, or rates of a partner. `new` names one that is to be added."""

    new: EntryName
    form: EntryForm
    heads: tuple[str, ...]
    page: EntryListPage


class EntryEditor:
    """What is done with an entry: looked at, saved, taken out."""

    def __init__(self, dependencies: ConsoleDependencies) -> None:
        self._dependencies = dependencies

    def in_force(self, connection: sa.Connection) -> Directory:
        """The directory in force."""
        return self._dependencies.directories.in_force(connection)

    def opened(self, connection: sa.Connection, name: EntryName) -> EntryDraft:
        """An entry that is there. Raises NotKnown."""
        draft = opened_draft(self.in_force(connection), name)
        if draft.words is None:
            raise NotKnown(f"there is no {draft.form.title} {name.key} in the directory")
        return draft

    def save(self, name: EntryName) -> Any:
        """Show what saving does; save it, where that was shown and a reason was given."""
        form = FormReader(request.form)
        with self._dependencies.reading() as connection:
            draft = typed_draft(connection, self.in_force(connection), name, request.form, asked_at())
        if not _is_to_be_saved(draft, form):
            draft.errors |= form.errors
            return entry_page_of(draft), _status(draft)
        try:
            saved = self._saved(draft, form)
        except (EntryChangedMeanwhile, EntryFaults):
            # Somebody saved between our looking and our saving: look again.
            return self.save(name)
        return self._told(draft, saved)

    def retirement(self, connection: sa.Connection, name: EntryName) -> EntryDraft:
        """What taking an entry out would do."""
        draft = self.opened(connection, name)
        draft.wanted = None
        look(connection, draft, asked_at())
        return draft

    def take_out(self, name: EntryName) -> Any:
        """Take an entry out, where what that does was shown and a reason was given."""
        form = FormReader(request.form)
        with self._dependencies.reading() as connection:
            draft = self.retirement(connection, name)
        if not _is_to_be_saved(draft, form):
            draft.errors |= form.errors
            return retirement_page(draft), _status(draft)
        try:
            saved = self._saved(draft, form)
        except (EntryChangedMeanwhile, EntryFaults):
            return self.take_out(name)
        return self._told(draft, saved)

    def _saved(self, draft: EntryDraft, form: FormReader) -> LoadResult | WaitingProposal:
        with self._dependencies.database.engine.begin() as connection:
            saved = save_change(
                connection, draft.change, asked_at(), viewer().name, form.reason("reason", _WHY)
            )
            if isinstance(saved, LoadResult):
                apply_allowances_of_new_terms(connection, self._dependencies.directories, asked_at())
        return saved

    def _told(self, draft: EntryDraft, saved: LoadResult | WaitingProposal) -> Any:
        if isinstance(saved, WaitingProposal):
            flash(f"Nothing is in force yet: proposal {saved.number} waits for another person.", "warn")
            return redirect(address("directory_changes.proposal", number=saved.number))
        flash(f"Version {saved.version} of the directory is in force.", "good")
        if draft.wanted is None and draft.name.kind not in PARTS:
            return redirect(list_address(draft.name.kind))
        return redirect(after_saving(_saved_name(draft)))


def _saved_name(draft: EntryDraft) -> EntryName:
    """A new entry has its key only now."""
    key = draft.name.key or str(
        (draft.wanted or {}).get("number" if draft.name.kind == NUMBERS else "key", "")
    )
    return draft.name._replace(key=key)


def _is_to_be_saved(draft: EntryDraft, form: FormReader) -> bool:
    if form.text("act") != "save" or draft.errors or draft.effect is None or not draft.effect.differences:
        return False
    if form.text("looked") != draft.effect.digest:
        return False  # It is not what was shown.
    form.reason("reason", _WHY)
    return not form.errors


def _status(draft: EntryDraft) -> int:
    if draft.errors:
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.CONFLICT if draft.merged else 200


def entry_page_of(draft: EntryDraft) -> str:
    """The page of an entry, with its form."""
    return render_template(
        "directory/entry.html",
        draft=draft,
        errors=draft.errors,
        picture=picture_of(draft.directory, draft.name, asked_at()),
        picture_after=_picture_after(draft),
        suggestions=_suggestions(draft),
        reason=request.form,
        references=references_to(draft.directory, draft.name) if draft.words else [],
        parts=_parts(draft),
        owner_address=entry_address(draft.owner_name) if draft.name.owner else "",
        **links(),
    )


def _picture_after(draft: EntryDraft) -> Picture | None:
    """The week of a center whose hours would change."""
    changes = draft.effect.differences if draft.effect else ()
    if draft.effect is None or not {each.field for each in changes} & {"hours", "timezone"}:
        return None
    return picture_of(draft.effect.directory, draft.name, asked_at())


def retirement_page(draft: EntryDraft) -> str:
    """The page on which an entry is taken out."""
    references = references_to(draft.directory, draft.name)
    return render_template(
        "directory/retire.html",
        draft=draft,
        errors=draft.errors,
        references=references,
        reason=request.form,
        **links(),
    )


def _parts(draft: EntryDraft) -> ShownParts | None:
    kind = next((kind for kind, parts in PARTS.items() if parts.section == draft.name.kind), None)
    if kind is None or draft.words is None:
        return None
    page = entry_page(draft.directory, kind, draft.name.key, Place(PARTS_SHOWN))
    return ShownParts(EntryName(kind, "", draft.name.key), FORMS[kind], COLUMNS[kind].heads, page)


def _suggestions(draft: EntryDraft) -> dict[str, list[str]]:
    """The keys that fields suggest. A long list would make the page slow, and helps nobody."""
    sections = {getattr(field.control, "suggestions", "") for field in draft.fields} & set(KINDS)
    keys = {section: list(getattr(draft.directory, section)) for section in sections}
    return {section: found for section, found in keys.items() if len(found) <= MOST_SUGGESTED}


def links() -> dict[str, Any]:
    """What the templates of these pages link with."""
    return {"entry_address": entry_address, "list_address": list_address, "kinds": KINDS, "forms": FORMS}
