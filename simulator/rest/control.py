"""What Twilio does not have: whoever plays the carrier says who will pick up, and what happened elsewhere.

`PUT /simulated/people/+13105550101` with `behavior=no-answer,answer:90:keys=1`, and `POST /simulated/entries` with a
call or a recording; signed in as for everything else.
"""

from __future__ import annotations

from http import HTTPStatus

from callrouter.errors import Fault
from simulator.behavior_parser import center_behaviors
from simulator.records import SimulatedCdr
from simulator.rest.account_state import AccountState
from simulator.rest.api import Route
from simulator.rest.messages import ApiError, ApiRequest, ApiResponse
from simulator.rest.record_json import from_json
from simulator.rest.scripted_people import ScriptedPeople

PEOPLE, ENTRIES = "/simulated/people", "/simulated/entries"


def routes(population: ScriptedPeople) -> tuple[Route, ...]:
    """The two requests, for the people of this carrier."""

    def will(_: AccountState, asked: ApiRequest, number: str) -> ApiResponse:
        try:
            population.will(number, center_behaviors(asked.value("behavior") or ""))
        except Fault as fault:
            raise ApiError("wrong value", str(fault)) from fault
        return ApiResponse(HTTPStatus.NO_CONTENT)

    return ("PUT", rf"{PEOPLE}/([^/]+)", will), ("POST", ENTRIES, enter)


def enter(state: AccountState, asked: ApiRequest) -> ApiResponse:
    """A call or a recording that another carrier of the same account has had."""
    try:
        entry = from_json(asked.body)
    except ValueError as error:
        raise ApiError("wrong value", str(error)) from error
    if isinstance(entry, SimulatedCdr):
        state.records.calls[entry.sid] = entry
    else:
        state.records.recordings[entry.sid] = entry
    return ApiResponse(HTTPStatus.NO_CONTENT)
