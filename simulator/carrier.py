"""The simulated carrier: places calls to our webhooks as the real one does, and records the results."""

from __future__ import annotations

from collections import Counter

from simulator.account import Sids, SimulatedAccount, Webhooks
from simulator.active_call import ActiveCall
from simulator.behavior import Caller, CenterBehaviors, Location, Participants
from simulator.clock import VirtualClock
from simulator.faults import NO_FAULTS, CallbackQueue, Faults, random_source
from simulator.fields import Parties
from simulator.inbound import run_inbound_call
from simulator.outbound import run_outbound_call
from simulator.records import PlacedCallOptions, SimulatedCdr, SimulatedRecords
from simulator.rest.account_state import AccountState
from simulator.rest.api import RestApi
from simulator.rest.owned_numbers import OwnedNumbers
from simulator.trace import SimulatedCall
from simulator.transport import Transport
from simulator.webhook_client import CarrierContext, WebhookClient

ANYBODY = Caller()
NOBODY_ANSWERS = CenterBehaviors()
SOMEWHERE = Location()
"""Our own numbers, of which the carrier knows no city where they are toll-free, and whoever we have rung."""


class SimulatedCarrier:
    """An account at a carrier that is played; with the same `seed` its calls get the same names.

    `rest` is its REST API, a WSGI application. What our server has placed there is performed by `perform_queued`.
    One thread at a time: load from several threads takes a carrier, with its clock, for each.
    """

    def __init__(  # noqa: PLR0913 - what a carrier is told once
        self,
        account: SimulatedAccount,
        webhooks: Webhooks,
        transport: Transport,
        clock: VirtualClock,
        *,
        faults: Faults = NO_FAULTS,
        seed: int | None = None,
        clock_is_shared: bool = True,
        records: SimulatedRecords | None = None,
    ) -> None:
        self.clock = clock
        self.records = SimulatedRecords() if records is None else records
        self._clock_is_shared = clock_is_shared
        self._webhooks = webhooks
        self._faults = faults
        self._sids = Sids(random_source(seed))
        self._random = random_source(faults.seed)
        self._callbacks = CallbackQueue(clock)
        self._network = CarrierContext(account, transport, clock, self._callbacks)
        self._people, self._rung = NOBODY_ANSWERS, Counter[str]()
        numbers = OwnedNumbers(lambda: account.numbers)
        self.rest = RestApi(AccountState(account, self.records, self._sids, clock.now, numbers=numbers))

    def place_call(
        self,
        dialled: str,
        caller: Caller = ANYBODY,
        centers: CenterBehaviors = NOBODY_ANSWERS,
        *,
        faults: Faults | None = None,
        settled: bool = True,
        sid: str | None = None,
    ) -> SimulatedCall:
        """Somebody dials a number of ours; what happened until the end, told as it went.

        `faults` are those of this call alone, and `sid` is its name where somebody knows it before.
        Unless `settled`, late callbacks stay under way until `settle`.
        """
        account = self._network.account
        sid = sid or self._sids.call()
        parties = Parties(account.sid, sid, caller.number, dialled, caller.seen_at, SOMEWHERE)
        stored = self.records.add_call(parties, self.clock.now(), "ringing")
        call = self._active_call(parties, stored, self._webhooks, Participants(caller, centers), faults)
        run_inbound_call(call)
        return self._finish(call, settled)

    def perform_queued(
        self, people: CenterBehaviors = NOBODY_ANSWERS, *, faults: Faults | None = None, settled: bool = True
    ) -> list[SimulatedCall]:
        """Performs what our server has had placed, one call after another, and what it has placed meanwhile.

        `people` are whoever is rung, the one of the call and the one whom our document dials. Where one behaves
        differently each time, this goes on from call to call as long as the same `people` are given.
        """
        if people is not self._people:
            self._people, self._rung = people, Counter()
        stories = []
        while (stored := self.records.next_queued()) is not None:
            stories.append(self.perform(stored, people, faults=faults, settled=settled))
        return stories

    def perform(
        self,
        stored: SimulatedCdr,
        people: CenterBehaviors,
        *,
        faults: Faults | None = None,
        settled: bool = True,
    ) -> SimulatedCall:
        """Performs one call that our server has had placed."""
        order = stored.order or PlacedCallOptions("")
        parties = Parties(
            self._network.account.sid,
            stored.sid,
            stored.shown,
            stored.to,
            SOMEWHERE,
            SOMEWHERE,
            stored.direction,
        )
        webhooks = Webhooks(order.url, order.fallback)
        rung = Participants(Caller(stored.to), people, self._rung)
        call = self._active_call(parties, stored, webhooks, rung, faults)
        run_outbound_call(call, order)
        return self._finish(call, settled)

    def settle(self) -> None:
        """Delivers every callback that is still under way."""
        self._callbacks.deliver_all(self._random)

    def _finish(self, call: ActiveCall, settled: bool) -> SimulatedCall:
        if settled:
            self._callbacks.deliver_all(call.random)
        if call.faults.replay:
            call.client.replay()
        return call.trace

    def _active_call(
        self,
        parties: Parties,
        stored: SimulatedCdr,
        webhooks: Webhooks,
        people: Participants,
        faults: Faults | None,
    ) -> ActiveCall:
        random = self._random if faults is None else random_source(faults.seed)
        faults = faults or self._faults
        trace = SimulatedCall(parties.sid, parties.called, parties.caller, self.clock.now())
        return ActiveCall(
            account=self._network.account,
            webhooks=webhooks,
            parties=parties,
            caller=people.caller,
            people=people,
            clock=self.clock,
            clock_is_shared=self._clock_is_shared,
            client=WebhookClient(self._network, faults, random, trace),
            sids=self._sids,
            faults=faults,
            random=random,
            trace=trace,
            records=self.records,
            stored=stored,
        )
