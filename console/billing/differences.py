"""Where the carrier's records and ours differ: what waits for a person at the top, and explaining it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.database import Session
from callrouter.errors import NotKnown
from callrouter.reconciliation.findings import Key, explain
from callrouter.reports.money.differences import DifferenceRow, differences, is_unexplained, whole_sid
from callrouter.staff.roles import Right
from config.free_text import reason
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at

ALL = "all"
ROWS = 200
"""on a page; an export has all"""


def add_differences(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of differences."""

    @pages.get("/differences", endpoint="differences")
    @needs(Right.SEE_MONEY)
    def listed() -> str:
        found = sorted(_rows(dependencies), key=is_unexplained, reverse=True)
        return render_template(
            "billing/differences.html",
            differences=[(row, is_unexplained(row)) for row in found[:ROWS]],
            total=len(found),
            waiting=sum(map(is_unexplained, found)),
            with_settled=_with_settled(),
            formats=FORMATS,
            export_address=lambda form: address(
                "billing.exported_differences", form=form, show=request.args.get("show")
            ),
        )

    @pages.get("/differences/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_differences(form: str) -> Response:
        columns = tuple(DifferenceRow.__annotations__)
        return download(dependencies, form, "differences", columns, _rows(dependencies))

    @pages.route("/differences/<sid>/explanation", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def explanation(sid: str) -> Any:
        with dependencies.reading() as connection:
            call = whole_sid(connection, sid)
            found = [
                row for row in differences(connection, settled_too=False) if call in (row["call"], row["sid"])
            ]
        if not found:
            raise NotKnown(f"nothing about {call} is to be explained")
        page = ActPage(
            f"Explain what differs about {call[:10]}…",
            "The explanation stays, also when the day is compared again, as long as the same is found. After it the"
            " difference keeps no month open.",
            (FormField("reason", "Reason", reason, "Why they differ. Write no number of a caller here."),),
            partial(_explanation, call),
            address("billing.differences"),
            "reason",
            tuple((row["what"], _in_words(row)) for row in found),
        )
        return answer(dependencies, page)


def _with_settled() -> bool:
    return request.args.get("show") == ALL


def _rows(dependencies: ConsoleDependencies) -> list[DifferenceRow]:
    with dependencies.reading() as connection:
        return list(differences(connection, settled_too=_with_settled()))


def _in_words(row: DifferenceRow) -> str:
    return f"on {row['day']}: {row['theirs'] or 'nothing'} at the carrier, {row['ours'] or 'nothing'} here"


def _explanation(call: str, values: Values) -> Act[list[Key]]:
    person, now, why = viewer().name, asked_at(), values["reason"]

    def run(session: Session) -> list[Key]:
        explained = explain(session, call, why, person, now)
        if not explained:
            raise NotKnown(f"nothing about {call} is to be explained any more")
        return explained

    return Act(
        run,
        lambda keys: f"{len(keys)} explained: {', '.join(what for _, _, what in keys)}.",
        changes_accounts=False,
    )
