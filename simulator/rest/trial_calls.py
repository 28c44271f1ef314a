"""Places a call to one of our numbers for somebody who watches it.

`POST /simulated/calls` is nothing that Twilio has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from callrouter.carrier.trial_calls import TRIAL_CALLS
from callrouter.errors import Fault
from simulator.behavior import Caller, CenterBehaviors
from simulator.behavior_parser import center_behaviors, keys_pressed
from simulator.rest.account_state import AccountState
from simulator.rest.api import Route
from simulator.rest.messages import ApiError, ApiRequest, ApiResponse, json_response

FASTEST = 1000


@dataclass(frozen=True)
class OrderedCall:
    """A call that is about to begin. `speed` 0: it takes no time."""

    sid: str
    number: str
    caller: Caller = field(repr=False)
    centers: CenterBehaviors
    speed: int


def trial_route(begin: Callable[[OrderedCall], bool]) -> Route:
    """The request. `begin` starts the call and returns at once; False: there are too many already."""

    def place(state: AccountState, asked: ApiRequest) -> ApiResponse:
        try:
            ordered = _ordered(state, asked)
        except (Fault, ValueError) as error:
            raise ApiError("wrong value", str(error)) from error
        if not begin(ordered):
            raise ApiError("too many")
        return json_response({"sid": ordered.sid}, HTTPStatus.CREATED)

    return "POST", TRIAL_CALLS, place


def _ordered(state: AccountState, asked: ApiRequest) -> OrderedCall:
    number, caller = asked.value("To"), asked.value("From")
    if not number or not caller:
        raise ValueError("To and From are needed")
    behaviors = dict(value.split("=", 1) for name, value in asked.form if name == "Behavior")
    speed = int(asked.value("Speed") or 0)
    if not 0 <= speed <= FASTEST:
        raise ValueError(f"a speed is a number from 0 to {FASTEST}")
    return OrderedCall(
        state.sids.call(),
        number,
        Caller(caller, keys_pressed(asked.value("Keys") or "")),
        CenterBehaviors({phone: center_behaviors(written) for phone, written in behaviors.items()}),
        speed,
    )
