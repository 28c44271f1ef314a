"""The simulated carrier: places calls to our webhooks as the real one would, and records what comes of it."""

from __future__ import annotations

from collections import Counter

from simulator.account import Account, Sids, Webhooks
from simulator.active_call import Ongoing
from simulator.behavior import Caller, Centers, People, Place
from simulator.clock import VirtualClock
from simulator.faults import NO_FAULTS, Faults, Postbox, chance
from simulator.fields import Parties
from simulator.inbound import carry
from simulator.outbound import ring
from simulator.records import BookedCall, Books, Order
from simulator.rest.account_state import Site
from simulator.rest.api import RestApi
from simulator.rest.owned_numbers import OwnedNumbers
from simulator.trace import SimulatedCall
from simulator.transport import Transport
from simulator.webhook_client import Asker, Network

ANYBODY = Caller()
NOBODY_ANSWERS = Centers()
SOMEWHERE = Place()
"""Our own numbers, of which the carrier knows no city where they are toll-free, and whoever we have rung."""


class SimulatedCarrier:
    """An account at a carrier that is played; with the same `seed` its calls get the same names.

    `rest` is its REST API, a WSGI application. What our server has placed there is performed by `carries_on`.
    One thread at a time: load from several threads takes a carrier, with its clock, for each.
    """

    def __init__(  # noqa: PLR0913 - what a carrier is told once
        self,
        account: Account,
        webhooks: Webhooks,
        transport: Transport,
        clock: VirtualClock,
        *,
        faults: Faults = NO_FAULTS,
        seed: int | None = None,
        clock_is_shared: bool = True,
        books: Books | None = None,
    ) -> None:
        self.clock = clock
        self.books = Books() if books is None else books
        self._clock_is_shared = clock_is_shared
        self._webhooks = webhooks
        self._faults = faults
        self._sids = Sids(chance(seed))
        self._luck = chance(faults.seed)
        self._postbox = Postbox(clock)
        self._network = Network(account, transport, clock, self._postbox)
        self._people, self._rung = NOBODY_ANSWERS, Counter[str]()
        numbers = OwnedNumbers(lambda: account.numbers)
        self.rest = RestApi(Site(account, self.books, self._sids, clock.now, numbers=numbers))

    def place_call(
        self,
        dialled: str,
        caller: Caller = ANYBODY,
        centers: Centers = NOBODY_ANSWERS,
        *,
        faults: Faults | None = None,
        settled: bool = True,
    ) -> SimulatedCall:
        """Somebody dials a number of ours; what happened until the end, told as it went.

        `faults` are those of this call alone. Unless `settled`, late callbacks stay under way until `settle`.
        """
        account = self._network.account
        sid = self._sids.call()
        parties = Parties(account.sid, sid, caller.number, dialled, caller.seen_at, SOMEWHERE)
        booked = self.books.opens(parties, self.clock.now(), "ringing")
        call = self._ongoing(parties, booked, self._webhooks, People(caller, centers), faults)
        carry(call)
        return self._over(call, settled)

    def carries_on(
        self, people: Centers = NOBODY_ANSWERS, *, faults: Faults | None = None, settled: bool = True
    ) -> list[SimulatedCall]:
        """Performs what our server has had placed, one call after another, and what it has placed meanwhile.

        `people` are whoever is rung, the one of the call and the one whom our document dials. Where one behaves
        differently each time, this goes on from call to call as long as the same `people` are given.
        """
        if people is not self._people:
            self._people, self._rung = people, Counter()
        stories = []
        while (booked := self.books.next_queued()) is not None:
            stories.append(self.performs(booked, people, faults=faults, settled=settled))
        return stories

    def performs(
        self, booked: BookedCall, people: Centers, *, faults: Faults | None = None, settled: bool = True
    ) -> SimulatedCall:
        """Performs one call that our server has had placed."""
        order = booked.order or Order("")
        parties = Parties(
            self._network.account.sid,
            booked.sid,
            booked.shown,
            booked.to,
            SOMEWHERE,
            SOMEWHERE,
            booked.direction,
        )
        webhooks = Webhooks(order.url, order.fallback)
        rung = People(Caller(booked.to), people, self._rung)
        call = self._ongoing(parties, booked, webhooks, rung, faults)
        ring(call, order)
        return self._over(call, settled)

    def settle(self) -> None:
        """Delivers every callback that is still under way."""
        self._postbox.deliver_all(self._luck)

    def _over(self, call: Ongoing, settled: bool) -> SimulatedCall:
        if settled:
            self._postbox.deliver_all(call.luck)
        if call.faults.replay:
            call.asker.replay()
        return call.story

    def _ongoing(
        self,
        parties: Parties,
        booked: BookedCall,
        webhooks: Webhooks,
        people: People,
        faults: Faults | None,
    ) -> Ongoing:
        luck = self._luck if faults is None else chance(faults.seed)
        faults = faults or self._faults
        story = SimulatedCall(parties.sid, parties.called, parties.caller, self.clock.now())
        return Ongoing(
            account=self._network.account,
            webhooks=webhooks,
            parties=parties,
            caller=people.caller,
            people=people,
            clock=self.clock,
            clock_is_shared=self._clock_is_shared,
            asker=Asker(self._network, faults, luck, story),
            sids=self._sids,
            faults=faults,
            luck=luck,
            story=story,
            books=self.books,
            booked=booked,
        )
