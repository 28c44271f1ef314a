"""What Twilio does not have: whoever plays the carrier says who will pick up, and what happened elsewhere.

`PUT /simulated/people/+13105550101` with `behaviour=no-answer,answer:90:keys=1`, and `POST /simulated/entries` with a
call or a recording; signed in as for everything else.
"""

from __future__ import annotations

from http import HTTPStatus

from callrouter.errors import Fault
from simulator.behavior_parser import center_behaviours
from simulator.records import BookedCall
from simulator.rest.account_state import Site
from simulator.rest.api import Route
from simulator.rest.messages import ApiError, Asked, Given
from simulator.rest.record_json import read
from simulator.rest.scripted_people import Population

PEOPLE, ENTRIES = "/simulated/people", "/simulated/entries"


def routes(population: Population) -> tuple[Route, ...]:
    """The two requests, for the people of this carrier."""

    def will(_: Site, asked: Asked, number: str) -> Given:
        try:
            population.will(number, center_behaviours(asked.value("behaviour") or ""))
        except Fault as fault:
            raise ApiError("wrong value", str(fault)) from fault
        return Given(HTTPStatus.NO_CONTENT)

    return ("PUT", rf"{PEOPLE}/([^/]+)", will), ("POST", ENTRIES, enter)


def enter(site: Site, asked: Asked) -> Given:
    """A call or a recording that another carrier of the same account has had."""
    try:
        entry = read(asked.body)
    except ValueError as error:
        raise ApiError("wrong value", str(error)) from error
    if isinstance(entry, BookedCall):
        site.books.calls[entry.sid] = entry
    else:
        site.books.recordings[entry.sid] = entry
    return Given(HTTPStatus.NO_CONTENT)
