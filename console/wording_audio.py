"""Adding an audio file that stands for a text: it is stored, and proposed, and another person hears it first."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from callrouter.directory.directory import LANGUAGES
from callrouter.errors import Fault, NotKnown
from callrouter.staff.roles import Right
from callrouter.wordings.audio import MOST_BYTES
from callrouter.wordings.audio_files import store_audio
from callrouter.wordings.change import ChangedText, RefusedWording
from callrouter.wordings.proposals import NewProposal, Proposed, propose
from callrouter.wordings.wordings import KEYS
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.wording_changes import effective_time
from console.wordings import LANGUAGE_NAMES

_MEGABYTE = 1_000_000


def wording_audio_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("wordings_audio", __name__)

    # Who has to confirm who they are does it before they choose a file: a confirmation carries no file on.
    @pages.get("/wordings/audio")
    @needs(Right.CHANGE_WORDINGS, recent=True)
    def choose() -> str:
        return _page(dependencies, request.args.get("key", ""), FormReader({}))

    @pages.post("/wordings/audio")
    @needs(Right.CHANGE_WORDINGS, recent=True)
    def upload() -> Any:
        reader = FormReader(request.form)
        language = reader.one_of("language", LANGUAGES, "Choose the language of the file")
        reason = reader.reason("reason", "Say why: who approves it reads this.")
        effective_at, content = effective_time(reader), _file(reader)
        key = reader.text("key")
        if reader.errors:
            return _page(dependencies, key, reader), HTTPStatus.BAD_REQUEST
        wanted = NewProposal([ChangedText(key, language, "")], reason, effective_at)
        try:
            proposed = _propose(dependencies, wanted, content)
        except (Fault, RefusedWording) as fault:
            reader.errors["file"] = str(fault)
            return _page(dependencies, key, reader), HTTPStatus.BAD_REQUEST
        flash(f"It waits as proposal {proposed.number}. Another person has to hear and approve it.", "good")
        return redirect(address("wordings_changes.proposal", number=proposed.number))

    return pages


def _propose(dependencies: ConsoleDependencies, wanted: NewProposal, content: bytes) -> Proposed:
    """The file stands for the text in force."""
    [change] = wanted.changes
    with dependencies.database.engine.begin() as connection:
        in_force = dependencies.wordings.in_force(connection)
        _find(change.key)
        audio = store_audio(connection, content, asked_at(), viewer().name)
        text = in_force.texts[change.key, change.language]
        recorded = change._replace(text=text, audio=audio.digest)
        return propose(connection, wanted._replace(changes=[recorded]), asked_at(), viewer().name)


def _file(reader: FormReader) -> bytes:
    chosen = request.files.get("file")
    content = chosen.read(MOST_BYTES + 1) if chosen and chosen.filename else b""
    if not content:
        reader.errors["file"] = "Choose a WAV file"
    elif len(content) > MOST_BYTES:
        reader.errors["file"] = f"The file is larger than {MOST_BYTES // _MEGABYTE} MB"
    return content


def _page(dependencies: ConsoleDependencies, key: str, reader: FormReader) -> str:
    _find(key)
    with dependencies.reading() as connection:
        in_force = dependencies.wordings.in_force(connection)
    return render_template(
        "wording_audio.html",
        key=key,
        texts={language: in_force.texts[key, language] for language in LANGUAGES},
        audio={language: in_force.audio.get((key, language)) for language in LANGUAGES},
        written=reader.form,
        errors=reader.errors,
        languages=LANGUAGE_NAMES,
        megabytes=MOST_BYTES // _MEGABYTE,
    )


def _find(key: str) -> None:
    if key not in KEYS:
        raise NotKnown(f"there is no wording {key!r}; the page Wordings lists them all")
