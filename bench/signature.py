"""Our signature check against the SDK's."""

from __future__ import annotations

import time
from collections.abc import Callable

from twilio.request_validator import RequestValidator

from bench.figure import Figure, Result, at_most
from bench.proof import expect
from bench.requests import TOKEN
from bench.servers import BenchServers
from callrouter.carrier.signature import sign, signed_by
from simulator.behavior import Location
from simulator.fields import Parties, incoming

URL = "https://calls.example/twilio/voice"
FIELDS = 26
ROUNDS, LONG, SHORT = 5, 4_000, 100

MEANING = f"""\
CPU time of our `signed_by` for the {FIELDS} fields of a request, as a share of the time that the SDK's
`RequestValidator.validate` takes, each on the form of its fields that suits it best: ours a list of pairs, the SDK's
a dictionary. In turns, in one process."""


def measure(_: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    times = SHORT if short else LONG
    figure = Figure("time of the SDK's", [_share(times) for _ in range(ROUNDS)], at_most(0.1))
    return Result("signature", "The signature check", MEANING, [figure])


def _share(times: int) -> float:
    fields = _fields()
    named, signature = dict(fields), sign(TOKEN, URL, fields)
    validator = RequestValidator(TOKEN)
    theirs = _cpu_seconds(times, lambda: bool(validator.validate(URL, named, signature)))
    web = _cpu_seconds(times, lambda: signed_by((TOKEN,), URL, fields, signature))
    return web / theirs


def _cpu_seconds(times: int, check: Callable[[], bool]) -> float:
    began = time.process_time()
    held = sum(check() for _ in range(times))
    seconds = time.process_time() - began
    expect("signatures that hold", held, times)
    return seconds


def _fields() -> list[tuple[str, str]]:
    place = Location("LOS ANGELES", "CA", "91604")
    call = Parties("AC" + "1" * 32, "CA" + "3" * 32, "+13105550188", "+18445610606", place, place)
    fields = incoming(call)
    return fields[:FIELDS]
