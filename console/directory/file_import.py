"""Importing a directory file: it is uploaded, what it would do is shown, and then it is put in force."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request

from callrouter.billing.allowances import apply_allowances_of_new_terms
from callrouter.directory.differences import differences_between
from callrouter.directory.directory_file.read import read_directory_file
from callrouter.directory.faults import DirectoryFaults, Source
from callrouter.directory.history import known_version
from callrouter.directory.load import (
    DirectoryChangedMeanwhile,
    LoadResult,
    lock_seen_version,
    version_in_force,
)
from callrouter.directory.proposals.proposal import (
    WaitingProposal,
    changes_in_force,
    load_or_propose,
)
from callrouter.directory.uploads import forget_upload, keep_upload, uploaded_file
from callrouter.reports.rotation.directory_effect import directory_effect
from callrouter.staff.roles import Right
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at

LARGEST_FILE = 8_000_000
"""bytes; the web server takes a little more for this page, and 64 KB for all others"""
FILE = "directory.yaml"
WHY = "Say why: it is kept with the version"
_MEGABYTE = 1_000_000


def add_import(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """Add the views of an import."""

    # Who has to confirm who they are does it before they choose a file: a confirmation carries no file on.
    @pages.get("/directory/import")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def choose_file() -> str:
        return _chooser({})

    @pages.post("/directory/import")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def upload() -> Any:
        chosen = request.files.get("file")
        content = chosen.read(LARGEST_FILE + 1) if chosen and chosen.filename else b""
        if not content or len(content) > LARGEST_FILE:
            return _chooser({"file": _what_is_wrong(content)}), HTTPStatus.BAD_REQUEST
        try:
            read = read_directory_file(content, (chosen and chosen.filename) or FILE)
            with dependencies.database.engine.begin() as connection:
                number = keep_upload(connection, read, viewer().name, asked_at())
        except DirectoryFaults as faults:
            what = f"The file has {len(faults.faults):,} faults. Nothing of it was imported"
            return _chooser({"file": what}, faults), HTTPStatus.BAD_REQUEST
        return redirect(address("directory_changes.uploaded", number=number))

    @pages.get("/directory/imports/<int:number>")
    @needs(Right.CHANGE_DIRECTORY)
    def uploaded(number: int) -> str:
        with dependencies.reading() as connection:
            return _uploaded(connection, number, {})

    @pages.post("/directory/imports/<int:number>")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def put_in_force(number: int) -> Any:
        form = FormReader(request.form)
        reason = form.reason("reason", WHY)
        with dependencies.reading() as connection:
            version = version_in_force(connection)
            if form.errors or form.text("version") != str(version):
                return _uploaded(
                    connection, number, form.errors
                ), HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.CONFLICT
        try:
            with dependencies.database.engine.begin() as connection:
                saved = _loaded(connection, dependencies, number, version, reason)
        except DirectoryChangedMeanwhile:
            # Somebody saved between our looking and our saving: look again.
            return put_in_force(number)
        return _told(saved)


def _loaded(
    connection: sa.Connection, dependencies: ConsoleDependencies, number: int, seen: int, reason: str
) -> LoadResult | WaitingProposal:
    found = uploaded_file(connection, number)
    lock_seen_version(connection, seen)
    saved = load_or_propose(
        connection, found.directory, asked_at(), Source(found.name), viewer().name, reason
    )
    if isinstance(saved, LoadResult):
        apply_allowances_of_new_terms(connection, dependencies.directories, asked_at())
    forget_upload(connection, number)
    return saved


def _told(saved: LoadResult | WaitingProposal) -> Any:
    if isinstance(saved, WaitingProposal):
        flash(f"Nothing is in force yet: proposal {saved.number} waits for another person.", "warn")
        return redirect(address("directory_changes.proposal", number=saved.number))
    flash(f"Version {saved.version} of the directory is in force.", "good")
    return redirect(address("directory.overview"))


def _what_is_wrong(content: bytes) -> str:
    if content:
        return (
            f"The file is larger than {LARGEST_FILE // _MEGABYTE} MB: load it with callrouter directory load"
        )
    return "Choose a file with something in it"


def _chooser(errors: dict[str, str], faults: DirectoryFaults | None = None) -> str:
    return render_template(
        "directory/import.html",
        errors=errors,
        faults=faults.faults if faults else (),
        megabytes=LARGEST_FILE // _MEGABYTE,
    )


def _uploaded(connection: sa.Connection, number: int, errors: dict[str, str]) -> str:
    found = uploaded_file(connection, number)
    before = known_version(connection, version_in_force(connection))
    base = known_version(connection, found.base_version)
    spoken = spoken_seconds(WordingsCache().in_force(connection))
    return render_template(
        "directory/uploaded.html",
        file=found,
        version=before.version,
        differences=differences_between(before, found.directory),
        meanwhile=differences_between(base, before) if base.version != before.version else (),
        for_two=changes_in_force(connection, found.directory, asked_at()),
        effects=directory_effect(before, found.directory, asked_at(), spoken),
        errors=errors,
        reason=request.form,
    )
