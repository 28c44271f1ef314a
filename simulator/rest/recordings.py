"""`/Recordings`: looked up, listened to, deleted."""

from __future__ import annotations

from http import HTTPStatus

from simulator.records import BookedRecording
from simulator.rest.account_state import Site
from simulator.rest.messages import ApiError, Asked, Given, document
from simulator.rest.pagination import Filter, by_day, listed, matching, newest_first, same
from simulator.rest.resources import recording_resource
from simulator.rest.wav import wav

FILTERS: dict[str, Filter] = {
    "CallSid": same(lambda booked: booked.recording.call),
    **by_day("DateCreated", lambda booked: booked.recording.started),
}


def find(site: Site, asked: Asked) -> Given:
    """Those that the query asks for, the newest first."""
    wanted = matching(asked.query, FILTERS)
    booked = newest_first(site.books.recordings.values(), lambda each: each.recording.started)
    found = [each for each in booked if site.is_listed(each.recording.started) and wanted(each)]
    return document(
        listed(asked, "recordings", found, lambda each: recording_resource(site.account.sid, each))
    )


def show(site: Site, asked: Asked, sid: str) -> Given:
    return document(recording_resource(site.account.sid, _known(site, asked, sid)))


def sound(site: Site, asked: Asked, sid: str) -> Given:
    """The WAV file; there is none where nothing at all was said."""
    booked = _known(site, asked, sid)
    if booked.status == "absent":
        raise ApiError("not found", asked.path)
    return Given(HTTPStatus.OK, wav(booked.recording.seconds, silent=booked.silent), "audio/x-wav")


def delete(site: Site, asked: Asked, sid: str) -> Given:
    _known(site, asked, sid)
    del site.books.recordings[sid]
    return Given(HTTPStatus.NO_CONTENT)


def _known(site: Site, asked: Asked, sid: str) -> BookedRecording:
    booked = site.books.recordings.get(sid)
    if booked is None:
        raise ApiError("not found", asked.path)
    return booked
