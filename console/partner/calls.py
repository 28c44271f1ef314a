"""A partner's calls: the list, a call's story, exports, and a dispute about a charge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, render_template, request

from callrouter.billing.charged_call import charged_calls
from callrouter.billing.disputes.objection import Objection, OpenObjection, object_to_charge
from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.money import Money
from callrouter.reports.calls.find_call import find_call
from callrouter.reports.partner.calls import (
    KINDS,
    OWN_OUTCOMES,
    OwnCall,
    OwnCallFilter,
    OwnPlace,
    all_own_calls,
    own_call_page,
    own_centers,
)
from callrouter.reports.partner.story import own_story, own_timeline
from callrouter.staff.roles import Right
from config.free_text import evidence
from console.access import needs, own_partner, viewer
from console.billing.act import Act, ActPage, FormField, Values, answer
from console.billing.credits import DISPUTE_REASON
from console.dependencies import ConsoleDependencies
from console.downloads import FORMATS, download
from console.frame import address, address_with, asked_at
from console.partner.money import PARTS
from console.periods import written_period
from console.places import place_text, read_place
from console.zones import reader_zone

PAGE = 50
DAYS_SHOWN = 7
EXPORT_COLUMNS = tuple(OwnCall.__annotations__)
_DISPUTE_FIELDS = (
    DISPUTE_REASON,
    FormField("evidence", "What was wrong", evidence, "Write no number of a caller here.", long=True),
)
_LABELS = {"center": "center", "kind": "kind", "outcome": "outcome", "sid": "CallSid has"}
_CHOICES = {"kind": KINDS, "outcome": OWN_OUTCOMES}


@dataclass(frozen=True, slots=True)
class OwnCallQuery:
    """The filter as it was written, and what it means."""

    written: dict[str, str]
    wanted: OwnCallFilter

    @property
    def chips(self) -> dict[str, str]:
        """Each part of the filter in words, by its name in the address."""
        return {name: f"{_LABELS.get(name, name)} {text}" for name, text in self.written.items()}


def partner_calls_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("partner_calls", __name__)
    pages.context_processor(lambda: {"billing_parts": PARTS})

    @pages.get("/calls")
    @needs(Right.SEE_OWN)
    def listed() -> str:
        query = _query(request.args)
        with dependencies.reading_own(own_partner()) as connection:
            centers = own_centers(connection)
            _refuse_unknown(query.wanted.center, centers)
            page = own_call_page(connection, query.wanted, PAGE, _place(request.args.get("after")))
        return render_template(
            "partner/calls.html",
            page=page,
            query=query,
            centers=centers,
            kinds=KINDS,
            outcomes=OWN_OUTCOMES,
            formats=FORMATS,
            filter_address=lambda without="", **more: address_with(
                query.written, "partner_calls.listed", without, **more
            ),
            export_address=lambda form: address_with(
                query.written, "partner_calls.exported", form=form, zone=reader_zone().key
            ),
            older=_place_text(page.older),
        )

    @pages.get("/calls/export.<form>")
    @needs(Right.SEE_OWN)
    def exported(form: str) -> Response:
        query = _query(request.args)
        with dependencies.reading_own(own_partner()) as connection:
            _refuse_unknown(query.wanted.center, own_centers(connection))
        rows = _rows(dependencies, own_partner(), query.wanted)
        return download(dependencies, form, "calls", EXPORT_COLUMNS, rows)

    @pages.get("/calls/<sid>")
    @needs(Right.SEE_OWN)
    def call(sid: str) -> str:
        with dependencies.reading_own(own_partner()) as connection:
            found = own_story(connection, _own_sid(connection, sid))
        return render_template("partner/call.html", call=found, timeline=own_timeline(found))

    @pages.route("/calls/<sid>/dispute", methods=["GET", "POST"])
    @needs(Right.DISPUTE_OWN, recent=True)
    def raise_dispute(sid: str) -> Any:
        with dependencies.reading_own(own_partner()) as connection:
            call = _own_sid(connection, sid)
            charged = charged_calls(connection, [call]).get(call)
        if charged is None:
            raise NotKnown(f"your partner was not charged for the call {call}")
        page = ActPage(
            f"Raise a dispute about call {call[:10]}…",
            "You object to the charge: until 30 days after the invoice that has it. There is no reason about who"
            " called or what came of it: the fee is for the call as such. Staff decide, and the decision stands on the"
            " page Disputes.",
            _DISPUTE_FIELDS,
            partial(_dispute, call, own_partner()),
            address("partner_calls.call", sid=call),
            "reason",
            (("Call", call), ("Left of the charge", str(Money(charged.left, charged.charge.currency)))),
        )
        return answer(dependencies, page)

    return pages


def _query(arguments: Mapping[str, str]) -> OwnCallQuery:
    """The filter of an address. Raises Fault for what cannot be read."""
    written = {name: text for name in _LABELS if (text := arguments.get(name, "").strip())}
    for name, allowed in _CHOICES.items():
        if written.get(name, allowed[0]) not in allowed:
            raise Fault(f"{name} cannot be {written[name]!r}: it is one of {', '.join(allowed)}")
    dates = written_period(DAYS_SHOWN)
    wanted = OwnCallFilter(
        dates.period, written.get("outcome"), written.get("center"), written.get("kind"), written.get("sid")
    )
    return OwnCallQuery(dates.written | written, wanted)


def _refuse_unknown(center: str | None, own: list[str]) -> None:
    if center and center not in own:
        raise NotKnown(f"your partner has no center {center!r}")


def _own_sid(connection: sa.Connection, written: str) -> str:
    """The whole CallSid of one of the partner's calls. Raises NotKnown for others, whether there are such or not."""
    try:
        return find_call(connection, written)
    except NotKnown:
        raise NotKnown(f"your partner has no call {written}") from None


def _rows(dependencies: ConsoleDependencies, partner: str, wanted: OwnCallFilter) -> Iterator[Any]:
    with dependencies.reading_own(partner) as connection:
        yield from all_own_calls(connection, wanted)


def _place(text: str | None) -> OwnPlace | None:
    day, _, rest = (text or "").partition(" ")
    return read_place(rest, partial(OwnPlace, day))


def _place_text(place: OwnPlace | None) -> str | None:
    return f"{place.day} {place_text((place.arrived_at, place.call))}" if place else None


def _dispute(call: str, partner: str, values: Values) -> Act[OpenObjection]:
    objection, now = Objection(call, values["reason"], values["evidence"], viewer().name), asked_at()

    def run(session: Session) -> OpenObjection:
        raised = object_to_charge(session, invoice_of_charge, objection, now)
        if raised.partner != partner:
            raise NotKnown(f"your partner was not charged for the call {call}")
        return raised

    return Act(
        run,
        lambda raised: f"A dispute about {raised.left}, which are left of the charge.",
        changes_accounts=False,
    )
