"""How long the server takes for each page of the console, and how many bytes travel."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import cycle, islice

from bench.figure import Figure, Result, at_most
from bench.load import percentile
from bench.page_addresses import PATHS, SEARCHES, addresses
from bench.proof import expect
from callrouter.database import Database
from callrouter.staff.roles import Role
from tests.console.sign_in.staffed_console import Browser, Clock, StaffedConsole

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
"""when the pages are looked at: the calls go on to the end of June"""
PAGE_MILLISECONDS, SEARCH_MILLISECONDS = 100, 300
FIRST_BYTES, LATER_BYTES = 60_000, 20_000
FILES = ("static/console.css", "static/console.js", "static/htmx-4.0.1.min.js", "static/calm.svg")
_BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}

MEANING = """\
{calls:,} calls in 30 months. Each page is asked for {times} times a round, every time with another week, month,
helpline, center, partner or call, as far as it has one."""
SEARCHED = """\
The same, with a filter that no index was made for."""
WIRE = """\
Bytes of the answers with `Accept-Encoding: gzip, deflate, br, zstd`. A first page is the largest page with its style
sheet, scripts and icon; a later one is the page alone, because browsers keep the others."""


@dataclass(frozen=True)
class Size:
    rounds: int
    times: int


LONG, SHORT = Size(3, 40), Size(1, 2)


@dataclass
class ConsolePage:
    """A kind of page, and addresses of that kind without end."""

    name: str
    addresses: Iterator[str]


def measure(database: Database, size: Size = LONG) -> list[Result]:
    """Run it."""
    console = StaffedConsole(database, Clock(NOW - datetime.now(UTC)))
    browser = console.joins("ada", Role.ADMIN).browser
    calls = _number_of_calls(browser)
    usual, searches = [*_usual(browser)], [*_searches()]
    meaning = MEANING.format(calls=calls, times=size.times)
    return [
        Result("pages", "Pages", meaning, list(_timed(browser, usual, size, PAGE_MILLISECONDS))),
        Result(
            "searches",
            "Questions that no index was made for",
            SEARCHED,
            list(_timed(browser, searches, size, SEARCH_MILLISECONDS)),
        ),
        Result("wire", "Bytes over the wire", WIRE, list(_wire(browser, [*_usual(browser)]))),
    ]


def _usual(browser: Browser) -> Iterator[ConsolePage]:
    for name, template in PATHS.items():
        yield ConsolePage(name, addresses(template))
    sids = re.findall(r'href="/console/calls/(CA[0-9a-f]{32})', _text(browser, "calls"))
    yield ConsolePage("a call", cycle(f"calls/{sid}" for sid in sids))
    promises = re.findall(r'href="/console/promises/(CA[0-9a-f]{32})', _text(browser, "promises"))
    yield ConsolePage("a promise", cycle(f"promises/{sid}" for sid in promises))
    older = re.findall(
        r'rel="next" href="/console/([^"]+)"', _text(browser, "calls?since=all&until=2025-01-01")
    )
    yield ConsolePage("calls, deep in the list", cycle(address.replace("&amp;", "&") for address in older))


def _searches() -> Iterator[ConsolePage]:
    for name, template in SEARCHES.items():
        yield ConsolePage(name, addresses(template))


def _timed(browser: Browser, kinds: Sequence[ConsolePage], size: Size, most: int) -> Iterator[Figure]:
    for kind in kinds:
        _milliseconds(browser, next(kind.addresses))
        rounds = [
            [_milliseconds(browser, address) for address in islice(kind.addresses, size.times)]
            for _ in range(size.rounds)
        ]
        yield Figure(f"{kind.name}, p50", [percentile(times, 0.5) for times in rounds], unit="ms")
        yield Figure(f"{kind.name}, p95", [percentile(times, 0.95) for times in rounds], at_most(most), "ms")


def _milliseconds(browser: Browser, path: str) -> float:
    began = time.perf_counter()
    _ask(browser, path)
    return (time.perf_counter() - began) * 1000


def _ask(browser: Browser, path: str) -> bytes:
    answer = browser.client.get(f"/console/{path}", headers=_BROWSER)
    expect(f"the status of {path}", answer.status_code, HTTPStatus.OK)
    return answer.data


def _text(browser: Browser, path: str) -> str:
    return browser.client.get(f"/console/{path}").text


def _wire(browser: Browser, kinds: Sequence[ConsolePage]) -> Iterator[Figure]:
    files = sum(len(_ask(browser, file)) for file in FILES)
    sizes = {kind.name: len(_ask(browser, next(kind.addresses))) for kind in kinds}
    largest = max(sizes, key=lambda name: sizes[name])
    yield Figure("style sheet, scripts and icon", [files], unit="bytes")
    yield Figure(f"the largest page ({largest})", [sizes[largest]], at_most(LATER_BYTES), "bytes")
    yield Figure("the median page", [percentile(list(sizes.values()), 0.5)], unit="bytes")
    yield Figure("a first page, at the most", [files + sizes[largest]], at_most(FIRST_BYTES), "bytes")


def _number_of_calls(browser: Browser) -> int:
    found = re.search(r'-caption">([\d,]+) calls', _text(browser, "calls?since=all"))
    return int(found[1].replace(",", "")) if found else 0
