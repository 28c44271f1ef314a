"""`/Calls`: our server has calls placed, looks them up, and has them end."""

from __future__ import annotations

import re
from functools import partial
from http import HTTPStatus

from callrouter.phone import can_be_dialed, is_number
from simulator.behavior import Location
from simulator.fields import Parties
from simulator.records import ALL_EVENTS, BY_API, PlacedCallOptions, SimulatedCdr
from simulator.rest.account_state import AccountState
from simulator.rest.messages import ApiError, ApiRequest, ApiResponse, json_response
from simulator.rest.pagination import Filter, by_day, matching, newest_first, page_of, same
from simulator.rest.resources import Resource, call_resource

RINGING, LONGEST_RINGING = 60, 600
SOMEWHERE = Location()
ENDS = ("completed", "canceled")

FILTERS: dict[str, Filter] = {
    "To": same(lambda call: call.to),
    "From": same(lambda call: call.shown),
    "Status": same(lambda call: call.status),
    "ParentCallSid": same(lambda call: call.parent),
    **by_day("StartTime", lambda call: call.started_at),
    **by_day("EndTime", lambda call: call.ended_at),
}


def place(state: AccountState, asked: ApiRequest) -> ApiResponse:
    """A call waits for its turn; the answer comes before anything happens."""
    to, shown, order = _to(asked), _shown(state, asked), _order(asked)
    if not state.may_place():
        raise ApiError("too many")
    parties = Parties(state.account.sid, state.sids.call(), shown, to, SOMEWHERE, SOMEWHERE, BY_API)
    made = json_response(
        _written(state, state.records.queue_call(parties, order, state.now())), HTTPStatus.CREATED
    )
    return ApiResponse(made.status, made.body, lost=state.faults.loses())


def find(state: AccountState, asked: ApiRequest) -> ApiResponse:
    """Those that the query asks for, the newest first."""
    wanted = matching(asked.query, FILTERS)
    known = [call for call in state.records.calls.values() if wanted(call) and state.is_listed(call.made_at)]
    found = newest_first(known, lambda call: call.made_at)
    return json_response(page_of(asked, "calls", found, partial(_written, state)))


def show(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    return json_response(_written(state, _known(state, asked, sid)))


def change(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    """Only its end can be asked for: other documents for a call under way are not simulated."""
    call, status = _known(state, asked, sid), asked.value("Status")
    if status not in ENDS:
        raise ApiError("over already" if call.over else "wrong value", "Status")
    if status == "completed" or call.status != "in-progress":
        _end(state, call)
    return json_response(_written(state, call))


def _written(state: AccountState, call: SimulatedCdr) -> Resource:
    return call_resource(state.account.sid, call, state.price_of(call))


def _end(state: AccountState, call: SimulatedCdr) -> None:
    """At once where it only waits; else as soon as whatever goes on takes time. What is over stays so."""
    call.to_end = not call.over
    if call.status == "queued":
        state.records.end_call(call, "canceled", state.now(), None)


def _known(state: AccountState, asked: ApiRequest, sid: str) -> SimulatedCdr:
    call = state.records.calls.get(sid)
    if call is None:
        raise ApiError("not found", asked.path)
    return call


def _to(asked: ApiRequest) -> str:
    to = asked.value("To")
    if to is None:
        raise ApiError("no To")
    if not can_be_dialed(to):
        raise ApiError("bad To", to)
    return to


def _shown(state: AccountState, asked: ApiRequest) -> str:
    """One of the account's numbers, where it is known which these are."""
    shown = asked.value("From")
    if shown is None:
        raise ApiError("no From")
    if not is_number(shown):
        raise ApiError("bad From", shown)
    if state.account.numbers and shown not in state.account.numbers:
        raise ApiError("foreign From", shown)
    return shown


def _order(asked: ApiRequest) -> PlacedCallOptions:
    application, url = asked.value("ApplicationSid"), asked.value("Url")
    if application:
        raise ApiError("bad application", application)
    if url is None or not re.match(r"https?://", url):
        raise ApiError("no Url")
    events = frozenset(value for name, value in asked.form if name == "StatusCallbackEvent")
    return PlacedCallOptions(
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
