"""`/Calls`: our server has calls placed, looks them up, and has them end."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus

from callrouter.phone import can_be_dialled, is_number
from simulator.behavior import Place
from simulator.fields import Parties
from simulator.records import ALL_EVENTS, BY_API, BookedCall, Order
from simulator.rest.account_state import Site
from simulator.rest.messages import ApiError, Asked, Given, document
from simulator.rest.pagination import Filter, by_day, listed, matching, newest_first, same
from simulator.rest.resources import Resource, call_resource

RINGING, LONGEST_RINGING = 60, 600
SOMEWHERE = Place()
ENDS = ("completed", "canceled")

FILTERS: dict[str, Filter] = {
    "To": same(lambda call: call.to),
    "From": same(lambda call: call.shown),
    "Status": same(lambda call: call.status),
    "ParentCallSid": same(lambda call: call.parent),
    **by_day("StartTime", lambda call: call.started_at),
    **by_day("EndTime", lambda call: call.ended_at),
}


def place(site: Site, asked: Asked) -> Given:
    """A call waits for its turn; the answer comes before anything happens."""
    to, shown, order = _to(asked), _shown(site, asked), _order(asked)
    if not site.may_place():
        raise ApiError("too many")
    parties = Parties(site.account.sid, site.sids.call(), shown, to, SOMEWHERE, SOMEWHERE, BY_API)
    made = document(_written(site, site.books.queues(parties, order, site.now())), HTTPStatus.CREATED)
    return Given(made.status, made.body, lost=site.knobs.loses())


def find(site: Site, asked: Asked) -> Given:
    """Those that the query asks for, the newest first."""
    wanted = matching(asked.query, FILTERS)
    known = [call for call in site.books.calls.values() if wanted(call) and site.is_listed(call.made_at)]
    found = newest_first(known, lambda call: call.made_at)
    return document(listed(asked, "calls", found, partial(_written, site)))


def show(site: Site, asked: Asked, sid: str) -> Given:
    return document(_written(site, _known(site, asked, sid)))


def change(site: Site, asked: Asked, sid: str) -> Given:
    """Only its end can be asked for: other documents for a call under way are not simulated."""
    call, status = _known(site, asked, sid), asked.value("Status")
    if status not in ENDS:
        raise ApiError("over already" if call.over else "wrong value", "Status")
    if status == "completed" or call.status != "in-progress":
        _end(site, call)
    return document(_written(site, call))


def _written(site: Site, call: BookedCall) -> Resource:
    return call_resource(site.account.sid, call, site.price_of(call))


def _end(site: Site, call: BookedCall) -> None:
    """At once where it only waits; else as soon as whatever goes on takes time. What is over stays so."""
    call.to_end = not call.over
    if call.status == "queued":
        site.books.closes(call, "canceled", site.now(), None)


def _known(site: Site, asked: Asked, sid: str) -> BookedCall:
    call = site.books.calls.get(sid)
    if call is None:
        raise ApiError("not found", asked.path)
    return call


def _to(asked: Asked) -> str:
    to = asked.value("To")
    if to is None:
        raise ApiError("no To")
    if not can_be_dialled(to):
        raise ApiError("bad To", to)
    return to


def _shown(site: Site, asked: Asked) -> str:
    """One of the account's numbers, where it is known which these are."""
    shown = asked.value("From")
    if shown is None:
        raise ApiError("no From")
    if not is_number(shown):
        raise ApiError("bad From", shown)
    if site.account.numbers and shown not in site.account.numbers:
        raise ApiError("foreign From", shown)
    return shown


def _order(asked: Asked) -> Order:
    application, url = asked.value("ApplicationSid"), asked.value("Url")
    if application:
        raise ApiError("bad application", application)
    if url is None or not re.match(r"https?://", url):
        raise ApiError("no Url")
    events = frozenset(value for name, value in asked.form if name == "StatusCallbackEvent")
    return Order(
        url=url,
        fallback=asked.value("FallbackUrl"),
        status_url=asked.value("StatusCallback"),
        events=events & ALL_EVENTS or frozenset(("completed",)),
        ring_seconds=_ring_seconds(asked.value("Timeout")),
    )


def _ring_seconds(written: str | None) -> int:
    if written is None or not re.fullmatch(r"[0-9]{1,4}", written):
        return RINGING
    return min(max(int(written), 1), LONGEST_RINGING)
