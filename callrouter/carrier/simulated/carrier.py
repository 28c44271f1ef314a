"""The simulated carrier: places calls to our webhooks as the real one would, and records what comes of it."""

from __future__ import annotations

from random import Random

from callrouter.carrier.simulated.account import Account, Sids, Webhooks
from callrouter.carrier.simulated.asking import Asker, Network
from callrouter.carrier.simulated.clock import VirtualClock
from callrouter.carrier.simulated.faults import NO_FAULTS, Faults, Postbox, chance
from callrouter.carrier.simulated.fields import Parties
from callrouter.carrier.simulated.line import carry
from callrouter.carrier.simulated.ongoing import Ongoing
from callrouter.carrier.simulated.people import Caller, Centers, Place
from callrouter.carrier.simulated.story import SimulatedCall
from callrouter.carrier.simulated.transport import Transport

ANYBODY = Caller()
NOBODY_ANSWERS = Centers()
TOLL_FREE = Place()
"""Our own numbers: the carrier knows no city of a toll-free one."""


class SimulatedCarrier:
    """An account at a carrier that is played; with the same `seed` its calls get the same names.

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
    ) -> None:
        self.clock = clock
        self._clock_is_shared = clock_is_shared
        self._webhooks = webhooks
        self._faults = faults
        self._sids = Sids(chance(seed))
        self._luck = chance(faults.seed)
        self._postbox = Postbox(clock)
        self._network = Network(account, transport, clock, self._postbox)

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
        luck = self._luck if faults is None else chance(faults.seed)
        call = self._ongoing(dialled, caller, centers, faults or self._faults, luck)
        carry(call)
        if settled:
            self._postbox.deliver_all(luck)
        if call.faults.replay:
            call.asker.replay()
        return call.story

    def settle(self) -> None:
        """Delivers every callback that is still under way."""
        self._postbox.deliver_all(self._luck)

    def _ongoing(
        self, dialled: str, caller: Caller, centers: Centers, faults: Faults, luck: Random
    ) -> Ongoing:
        account = self._network.account
        story = SimulatedCall(self._sids.call(), dialled, caller.number, self.clock.now())
        return Ongoing(
            account=account,
            webhooks=self._webhooks,
            parties=Parties(account.sid, story.sid, caller.number, dialled, caller.seen_at, TOLL_FREE),
            caller=caller,
            centers=centers,
            clock=self.clock,
            clock_is_shared=self._clock_is_shared,
            asker=Asker(self._network, faults, luck, story),
            sids=self._sids,
            faults=faults,
            story=story,
        )
