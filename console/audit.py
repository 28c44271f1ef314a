"""The page Audit: everything that staff did, by whom, to what and why; the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.errors import Fault
from callrouter.reports.period import Period, moment
from callrouter.reports.staff_acts import ActCursor, AuditedAct, WantedActs, act_choices, act_page, all_acts
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address
from console.zones import reader_zone, utc

PAGE = 50
LABELS = {"person": "by", "action": "action", "subject": "about", "since": "since", "until": "until"}
_PLACE = "~"


def audit_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of this page."""
    pages = Blueprint("audit", __name__)

    @pages.get("/audit")
    @needs(Right.READ_AUDIT)
    def acts() -> str:
        written = _filter()
        with dependencies.reading() as connection:
            page = act_page(connection, _wanted(written), PAGE, _place(request.args.get("after")))
            people, actions = act_choices(connection)
        return render_template(
            "audit.html",
            page=page,
            filter=written,
            labels=LABELS,
            people=people,
            actions=actions,
            formats=FORMATS,
            older=page.older and address("audit.acts", **written, after=_text(page.older)),
            without=lambda part: address(
                "audit.acts", **{name: text for name, text in written.items() if name != part}
            ),
            export_address=lambda form: address(
                "audit.exported", form=form, **{"zone": reader_zone().key} | written
            ),
        )

    @pages.get("/audit/export.<form>")
    @needs(Right.READ_AUDIT)
    def exported(form: str) -> Response:
        columns = tuple(AuditedAct.__annotations__)
        return download(form, "audit", columns, _rows(dependencies, _wanted(_filter())), reader_zone())

    return pages


def _filter() -> dict[str, str]:
    return {name: text for name in LABELS if (text := request.args.get(name, "").strip())}


def _wanted(written: dict[str, str]) -> WantedActs:
    since, until = (_moment(written.get(name)) for name in ("since", "until"))
    return WantedActs(
        Period(since, until), written.get("person"), written.get("action"), written.get("subject")
    )


def _moment(text: str | None) -> Any:
    try:
        return moment(text, reader_zone()) if text else None
    except ValueError as error:
        raise Fault(str(error)) from None


def _place(text: str | None) -> ActCursor | None:
    if not text:
        return None
    at, _, key = text.partition(_PLACE)
    return ActCursor(_moment(at), key)


def _text(cursor: ActCursor) -> str:
    return f"{utc(cursor.at)}{_PLACE}{cursor.key}"


def _rows(dependencies: ConsoleDependencies, wanted: WantedActs) -> Iterator[Any]:
    with dependencies.reading() as connection:
        yield from all_acts(connection, wanted)
