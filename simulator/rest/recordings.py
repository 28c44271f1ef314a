"""`/Recordings`: looked up, listened to, deleted."""

from __future__ import annotations

from http import HTTPStatus

from simulator.records import SimulatedRecording
from simulator.rest.account_state import AccountState
from simulator.rest.messages import ApiError, ApiRequest, ApiResponse, json_response
from simulator.rest.pagination import Filter, by_day, matching, newest_first, page_of, same
from simulator.rest.resources import recording_resource
from simulator.rest.wav import wav

FILTERS: dict[str, Filter] = {
    "CallSid": same(lambda stored: stored.recording.call),
    **by_day("DateCreated", lambda stored: stored.recording.started),
}


def find(state: AccountState, asked: ApiRequest) -> ApiResponse:
    """Those that the query asks for, the newest first."""
    wanted = matching(asked.query, FILTERS)
    stored = newest_first(state.records.recordings.values(), lambda each: each.recording.started)
    found = [each for each in stored if state.is_listed(each.recording.started) and wanted(each)]
    return json_response(
        page_of(asked, "recordings", found, lambda each: recording_resource(state.account.sid, each))
    )


def show(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    return json_response(recording_resource(state.account.sid, _known(state, asked, sid)))


def sound(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    """The WAV file; there is none where nothing at all was said."""
    stored = _known(state, asked, sid)
    if stored.status == "absent":
        raise ApiError("not found", asked.path)
    return ApiResponse(HTTPStatus.OK, wav(stored.recording.seconds, silent=stored.silent), "audio/x-wav")


def delete(state: AccountState, asked: ApiRequest, sid: str) -> ApiResponse:
    _known(state, asked, sid)
    del state.records.recordings[sid]
    return ApiResponse(HTTPStatus.NO_CONTENT)


def _known(state: AccountState, asked: ApiRequest, sid: str) -> SimulatedRecording:
    stored = state.records.recordings.get(sid)
    if stored is None:
        raise ApiError("not found", asked.path)
    return stored
