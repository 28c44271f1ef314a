"""The week itself: callers call, the carrier performs, our workers work, and the directory is edited meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from wsgiref.types import WSGIApplication

from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.promises.calling_hours import BY_DAY, CallingHours
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.return_calls.dialer import ReturnCallDialer
from simulator import (
    Caller,
    Faults,
    Fields,
    InProcessTransport,
    Location,
    SimulatedCall,
    SimulatedCarrier,
    SimulatedCdr,
    VoiceMessage,
    WebhookResponse,
    Webhooks,
)
from simulator.events import LegBridged, PromptHeard
from simulator.wsgi_transport import WsgiTransport
from tests.scenarios.promises import PAYS
from tests.scenarios.world import ACCOUNT, ORIGIN, World
from tests.week.directory import CENTERS, DIRECTORY, NUMBERS, Edit, edits
from tests.week.line import Line, SlowWire, worse
from tests.week.people import ON_A_CALL, ON_A_RETURN, Chances, Habits, Outages, Population, by_chance, leaving
from tests.week.places import WITHHELD, Numbers
from tests.week.timeline import Timeline
from tests.week.workers import Workers
from webhooks.app import return_call_dependencies, webhooks_app
from webhooks.door import Door
from webhooks.signature_check import Account as OurAccount

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""a Monday, midnight in New York; on its Sunday the clocks change"""
A_WEEK = timedelta(days=7)
LONGEST_AFTERWARDS = timedelta(days=3, hours=12)
BUSY_HOURS = (2, 1, 1, 1, 1, 2, 3, 5, 8, 11, 13, 13, 12, 12, 12, 12, 11, 11, 11, 12, 12, 10, 7, 4)
"""how many call in each hour of a day, by the clock of New York"""
CENTER_FAILS = 0.2
CALLS_AGAIN, CALLED_BEFORE = 0.14, 0.05
HOW_MANY_ARE_REMEMBERED = 30


class WatchedTransport(WsgiTransport):
    """Says first that a request comes."""

    def __init__(self, application: WSGIApplication, comes: Callable[[], None]) -> None:
        super().__init__(application)
        self._comes = comes

    def post(self, url: str, fields: Fields, headers: Mapping[str, str]) -> WebhookResponse:
        self._comes()
        return super().post(url, fields, headers)


class Week(World):
    """A world in which many calls go on at once, on one timeline and by one seed."""

    def __init__(
        self,
        database_url: str,
        seed: int,
        calls: int,
        length: timedelta = A_WEEK,
        hours: CallingHours = BY_DAY,
    ) -> None:
        self.timeline = Timeline(START)
        self.seed, self.placed, self.length, self.hours = seed, calls, length, hours
        super().__init__(database_url, DIRECTORY, START, clock=self.timeline)
        self.wrong: list[str] = []
        """what was seen while it went on, and should not have been"""
        self.answered_differently: list[str] = []
        """the paths of requests that came again"""
        self.going_on = 0
        self.numbers = Numbers(self._luck("numbers"))
        self._lately: deque[str] = deque(maxlen=HOW_MANY_ARE_REMEMBERED)
        self._ever: list[str] = []
        self._dialer = self._makes_a_dialer()
        self.workers = Workers(self, self._luck("workers"))
        self._outages = Outages(self._luck("outages"))
        self._on_calls = self._population("on calls", ON_A_CALL)
        self._on_returns = self._population("on return calls", ON_A_RETURN)

    def opens_its_door(self) -> None:
        account = OurAccount(ACCOUNT.sid, (ACCOUNT.token,), ORIGIN)
        door = Door(self.database, self.dependencies, account, self.clock.now, self._rings, self.watch)
        self.app = webhooks_app(door, return_call_dependencies(self.dependencies, ORIGIN, self.hours))
        self._transport = WatchedTransport(self.app, self._sees_request)

    def happens(self) -> None:
        """The whole week, and after it the time until every promise has ended."""
        self.workers.begin()
        self._something_fails(self._luck("failures"))
        for number, moment in enumerate(self._moments()):
            self.timeline.joins(partial(self._somebody_calls, number), after=moment)
        for edit in edits():
            self.timeline.does(partial(self._edits, edit), after=edit.after(self.length))
        self.timeline.runs(START + self.length)
        while not self._is_over() and self.clock.now() < START + self.length + LONGEST_AFTERWARDS:
            self.timeline.runs(self.clock.now() + timedelta(hours=1))
        self.timeline.ends()
        self.settles()

    def closes(self) -> None:
        self.timeline.ends()
        super().closes()

    def _sees_request(self) -> None:
        self.workers.see_request()

    def _rings(self) -> None:
        self.workers.ring()

    def _luck(self, whose: object) -> Random:
        """A source of chance of their own, so that nobody's depends on what others do."""
        return Random(f"{self.seed} {whose}")

    @property
    def dialer(self) -> ReturnCallDialer:
        """The external worker's only one, whose way to the carrier takes its time."""
        return self._dialer

    def _makes_a_dialer(self) -> ReturnCallDialer:
        transport = SlowWire(
            InProcessTransport(self.carrier.rest),
            self.timeline,
            self._luck("transport"),
            self._performs_what_was_placed,
        )
        dependencies = PromiseDependencies(
            self.dependencies.directories, self.dependencies.memory, self.hours, self.vault
        )
        return ReturnCallDialer(
            self.database,
            dependencies,
            TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=transport),
            ORIGIN,
            self.clock.now,
        )

    def _population(self, whose: str, at_a_center: Chances) -> Population:
        return Population(
            now=self.clock.now,
            luck=self._luck(whose),
            outages=self._outages,
            centers=frozenset(center.phone for center in CENTERS),
            at_a_center=at_a_center,
        )

    def _is_over(self) -> bool:
        with self.database.engine.begin() as connection:
            still_open = connection.exec_driver_sql(
                "SELECT 1 FROM promise WHERE state = 'open' LIMIT 1"
            ).first()
        return still_open is None and not self.going_on

    def _moments(self) -> Iterator[float]:
        """After how many seconds calls come, by the curve of a day."""
        luck, hours = self._luck("moments"), int(self.length.total_seconds() // 3600)
        busy = [BUSY_HOURS[hour % len(BUSY_HOURS)] for hour in range(hours)]
        drawn = luck.choices(range(hours), busy, k=self.placed)
        yield from sorted((hour + luck.random()) * 3600 for hour in drawn)

    def _somebody_calls(self, which: int) -> None:
        luck = self._luck(f"call {which}")
        number = self._who_calls(luck)
        line = Line(self._transport, self.timeline, luck)
        caller = Caller(
            number,
            keys=Habits(luck, self.numbers, lambda: line.prompt),
            place=Location() if number.startswith("+") else Location(country=""),
            leaves=leaving(luck),
            message=VoiceMessage(luck.choice((0.0, 4.0, 20.0))),
        )
        dialled = by_chance(luck, NUMBERS)
        faults = _faults(luck)
        self._goes_on(
            lambda: self._carrier(line, luck).place_call(dialled, caller, self._on_calls, faults=faults)
        )
        if number.startswith("+"):
            self._ever.append(number)
            self._lately.append(number)

    def _who_calls(self, luck: Random) -> str:
        """Somebody new, or somebody who has called not long ago, or ever."""
        drawn = luck.random()
        if drawn < CALLS_AGAIN and self._lately:
            return luck.choice(self._lately)
        if drawn < CALLS_AGAIN + CALLED_BEFORE and self._ever:
            return luck.choice(self._ever)
        return self.numbers.of_a_caller() if drawn < 0.97 else WITHHELD

    def _performs_what_was_placed(self) -> None:
        while booked := self.carrier.records.next_queued():
            luck = self._luck(booked.sid)
            self.timeline.joins(partial(self._performs, booked, luck), after=luck.uniform(0.0, 2.0))

    def _performs(self, booked: SimulatedCdr, luck: Random) -> None:
        line = Line(self._transport, self.timeline, luck)
        faults = _faults(luck)
        story = self._goes_on(
            lambda: self._carrier(line, luck).perform(booked, self._on_returns, faults=faults)
        )
        if _connected_without_a_word(story):
            self.wrong.append(f"{story.sid} connected somebody who had not heard with whom")

    def _goes_on(self, call: Callable[[], SimulatedCall]) -> SimulatedCall:
        """A call, to its end."""
        self.going_on += 1
        story = call()
        self.going_on -= 1
        self.answered_differently += [each.path for each in story.discrepancies]
        return story

    def _carrier(self, line: Line, luck: Random) -> SimulatedCarrier:
        """The carrier for one call, with callbacks of its own on their way; the cdrs are everybody's."""
        webhooks, cdrs = Webhooks.of(ORIGIN), self.carrier.records
        return SimulatedCarrier(
            ACCOUNT, webhooks, line, self.timeline, seed=luck.getrandbits(64), records=cdrs
        )

    def _something_fails(self, luck: Random) -> None:
        """Centers fail for hours, and the carrier's REST side gets into another mood."""
        worse(self.carrier.rest.faults, luck)
        if luck.random() < CENTER_FAILS:
            until = self.clock.now() + timedelta(hours=luck.uniform(0.5, 8.0))
            self._outages.begins(luck.choice(CENTERS).phone, until)
        self.timeline.does(partial(self._something_fails, luck), after=luck.uniform(300.0, 2400.0))

    def _edits(self, edit: Edit) -> None:
        self.loads(edit.of(self.directory))


def _connected_without_a_word(story: SimulatedCall) -> bool:
    """Whether the caller was put through before they had heard who it is, and that it pays."""
    heard = ""
    for _, happening in story.happened():
        if isinstance(happening, PromptHeard) and happening.by == "caller":
            heard += happening.text
        if isinstance(happening, LegBridged) and not any(words in heard for words in PAYS):
            return True
    return False


def _faults(luck: Random) -> Faults:
    """What the carrier does badly on one call; on most of them, nothing."""
    if luck.random() < 0.75:
        return Faults(seed=luck.getrandbits(32))
    return Faults(
        seed=luck.getrandbits(32),
        duplicate=luck.choice((1, 2, 3)),
        shuffle=luck.random() < 0.5,
        drop=luck.choice((0.0, 0.0, 0.3, 1.0)),
        delay=luck.choice((0.0, 5.0, 60.0, 90_000.0)) if luck.random() < 0.5 else 0.0,
        repeat=luck.choice((1, 1, 2)),
        replay=luck.random() < 0.3,
        down=frozenset({luck.randint(1, 8)}) if luck.random() < 0.1 else frozenset(),
        tells_bridged=luck.random() < 0.9,
    )
