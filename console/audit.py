"""The page Audit: everything that staff did, by whom, to what and why, and what it changed; the newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.reports.period import Period
from callrouter.reports.staff.acts import (
    ActChange,
    ActCursor,
    AuditedAct,
    WantedActs,
    act_choices,
    act_page,
    all_acts,
    count_acts,
)
from callrouter.sheets.parts import Shape
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, address_with, asked_at
from console.periods import read_moment
from console.places import place_text, read_place
from console.shared import SharedAnswer
from console.zones import reader_zone

PAGE = 50
CHOICES_LAST = timedelta(minutes=1)
"""the persons and actions to choose from are read from all acts, so they are not read for each page"""
LABELS = {"person": "by", "action": "action", "subject": "about", "since": "since", "until": "until"}
SHAPE = Shape(
    tuple(AuditedAct.__annotations__),
    lists={"changes": tuple(ActChange.__annotations__)},
    key="id",
    key_there="act",
)
_PAGES = (
    (re.compile(r"CA[0-9a-f]{32}"), "calls.call", "sid"),
    (re.compile(r"version (?P<id>\d+)"), "directory.version", "number"),
    (re.compile(r"proposal (?P<id>\d+)"), "directory_changes.proposal", "number"),
    (re.compile(r"INV-\S+"), "billing.invoice", "name"),
    (re.compile(r"privacy act (?P<id>\d+)"), "privacy.overview", "act"),
)
"""how a subject is written that has a page of its own, and that page"""


def audit_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of this page."""
    pages = Blueprint("audit", __name__)

    def ask_choices(_: datetime) -> tuple[list[str], list[str]]:
        with dependencies.reading() as connection:
            return act_choices(connection)

    choices = SharedAnswer(ask_choices, CHOICES_LAST)

    @pages.get("/audit")
    @needs(Right.READ_AUDIT)
    def acts() -> str:
        written = _filter()
        wanted = _wanted(written)
        places = {name: read_place(request.args.get(name), ActCursor) for name in ("after", "before")}
        with dependencies.reading() as connection:
            page = act_page(connection, wanted, PAGE, **places)
            total = count_acts(connection, wanted)
        people, actions = choices.at(asked_at())
        return render_template(
            "audit.html",
            page=page,
            total=total,
            filter=written,
            labels=LABELS,
            people=people,
            actions=actions,
            formats=FORMATS,
            newer=place_text(page.previous),
            older=place_text(page.following),
            subject_page=subject_page,
            filter_address=lambda without="", **more: address_with(written, "audit.acts", without, **more),
            export_address=lambda form: address(
                "audit.exported", form=form, **{"zone": reader_zone().key} | written
            ),
        )

    @pages.get("/audit/export.<form>")
    @needs(Right.READ_AUDIT, Right.EXPORT)
    def exported(form: str) -> Response:
        return download(dependencies, form, "audit", SHAPE, _rows(dependencies, _wanted(_filter())))

    return pages


def subject_page(subject: str) -> str | None:
    """The page of what was acted on; None where it has none."""
    for pattern, endpoint, name in _PAGES:
        if found := pattern.fullmatch(subject):
            return address(endpoint, **{name: found.groupdict().get("id", subject)})
    return None


def _filter() -> dict[str, str]:
    return {name: text for name in LABELS if (text := request.args.get(name, "").strip())}


def _wanted(written: dict[str, str]) -> WantedActs:
    since, until = (read_moment(written.get(name)) for name in ("since", "until"))
    return WantedActs(
        Period(since, until), written.get("person"), written.get("action"), written.get("subject")
    )


def _rows(dependencies: ConsoleDependencies, wanted: WantedActs) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_acts(connection, wanted)
