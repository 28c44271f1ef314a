"""Closing a month: what keeps it open with each remedy, what closing would issue, and closing partner by partner.

Each partner is closed in a transaction of its own, as many as fit in a moment; the page then goes on with the others.
Whoever leaves it in between has closed those that it says, and can go on at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from time import monotonic
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from callrouter.billing.period import month_of, next_month
from callrouter.database import Session
from callrouter.errors import Fault
from callrouter.invoices.close import CannotBeClosed, CloseRequest, MonthState, close_month, month_state
from callrouter.invoices.close_checks import Blocker
from callrouter.invoices.read import read_invoice
from callrouter.money import Money
from callrouter.privacy.audit import Access, record_access
from callrouter.reports.partners import known_partners
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.billing.dates import month_before, read_month
from console.dependencies import ConsoleDependencies
from console.forms import FormReader
from console.frame import address, asked_at
from console.whole_numbers import shortened, whole_number
from console.zones import reader_zone

PARTNERS = 20
"""on a page, and closed by one act"""
BLOCKERS = 20
"""shown of a partner"""
MOMENT = 1.0
"""seconds for which one request goes on closing"""
CLOSED = "month closed"
"""the action in the audit log"""


@dataclass(frozen=True, slots=True)
class ClosePreview:
    """What closing a partner's month comes to. `does_close`: it is not closed already, and has something to bill."""

    partner: str
    words: str
    does_close: bool = True

    @property
    def mark(self) -> str:
        return sha256(f"{self.partner} {self.words}".encode()).hexdigest()


@dataclass
class CloseProgress:
    """How far closing is."""

    closed: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(partner, why)"""
    left: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.closed) + len(self.refused) + len(self.left)

    @property
    def done(self) -> int:
        return self.total - len(self.left)


class InvoiceChanged(Exception):
    """Meanwhile the month would come to something else."""


class NothingToClose(Exception):
    """The month is closed already, or has nothing to bill yet."""


def add_close(pages: Blueprint, dependencies: ConsoleDependencies) -> None:
    """The views of closing."""

    @pages.get("/close")
    @needs(Right.SEE_MONEY)
    def close() -> str:
        return _overview(dependencies, {})

    @pages.post("/close")
    @needs(Right.CHANGE_MONEY, recent=True)
    def try_close() -> Any:
        month, why, errors = _read_form()
        partners = request.form.getlist("partner")[:PARTNERS]
        if not partners:
            errors["partner"] = "Choose at least one partner"
        if errors:
            return _overview(dependencies, errors), HTTPStatus.BAD_REQUEST
        tried = [_try(dependencies, month, key) for key in partners]
        issued = [one for one in tried if isinstance(one, ClosePreview)]
        return render_template(
            "billing/close_preview.html",
            month=month,
            reason=why,
            issued=[one for one in issued if one.does_close],
            unchanged=[one for one in issued if not one.does_close],
            refused=[one for one in tried if not isinstance(one, ClosePreview)],
        )

    @pages.post("/close/run")
    @needs(Right.CHANGE_MONEY, recent=True)
    def run_close() -> Any:
        month, why, errors = _read_form()
        if errors:
            raise Fault("; ".join(errors.values()))
        progress = _go_on(dependencies, month, why)
        if progress.left:
            marks = {key: request.form.get(f"mark-{key}", "") for key in progress.left}
            return render_template(
                "billing/close_progress.html", month=month, reason=why, progress=progress, marks=marks
            )
        for key, fault in progress.refused:
            flash(f"{key} was not closed: {fault}", "warn")
        flash(f"{month}: {len(progress.closed)} of {progress.total} partners closed.", "good")
        return redirect(address("billing.close", month=month))


def _overview(dependencies: ConsoleDependencies, errors: dict[str, str]) -> str:
    month = read_month(request.values.get("month") or month_before(month_of(asked_at(), reader_zone().key)))
    with dependencies.reading() as connection:
        partners = known_partners(connection)
        first = _first_partner(len(partners))
        # It asks as a domain function does, and nobody waits for it.
        session: Any = connection
        states = [
            month_state(session, dependencies.directories, _request(dependencies, month, key), asked_at())
            for key in partners[first : first + PARTNERS]
        ]
    common = _common(states)
    return render_template(
        "billing/close.html",
        month=month,
        before=month_before(month),
        after=next_month(month),
        states=[(state, [each for each in state.blockers if each not in common]) for state in states],
        common=common,
        ready_partners=any(not state.is_closed and not state.blockers for state in states),
        shown=BLOCKERS,
        first=first,
        size=PARTNERS,
        total=len(partners),
        errors=errors,
        typed=request.form,
    )


def _first_partner(partners: int) -> int:
    text = request.values.get("page", "1")
    page = whole_number(text)
    if not page or (page - 1) * PARTNERS >= max(partners, 1):
        raise Fault(f"there is no page {shortened(text)} of the partners")
    return (page - 1) * PARTNERS


def _common(states: Sequence[MonthState]) -> list[Blocker]:
    """What keeps the month of every partner open: told once."""
    still_open = [state.blockers for state in states if not state.is_closed]
    if len(still_open) <= 1:
        return []
    others = [set(each) for each in still_open[1:]]
    return [each for each in still_open[0] if all(each in other for other in others)]


def _read_form() -> tuple[str, str, dict[str, str]]:
    """The month and the reason, and what is wrong with them."""
    month = read_month(request.form.get("month", ""))
    form = FormReader(request.form)
    return month, form.reason("reason", "Reason: it is empty: say why, in words"), form.errors


def _request(dependencies: ConsoleDependencies, month: str, partner: str) -> CloseRequest:
    """Where the carrier is simulated a month may be closed early, for trying."""
    simulated = dependencies.simulated
    return CloseRequest(partner, month, simulated, viewer().name, issuer=dependencies.issuer, early=simulated)


def _try(dependencies: ConsoleDependencies, month: str, partner: str) -> ClosePreview | tuple[str, str]:
    try:
        return dependencies.database.dry_run(partial(_close, dependencies, month, partner))
    except CannotBeClosed as refused:
        return partner, str(refused)


def _close(dependencies: ConsoleDependencies, month: str, partner: str, session: Session) -> ClosePreview:
    request_ = _request(dependencies, month, partner)
    result = close_month(session, dependencies.directories, request_, asked_at())
    if result.stays_open:
        return ClosePreview(partner, "there is nothing to bill yet", does_close=False)
    if not result.just_now:
        return ClosePreview(partner, "it is closed already", does_close=False)
    invoices = [read_invoice(session, name) for name in result.invoices]
    words = [
        f"an invoice of {Money(one.total, one.currency)} with {len(one.lines)} lines" for one in invoices
    ]
    return ClosePreview(partner, " and ".join(words) or "no invoice: nothing was entered")


def _go_on(dependencies: ConsoleDependencies, month: str, why: str) -> CloseProgress:
    """Close as many of the partners as a moment has time for; at least one."""
    left = request.form.getlist("partner")[:PARTNERS]
    refused = [(key, request.form.get(f"why-{key}", "")) for key in request.form.getlist("refused")]
    progress = CloseProgress(request.form.getlist("closed"), refused, left)
    begin = monotonic()
    while progress.left and (monotonic() - begin < MOMENT or len(progress.left) == len(left)):
        partner = progress.left[0]
        try:
            dependencies.database.transact(partial(_close_as_shown, dependencies, month, partner, why))
            progress.closed.append(partner)
        except (CannotBeClosed, NothingToClose) as why_not:
            progress.refused.append((partner, str(why_not)))
        except InvoiceChanged:
            progress.refused.append((partner, "meanwhile it would come to something else: look at it again"))
        progress.left = progress.left[1:]
    return progress


def _close_as_shown(
    dependencies: ConsoleDependencies, month: str, partner: str, why: str, session: Session
) -> None:
    issued = _close(dependencies, month, partner, session)
    if not issued.does_close:
        raise NothingToClose(issued.words)
    if issued.mark != request.form.get(f"mark-{partner}"):
        raise InvoiceChanged
    access = Access(viewer().name, why, asked_at())
    record_access(session, access, CLOSED, f"{month} of {partner}: {issued.words}")
