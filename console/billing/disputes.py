"""The partners' disputes: which are open, how each was decided, and deciding one."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from callrouter.billing.disputes.decision import IN_WORDS, DecidedDispute, DisputeDecision, decide_dispute
from callrouter.billing.disputes.model import ACCEPTED, IN_PART, REFUSED
from callrouter.errors import Fault, NotKnown
from callrouter.reports.money.disputes import OPEN, DisputeRow, disputes
from callrouter.reports.partners import known_partners
from callrouter.staff.roles import Right
from config.free_text import reason
from console.access import needs, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, asked_at

_VERDICTS = (
    (ACCEPTED, "accept: credit all that is left of the charge"),
    (IN_PART, "accept in part: credit the amount below"),
    (REFUSED, "refuse: credit nothing"),
)
_FIELDS = (
    FormField("verdict", "Decision", choices=_VERDICTS),
    FormField("amount", "Amount", hint="For a part alone, for example 10.00", optional=True),
    FormField("note", "Note", reason, "Why. The partner reads it: write nothing of others here."),
)


def add_disputes(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of disputes."""

    @pages.get("/disputes", endpoint="disputes")
    @needs(Right.SEE_MONEY)
    def disputes_list() -> str:
        return render_template(
            "billing/disputes.html",
            disputes=_rows(dependencies),
            filter=request.args,
            partners=_partners(dependencies),
            formats=FORMATS,
            open=OPEN,
            export_address=lambda form: address("billing.exported_disputes", form=form, **_filter()),
        )

    @pages.get("/disputes/export.<form>")
    @needs(Right.SEE_MONEY, Right.EXPORT)
    def exported_disputes(form: str) -> Response:
        columns = tuple(DisputeRow.__annotations__)
        return download(dependencies, form, "disputes", columns, _rows(dependencies))

    @pages.route("/disputes/<int:number>/decision", methods=["GET", "POST"])
    @needs(Right.CHANGE_MONEY, recent=True)
    def decide(number: int) -> Any:
        found = _one(dependencies, number)
        page = ActPage(
            f"Decide dispute {found['number']}",
            "A decision is final. What was free because of the charge is priced anew.",
            _FIELDS,
            partial(_decision, dependencies, found),
            address("billing.disputes"),
            "amount",
            _facts(found),
        )
        return answer(dependencies, page)


def _filter() -> dict[str, str]:
    return {name: value for name in ("partner", "state") if (value := request.args.get(name, ""))}


def _rows(dependencies: ConsoleDependencies) -> list[DisputeRow]:
    wanted = _filter()
    with dependencies.reading() as connection:
        return list(
            disputes(connection, of_partner=wanted.get("partner"), only_open=wanted.get("state") == OPEN)
        )


def _partners(dependencies: ConsoleDependencies) -> list[str]:
    with dependencies.reading() as connection:
        return known_partners(connection)


def _one(dependencies: ConsoleDependencies, number: int) -> DisputeRow:
    with dependencies.reading() as connection:
        for row in disputes(connection):
            if row["number"] == number:
                return row
    raise NotKnown(f"there is no dispute {number!r}")


def _facts(found: DisputeRow) -> tuple[tuple[str, str], ...]:
    return (
        ("Call", found["call"]),
        ("Partner", found["partner"]),
        ("Charged", f"{found['charged']} {found['currency']}"),
        ("Reason", found["reason"]),
        ("The partner says", found["evidence"]),
        ("Raised by", found["raised_by"]),
    )


def _decision(dependencies: ConsoleDependencies, found: DisputeRow, values: Values) -> Act[DecidedDispute]:
    if (values["amount"] is not None) != (values["verdict"] == IN_PART):
        raise Fault("write an amount for a part of the charge, and for nothing else")
    decision = DisputeDecision(
        found["call"], values["verdict"], values["note"], viewer().name, values["amount"]
    )
    now = asked_at()
    return Act(
        lambda session: decide_dispute(session, dependencies.directories, decision, now),
        lambda done: f"Dispute {done.number} is {IN_WORDS[decision.verdict]}: {done.credited} credited.",
    )
