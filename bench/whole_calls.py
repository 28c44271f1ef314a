"""Calls from their arrival to their end: every request that the carrier sends for one that a center takes at once."""

from __future__ import annotations

from bench.load import Measurement, drive, timetable
from bench.proof import expect
from bench.requests import LEG_EVENTS, new_sids
from bench.servers import CallrouterServer

CONNECTIONS = 16
_ENDED = "SELECT count(*) FROM call WHERE status = 'ended' AND outcome = 'answered'"


def drive_whole_calls(web: CallrouterServer, calls: int, calls_a_second: float) -> Measurement:
    """Drive calls that come at a steady rate; the requests of each come a tenth of a second apart."""
    sids, carrier = new_sids(calls), web.carrier
    kinds = [
        carrier.arrivals(sids),
        carrier.greetings_heard(sids),
        *(carrier.legs_proceed(sids, event) for event in LEG_EVENTS),
        carrier.dials_end(sids),
        carrier.calls_end(sids),
    ]
    requests, due = timetable([(0.103 * place, kind) for place, kind in enumerate(kinds)], calls_a_second)
    [(before,)] = web.asked(_ENDED)
    measured = drive(web.port, requests, CONNECTIONS, due=due)
    [(after,)] = web.asked(_ENDED)
    expect("answered calls", after - before, calls)
    return measured
