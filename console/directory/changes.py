"""Changing the directory: a whole file, its effect before it is saved, and the second person where it takes two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request

from callrouter.billing.allowances import apply_allowances_of_new_terms
from callrouter.directory.attempts import SpokenSeconds
from callrouter.directory.differences import Difference, differences_between
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.directory_file.read import read_directory_file
from callrouter.directory.document import to_document
from callrouter.directory.faults import DirectoryFault, DirectoryFaults
from callrouter.directory.history import known_version
from callrouter.directory.load import (
    DirectoryChangedMeanwhile,
    LoadResult,
    digest_of,
    lock_seen_version,
    version_in_force,
)
from callrouter.directory.proposals.proposal import (
    WaitingProposal,
    approve,
    changes_in_force,
    differences_of,
    load_or_propose,
    proposals,
    withdraw,
)
from callrouter.directory.proposals.renew import propose_again
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault
from callrouter.reports.rotation.directory_effect import HelplineEffect, directory_effect
from callrouter.staff.roles import Right
from callrouter.wordings.sentences import spoken_seconds
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.directory.file_import import FILE, WHY, add_import
from console.forms import FormReader
from console.frame import address, asked_at
from console.whole_numbers import whole_number


@dataclass(frozen=True, slots=True)
class Draft:
    """A directory file that somebody is about to save, and what it would do."""

    text: str
    base: int
    """the version that the file was made from"""
    in_force: int
    faults: tuple[DirectoryFault, ...] = ()
    differences: tuple[Difference, ...] = ()
    meanwhile: tuple[Difference, ...] = ()
    """what others changed since `base`"""
    for_two: tuple[str, ...] = ()
    helplines: tuple[HelplineEffect, ...] = ()
    digest: str = ""
    """tells whether what is saved is what was shown"""


def directory_change_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("directory_changes", __name__)
    shelf = DirectoryCache()

    @pages.get("/directory/edit")
    @needs(Right.CHANGE_DIRECTORY)
    def edit() -> str:
        with dependencies.reading() as connection:
            in_force = shelf.in_force(connection)
        draft = Draft(dump_directory(in_force), in_force.version, in_force.version)
        return render_template("directory_edit.html", draft=draft, errors={})

    @pages.post("/directory/edit")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def save() -> Any:
        form = FormReader(request.form)
        with dependencies.reading() as connection:
            spoken = spoken_seconds(dependencies.wordings.in_force(connection))
            draft = _draft(connection, *_typed(), asked_at(), spoken)
        if not _is_to_be_saved(draft, form):
            errors = _errors(draft) | form.errors
            return render_template("directory_edit.html", draft=draft, errors=errors), _status(draft, errors)
        try:
            with dependencies.database.engine.begin() as connection:
                loaded = _load(connection, shelf, draft, form.reason("reason", WHY))
        except DirectoryChangedMeanwhile:
            # Somebody saved between our looking and our saving: look again.
            return save()
        flash(*_told(loaded))
        return redirect(address("directory.overview"))

    @pages.get("/directory/proposals/<int:number>")
    @needs(Right.SEE_DIRECTORY)
    def proposal(number: int) -> str:
        with dependencies.reading() as connection:
            differences = differences_of(connection, number)
            [found] = [each for each in proposals(connection, decided_too=True) if each["number"] == number]
        return render_template("directory_proposal.html", proposal=found, differences=differences)

    @pages.post("/directory/proposals/<int:number>")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def decide(number: int) -> Any:
        with dependencies.database.engine.begin() as connection:
            _decide(connection, shelf, number, request.form.get("act"))
        return redirect(address("directory.overview"))

    add_import(pages, dependencies)
    return pages


def _load(
    connection: sa.Connection, shelf: DirectoryCache, draft: Draft, reason: str
) -> LoadResult | WaitingProposal:
    read = read_directory_file(draft.text, FILE)
    lock_seen_version(connection, draft.base)
    loaded = load_or_propose(connection, read.directory, asked_at(), read.source, viewer().name, reason)
    if isinstance(loaded, LoadResult):
        apply_allowances_of_new_terms(connection, shelf, asked_at())
    return loaded


def _decide(connection: sa.Connection, shelf: DirectoryCache, number: int, act: str | None) -> None:
    """Approve a proposal, withdraw it or propose it again, and tell the person so. Raises Fault for any other act."""
    now, person = asked_at(), viewer().name
    if act == "withdraw":
        withdraw(connection, number, now, person)
        flash(f"Proposal {number} is withdrawn.", "good")
    elif act == "again":
        renewed = propose_again(connection, number, now, person)
        if isinstance(renewed, LoadResult):
            apply_allowances_of_new_terms(connection, shelf, now)
        flash(*_told(renewed))
    elif act == "approve":
        loaded = approve(connection, number, now, person)
        apply_allowances_of_new_terms(connection, shelf, now)
        flash(f"Proposal {number} is in force as version {loaded.version}.", "good")
    else:
        raise Fault(f"nobody can {act!r} a proposal: it is approved, withdrawn, or proposed again")


def _typed() -> tuple[str, int]:
    """The text, and the version that it was made from."""
    base = whole_number(request.form.get("base", ""))
    return request.form.get("text", "").replace("\r\n", "\n"), -1 if base is None else base


def _draft(connection: sa.Connection, text: str, base: int, now: datetime, spoken: SpokenSeconds) -> Draft:
    in_force = version_in_force(connection)
    before = known_version(connection, in_force)
    try:
        after = read_directory_file(text, FILE).directory
    except DirectoryFaults as faults:
        return Draft(text, base, in_force, faults=faults.faults)
    return Draft(
        text,
        base,
        in_force,
        differences=differences_between(before, after),
        meanwhile=_meanwhile(connection, base, before),
        for_two=changes_in_force(connection, after, now),
        helplines=tuple(directory_effect(before, after, now, spoken)),
        digest=digest_of(f"{in_force} {to_document(after)}"),
    )


def _meanwhile(connection: sa.Connection, base: int, in_force: Directory) -> tuple[Difference, ...]:
    if not 0 <= base < in_force.version:
        return ()
    return differences_between(known_version(connection, base), in_force)


def _is_to_be_saved(draft: Draft, form: FormReader) -> bool:
    if form.text("act") != "save" or draft.faults or draft.base != draft.in_force or not draft.differences:
        return False
    if form.text("looked") != draft.digest:
        return False  # It is not what was shown.
    form.reason("reason", WHY)
    return not form.errors


def _errors(draft: Draft) -> dict[str, str]:
    if not draft.faults:
        return {}
    return {"text": f"The file has {len(draft.faults)} faults. Nothing of it is saved"}


def _status(draft: Draft, errors: dict[str, str]) -> int:
    if errors:
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.CONFLICT if draft.base != draft.in_force else 200


def _told(loaded: LoadResult | WaitingProposal) -> tuple[str, str]:
    if isinstance(loaded, WaitingProposal):
        return f"Nothing is in force yet: proposal {loaded.number} waits for another person.", "warn"
    if not loaded.changed:
        return "The file says the same as the directory in force. Nothing has changed.", "good"
    return f"Version {loaded.version} is in force.", "good"
