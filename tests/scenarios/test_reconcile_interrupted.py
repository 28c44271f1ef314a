"""Comparing is interrupted anywhere, and done again; lists repeat, grow and lead in circles: it comes to the same."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest

from callrouter.carrier.http_transport import (
    CarrierResponse,
    CarrierTransport,
    NoAnswer,
    NotConnected,
    Request,
)
from callrouter.carrier.retry import PAUSES, RetryingTransport
from callrouter.database import Database, Session
from callrouter.reconciliation.reconcile import reconcile
from callrouter.telephony import CarrierError, Unclear
from simulator import InProcessTransport
from tests.scenarios.conftest import OpenWorld
from tests.scenarios.final_state import named_callers, with_named_callers
from tests.scenarios.places import NATIONAL
from tests.scenarios.test_reconcile import leg_of, states
from tests.scenarios.world import START, Row, World

DAY = START.date()
TABLES = (
    "carrier_cdr",
    "carrier_difference",
    "reconciled_day",
    "confirmation",
    "call",
    "leg",
    "promise",
    "return_call",
)


class Killed(BaseException):
    """The process is gone."""


def _raises(error: BaseException) -> Callable[[], CarrierResponse]:
    def raising() -> CarrierResponse:
        raise error

    return raising


FAILURES: dict[str, Callable[[], CarrierResponse]] = {
    "killed": _raises(Killed()),
    "down": _raises(NotConnected("refused")),
    "no answer": _raises(NoAnswer("breaks off")),
    "500": lambda: CarrierResponse(500, {}, b"{}"),
    "429": lambda: CarrierResponse(429, {"Retry-After": "3600"}, b'{"code": 20429}'),
    "half a page": lambda: CarrierResponse(200, {}, b'{"calls": [{'),
}


class Counting:
    """A transport that does something else at one request."""

    def __init__(
        self, inner: CarrierTransport, at: int = 0, instead: Callable[[], CarrierResponse] | None = None
    ) -> None:
        self._inner, self._at, self._instead = inner, at, instead
        self.requests = 0

    def send(self, request: Request) -> CarrierResponse:
        self.requests += 1
        if self._instead and self.requests == self._at:
            return self._instead()
        return self._inner.send(request)


class Dying:
    """A database whose process is killed in a transaction, just before its commit or just after it."""

    def __init__(self, inner: Database, at: int = 0, *, committed: bool = False) -> None:
        self._inner, self._at, self._committed = inner, at, committed
        self.transactions = 0

    def transact(self, deed: Callable[[Session], Any]) -> Any:
        self.transactions += 1
        dies = self.transactions == self._at
        done = self._inner.transact(
            lambda session: self._died(deed(session), dies=dies and not self._committed)
        )
        return self._died(done, dies=dies)

    def _died(self, done: Any, *, dies: bool) -> Any:
        if dies:
            raise Killed
        return done


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callrouter.carrier.twilio_rest.PAGE", 3)
    for module in ("carrier_cdrs", "reconcile"):
        monkeypatch.setattr(f"callrouter.reconciliation.{module}.BATCH", 2)


def wire_of(world: World) -> InProcessTransport:
    return InProcessTransport(world.carrier.rest)


def a_day(world: World) -> None:
    """Calls of each kind: as they should be, of another length, without an end, kept, and on one side alone."""
    sunrise = world.center("sunrise-la")
    talks = []
    for number in range(4):
        talks.append(world.caller(f"+131055501{number:02d}").dials(NATIONAL))
        sunrise.accepts(90 + number)
    world.catch_up()
    promised = world.caller("+13105550188")
    assert promised.presses("", "1").dials(NATIONAL).outcome == "promised"
    sunrise.accepts()
    promised.takes_the_return_call()
    world.rings_owners()
    cdrs = world.carrier.records.calls
    leg_of(world, talks[0]).seconds = 12
    leg_of(world, talks[1]).end("busy", world.clock.now(), None)
    del cdrs[talks[2].sid]
    added = replace(leg_of(world, talks[3]), sid="CA" + "e" * 32)
    cdrs[added.sid] = added
    world.passes(minutes=1)
    world.settles()


def stands(world: World) -> dict[str, list[Any]]:
    """What has been read, found, corrected, charged and confirmed."""
    world.settles()
    callers = named_callers(world)
    rows: dict[str, list[Any]] = {
        table: [with_named_callers(row, callers) for row in world.rows(table)] for table in TABLES
    }
    return rows | {"entries": states(world)}


def undisturbed(open_world: OpenWorld) -> tuple[dict[str, list[Any]], int, int]:
    """How it stands in the end; how many requests and transactions it took."""
    world = open_world()
    a_day(world)
    transport, database = Counting(wire_of(world)), Dying(world.database)
    reconcile(replace(world.reconciliation(transport), database=cast(Database, database)), DAY)
    found = stands(world)
    assert {row["what"] for row in found["carrier_difference"]} == {
        "missing here",
        "missing there",
        "no talk there",
        "other length of talk",
    }
    assert len(found["confirmation"]) == 3
    return found, transport.requests, database.transactions


def test_an_error_at_any_request_and_then_once_more_comes_to_the_same(open_world: OpenWorld) -> None:
    expected, requests, _ = undisturbed(open_world)
    assert requests >= 6
    kinds = list(FAILURES)
    for at in range(1, requests + 1):
        for kind in ("killed", kinds[1 + at % (len(kinds) - 1)]):
            world = open_world()
            a_day(world)
            with pytest.raises((Killed, CarrierError)):
                reconcile(world.reconciliation(Counting(wire_of(world), at, FAILURES[kind])), DAY)
            assert world.rows("reconciled_day") == []
            reconcile(world.reconciliation(), DAY)
            assert stands(world) == expected, (at, kind)


def test_a_kill_at_any_transaction_and_then_once_more_comes_to_the_same(open_world: OpenWorld) -> None:
    expected, _, transactions = undisturbed(open_world)
    assert transactions >= 10
    for at in range(1, transactions + 1):
        world = open_world()
        a_day(world)
        dying = Dying(world.database, at, committed=bool(at % 2))
        with pytest.raises(Killed):
            reconcile(replace(world.reconciliation(), database=cast(Database, dying)), DAY)
        reconcile(world.reconciliation(), DAY)
        assert stands(world) == expected, at


def test_two_kills_after_each_other_come_to_the_same(open_world: OpenWorld) -> None:
    expected, requests, _ = undisturbed(open_world)
    world = open_world()
    a_day(world)
    for at in (2, requests):
        with pytest.raises(Killed):
            reconcile(world.reconciliation(Counting(wire_of(world), at, FAILURES["killed"])), DAY)
    reconcile(world.reconciliation(), DAY)
    assert stands(world) == expected


class Growing:
    """A transport on which, before each page but the first, the list gets one more call at its top."""

    def __init__(self, world: World, *, by_number: bool) -> None:
        self._world, self._inner, self._by_number = world, wire_of(world), by_number
        self._pages = 0

    def send(self, request: Request) -> CarrierResponse:
        if "Calls.json?" in request.url:
            self._pages += 1
            if self._pages > 1:
                self._grow()
        answer = self._inner.send(request)
        return self._without_token(answer) if self._by_number else answer

    def _grow(self) -> None:
        cdrs = self._world.carrier.records.calls
        newest = max(cdrs.values(), key=lambda call: call.made_at)
        books_sid = f"CA{self._pages:032x}"
        cdrs[books_sid] = replace(newest, sid=books_sid, direction="outbound-api", parent=None)

    def _without_token(self, answer: CarrierResponse) -> CarrierResponse:
        """Pages by their number alone: what is added at the top pushes the last of a page onto the next."""
        page = json.loads(answer.body)
        if page.get("next_page_uri"):
            page["next_page_uri"] = page["next_page_uri"].partition("&PageToken=")[0]
        return replace(answer, body=json.dumps(page).encode())


@pytest.mark.parametrize("by_number", [False, True])
@pytest.mark.parametrize("batch", [2, 200])
def test_a_list_that_grows_between_pages_loses_and_doubles_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, *, by_number: bool, batch: int
) -> None:
    monkeypatch.setattr("callrouter.reconciliation.carrier_cdrs.BATCH", batch)
    a_day(world)
    before = set(world.carrier.records.calls)
    reconcile(world.reconciliation(Growing(world, by_number=by_number)), DAY)
    read = [row["sid"] for row in world.rows("carrier_cdr")]
    assert before <= set(read)
    assert len(read) == len(set(read))
    reconcile(world.reconciliation(), DAY)
    assert {row["sid"] for row in world.rows("carrier_cdr")} == set(world.carrier.records.calls)
    assert len(world.rows("confirmation")) == 3


class Circling:
    """A transport on which each page says that it is followed by itself, for so many times."""

    def __init__(self, inner: CarrierTransport) -> None:
        self._inner = inner

    def send(self, request: Request) -> CarrierResponse:
        answer = self._inner.send(request)
        page = json.loads(answer.body)
        page["next_page_uri"] = page["uri"]
        return replace(answer, body=json.dumps(page).encode())


def test_a_list_that_leads_in_a_circle_is_told_and_not_followed_for_ever(world: World) -> None:
    a_day(world)
    transport = Counting(Circling(wire_of(world)))
    with pytest.raises(Unclear, match="leads back"):
        reconcile(world.reconciliation(transport), DAY)
    assert transport.requests == 2
    assert world.rows("reconciled_day") == []
    reconcile(world.reconciliation(), DAY)
    assert {row["sid"] for row in world.rows("carrier_cdr")} == set(world.carrier.records.calls)


def test_a_carrier_that_stumbles_is_given_time(world: World) -> None:
    a_day(world)
    world.carrier.rest.faults.errors = 3
    waited = list[float]()
    reconcile(world.reconciliation(RetryingTransport(wire_of(world), waited.append)), DAY)
    assert waited == list(PAUSES[:3])
    assert len(world.rows("confirmation")) == 3


@pytest.mark.parametrize("trouble", ["errors", "down"])
def test_a_carrier_that_does_not_recover_is_told_in_order(world: World, trouble: str) -> None:
    a_day(world)
    world.carrier.rest.faults.errors, world.carrier.rest.faults.down = (
        10**6 * (trouble == "errors"),
        trouble == "down",
    )
    waited = list[float]()
    with pytest.raises(CarrierError):
        reconcile(world.reconciliation(RetryingTransport(wire_of(world), waited.append)), DAY)
    assert waited == list(PAUSES)
    assert all(rows(world) == [] for rows in (_read, _finished))


def _read(world: World) -> list[Row]:
    return world.rows("carrier_cdr")


def _finished(world: World) -> list[Row]:
    return world.rows("reconciled_day")


def test_two_that_compare_at_once_come_to_the_same(open_world: OpenWorld) -> None:
    """The errand, and somebody at the command line."""
    expected, _, _ = undisturbed(open_world)
    world = open_world()
    a_day(world)
    with ThreadPoolExecutor(3) as people:
        for comparing in [people.submit(reconcile, world.reconciliation(), DAY) for _ in range(3)]:
            comparing.result()
    assert stands(world) == expected
