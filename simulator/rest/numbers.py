"""`/IncomingPhoneNumbers` and the account itself: looked up, and the numbers' webhooks changed."""

from __future__ import annotations

from functools import partial

from simulator.rest.account_state import AccountState
from simulator.rest.messages import ApiError, ApiRequest, ApiResponse, json_response
from simulator.rest.owned_numbers import SETTINGS, OwnedNumber
from simulator.rest.pagination import Filter, matching, newest_first, page_of, same
from simulator.rest.resources import account_resource, number_resource

FILTERS: dict[str, Filter] = {"PhoneNumber": same(lambda owned: owned.number)}
LONGEST = 2048
"""characters of a URL"""
URLS = ("voice_url", "voice_fallback_url", "status_callback")


def show_account(state: AccountState, asked: ApiRequest) -> ApiResponse:
    return json_response(account_resource(state.account, state.faults.account_status, state.opened_at))


def find(state: AccountState, asked: ApiRequest) -> ApiResponse:
    """Those that the query asks for, the newest first."""
    wanted = matching(asked.query, FILTERS)
    found = newest_first(
        [owned for owned in state.numbers.known(state.now()) if wanted(owned)], lambda owned: owned.bought_at
    )
    return json_response(
        page_of(asked, "incoming_phone_numbers", found, partial(number_resource, state.account.sid))
    )


def show(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    return json_response(number_resource(state.account.sid, _known(state, asked, sid)))


def change(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    """What the form names is set, an empty value takes it away; all else stays."""
    owned, form = _known(state, asked, sid), dict(asked.form)
    changes = {name: form[_camel(name)] for name in SETTINGS if _camel(name) in form}
    for name in URLS:
        if (url := changes.get(name)) and (not url.startswith(("https://", "http://")) or len(url) > LONGEST):
            raise ApiError("bad Url", url)
    owned.settings |= changes
    owned.changed_at = state.now()
    return json_response(number_resource(state.account.sid, owned))


def _known(state: AccountState, asked: ApiRequest, sid: str) -> OwnedNumber:
    owned = state.numbers.by_sid(sid, state.now())
    if owned is None:
        raise ApiError("not found", asked.path)
    return owned


def _camel(name: str) -> str:
    """`voice_url` as the form has it: `VoiceUrl`."""
    return "".join(word.capitalize() for word in name.split("_"))
