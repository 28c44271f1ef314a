"""Changing a wording: its effect before it is proposed, and the second person who puts it in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request

from callrouter.directory.directory import LANGUAGES
from callrouter.errors import Fault, NotKnown
from callrouter.reports.wording_preview import WordingPreview, preview
from callrouter.reports.wording_scenes import place_in_words
from callrouter.reports.wordings import rules_of
from callrouter.staff.roles import Right
from callrouter.wordings.change import ChangedText, CheckedTexts, RefusedWording, as_written
from callrouter.wordings.coming import at_in_words
from callrouter.wordings.proposals import (
    Approval,
    NewProposal,
    approve,
    base_of,
    changes_of,
    check_now,
    propose,
    withdraw,
    wording_proposal,
)
from callrouter.wordings.text_rules import wording_faults
from callrouter.wordings.wordings import KEYS, Wordings
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.periods import local_moment
from console.wordings import LANGUAGE_NAMES


@dataclass(slots=True)
class WordingDraft:
    """New texts that somebody is about to propose, and what they would do."""

    key: str
    texts: dict[str, str]
    """by language"""
    in_force: Wordings
    reason: str = ""
    effective: str = ""
    """a time as the browser writes it; empty: when it is approved"""
    effective_at: datetime | None = None
    errors: dict[str, str] = field(default_factory=dict)
    checked: CheckedTexts | None = None
    previews: dict[str, WordingPreview] = field(default_factory=dict)

    @property
    def changes(self) -> list[ChangedText]:
        """The texts that are others than those in force."""
        return [
            ChangedText(self.key, language, text)
            for language, text in self.texts.items()
            if text != self.in_force.texts[self.key, language]
        ]


def wording_change_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("wordings_changes", __name__)

    @pages.get("/wordings/<key>/edit")
    @needs(Right.CHANGE_WORDINGS)
    def edit(key: str) -> str:
        with dependencies.reading() as connection:
            in_force = dependencies.wordings.in_force(connection)
        return _page(_draft_in_force(key, in_force))

    @pages.post("/wordings/<key>/edit")
    @needs(Right.CHANGE_WORDINGS, recent=True)
    def save(key: str) -> Any:
        with dependencies.reading() as connection:
            draft = _typed(key, dependencies.wordings.in_force(connection))
            _check(connection, draft)
        if draft.errors:
            return _page(draft), HTTPStatus.BAD_REQUEST
        if request.form.get("act") != "propose":
            return _page(draft)
        with dependencies.database.engine.begin() as connection:
            wanted = NewProposal(draft.changes, draft.reason, draft.effective_at)
            proposed = propose(connection, wanted, asked_at(), viewer().name)
        flash(f"It waits as proposal {proposed.number}. Another person has to approve it.", "good")
        return redirect(address("wordings_changes.proposal", number=proposed.number))

    @pages.get("/wordings/proposals/<int:number>")
    @needs(Right.SEE_DIRECTORY)
    def proposal(number: int) -> str:
        with dependencies.reading() as connection:
            return _proposal_page(connection, number)

    @pages.post("/wordings/proposals/<int:number>")
    @needs(Right.CHANGE_WORDINGS, recent=True)
    def decide(number: int) -> Any:
        now, person = asked_at(), viewer().name
        with dependencies.database.engine.begin() as connection:
            if request.form.get("act") == "withdraw":
                withdraw(connection, number, now, person)
                flash(f"Proposal {number} is withdrawn.", "good")
            elif request.form.get("act") == "approve":
                flash(_what_was_approved(approve(connection, number, now, person)), "good")
            else:
                raise Fault("a proposal is approved or withdrawn, and nothing else can be done with it")
        return redirect(address("wordings.listed"))

    return pages


def _what_was_approved(approval: Approval) -> str:
    if approval.comes_at:
        return f"It comes into force at {at_in_words(approval.comes_at)}. Until then it can be withdrawn."
    return f"Version {approval.checked.after.version} is in force for calls that arrive from now on."


def _page(draft: WordingDraft) -> str:
    return render_template(
        "wording_edit.html",
        draft=draft,
        errors=draft.errors,
        rules=rules_of(draft.key),
        place=place_in_words,
        languages=LANGUAGE_NAMES,
    )


def _draft_in_force(key: str, in_force: Wordings) -> WordingDraft:
    if key not in KEYS:
        raise NotKnown(f"there is no wording {key!r}; the page Wordings lists them all")
    return WordingDraft(key, {language: in_force.texts[key, language] for language in LANGUAGES}, in_force)


def _typed(key: str, in_force: Wordings) -> WordingDraft:
    """What was typed. A text in several lines is read as one."""
    draft, reader = _draft_in_force(key, in_force), FormReader(request.form)
    draft.texts = {language: as_written(reader.text(f"text-{language}")) for language in LANGUAGES}
    if request.form.get("act") == "propose":
        draft.reason = reader.reason("reason", "Say why: who approves it reads this.")
    else:
        draft.reason = reader.text("reason")
    draft.effective = reader.text("effective")
    draft.effective_at = effective_time(reader)
    draft.errors = reader.errors
    return draft


def effective_time(reader: FormReader) -> datetime | None:
    """The later time at which a change comes into force. None: when it is approved."""
    written = reader.text("effective")
    if not written:
        return None
    try:
        at = local_moment(written)
    except Fault as fault:
        reader.errors["effective"] = str(fault)
        return None
    if at <= asked_at():
        reader.errors["effective"] = "This time is over: write a later one, or none"
    return at


def _check(connection: sa.Connection, draft: WordingDraft) -> None:
    """Add the faults of each text, or the effect of the change."""
    for language, text in draft.texts.items():
        if faults := wording_faults(draft.key, language, text):
            told = "; ".join(fault.what for fault in faults)
            draft.errors[f"text-{language}"] = f"{LANGUAGE_NAMES[language]}: {told}"
    if draft.errors.keys() - {"reason", "effective"}:
        return
    if not draft.changes:
        draft.errors["text-en"] = "This is what is spoken already: change a text first"
        return
    try:
        draft.checked = check_now(connection, draft.in_force, draft.changes)
    except RefusedWording as refused:
        draft.errors["text-en"] = str(refused)
        return
    after = draft.checked.after
    draft.previews = {change.language: preview(after, draft.key, change.language) for change in draft.changes}


def _proposal_page(connection: sa.Connection, number: int) -> str:
    """A proposal with its effect now. One that is decided, or cannot be approved any more, says why not."""
    changes, base, checked, refused = changes_of(connection, number), base_of(connection, number), None, None
    try:
        checked = check_now(connection, base, changes)
    except RefusedWording as error:
        refused = str(error)
    return render_template(
        "wording_proposal.html",
        proposal=wording_proposal(connection, number),
        changes=changes,
        base=base,
        checked=checked,
        place=place_in_words,
        refused=refused,
        languages=LANGUAGE_NAMES,
        previews=[
            (change, preview(checked.after, change.key, change.language)) for change in changes if checked
        ],
    )
