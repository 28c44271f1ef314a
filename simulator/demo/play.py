"""Plays the demo on a fresh database: the carrier's calls, the workers' tasks, and what staff did meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import sqlalchemy as sa

from callrouter.billing.disputes.decision import DisputeDecision, decide_dispute
from callrouter.billing.disputes.objection import Objection, object_to_charge
from callrouter.billing.manual_entries import CreditRequest, credit
from callrouter.billing.model import CHARGE, LedgerEntry
from callrouter.calls.model import Call
from callrouter.calls.reap import overdue, reap
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.errors import Fault
from callrouter.events.settle import settle
from callrouter.invoices.close import CloseRequest, close_month
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from callrouter.messages.delete import delete_old_messages
from callrouter.messages.fetch import fetch_next
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import BY_DAY
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.reassign import overdue_promises, reassign_overdue
from callrouter.promises.return_calls.dialer import ReturnCallDialer, ring_next
from callrouter.reconciliation.context import ReconciliationContext
from callrouter.reconciliation.reconcile import reconcile
from simulator.account import SimulatedAccount, Webhooks
from simulator.behavior import CenterBehaviors
from simulator.carrier import SimulatedCarrier
from simulator.clock import VirtualClock
from simulator.demo.plan import PlannedCall, center_behavior, planned_calls
from simulator.rest.in_process import InProcessTransport
from simulator.wsgi_transport import WsgiTransport
from webhooks.app import dependencies, return_call_dependencies, webhooks_app
from webhooks.door import Door
from webhooks.signature_check import Account
from workers.after_call import subscriptions

SEED = 7
HOUR = timedelta(hours=1)
MESSAGES_KEPT = timedelta(days=30)
RETURN_CALLS_AN_HOUR = 5
PERSON, OTHER_PERSON = "demo: Kim", "demo: Robin"
REASONS = ("the caller dialed the wrong number", "the line was bad", "the center heard nobody")


class Unwatched:
    """Nobody counts what the door does."""

    def answered(self, route: str, seconds: float) -> None:
        """Nothing is counted."""

    def refused(self, status: int) -> None:
        """Nothing is counted."""

    def failed(self, route: str) -> None:
        """Nothing is counted."""


class Demo:
    """A month and what has passed of the next one."""

    def __init__(self, database: Database, vault: Vault, account: SimulatedAccount, origin: str) -> None:
        self._database = database
        self._vault = vault
        self._account = account
        self._origin = origin
        self._random = Random(SEED)  # noqa: S311 - a play, no secret
        self._directories = DirectoryCache()

    def play(self, now: datetime, progress: Callable[[datetime], None]) -> int:
        """Play from the first day of last month until the last midnight (UTC); how many calls were placed.

        Raises Fault where there is no directory, or where calls are in the database already.
        """
        directory = self._directory()
        until = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        begins = (until.replace(day=1) - timedelta(days=1)).replace(day=1)
        self._start(begins)
        days = (until - begins).days
        placed = 0
        calls = planned_calls(directory, begins, days, SEED)
        for hour, of_hour in _by_hour(calls, begins, until):
            for planned in of_hour:
                self._place(planned, directory)
                placed += 1
            self._work(hour + HOUR)
            if (hour + HOUR).hour == 0:
                progress(hour)
                self._end_of_day(hour, directory)
        return placed

    def _directory(self) -> Directory:
        with self._database.engine.begin() as connection:
            if connection.execute(sa.select(sa.exists(sa.select(Call.sid)))).scalar_one():
                raise Fault(
                    "the database has calls already, and a demo would mix with them: set another CALLROUTER_HOME"
                )
            directory = self._directories.in_force(connection)
        if not directory.version:
            raise Fault("there is no directory: callrouter directory load FILE")
        return directory

    def _start(self, begins: datetime) -> None:
        self._clock = VirtualClock(begins)
        made = dependencies(
            self._vault, self._origin, proof_codes=ProofCodes(secrets.token_bytes(32)), simulated=True
        )
        account = Account(self._account.sid, (self._account.token,), self._origin)
        door = Door(self._database, made, account, self._clock.now, lambda: None, Unwatched())
        app = webhooks_app(door, return_call_dependencies(made, self._origin))
        self._made = made
        self._carrier = SimulatedCarrier(
            self._account, Webhooks.of(self._origin), WsgiTransport(app), self._clock, seed=SEED
        )
        transport = InProcessTransport(self._carrier.rest)
        self._rest = rest = TwilioRest(self._account.sid, self._account.token, transport=transport)
        promises = PromiseDependencies(made.directories, made.memory, BY_DAY, self._vault)
        self._dialer = ReturnCallDialer(self._database, promises, rest, self._origin, self._clock.now)
        self._reconciliation = ReconciliationContext(
            self._database, rest, made.directories, made.memory, self._clock.now
        )

    def _people(self, directory: Directory) -> CenterBehaviors:
        centers = directory.centers.values()
        return CenterBehaviors({center.phone: center_behavior(self._random) for center in centers})

    def _place(self, planned: PlannedCall, directory: Directory) -> None:
        self._advance(planned.at)
        self._carrier.place_call(planned.number, planned.caller, self._people(directory))

    def _advance(self, moment: datetime) -> None:
        self._clock.advance((moment - self._clock.now()).total_seconds())

    def _work(self, until: datetime) -> None:
        """What the workers do within the hour."""
        self._advance(until)
        self._settle()
        for _ in range(RETURN_CALLS_AN_HOUR):
            if not ring_next(self._dialer):
                break
            self._carrier.perform_queued(CenterBehaviors({}, otherwise=center_behavior(self._random)))
        while fetch_next(self._database, self._rest, self._vault, self._clock.now()):
            pass
        now = self._clock.now()
        promises = self._dialer.dependencies
        for call in self._database.transact(lambda session: overdue_promises(session, now)):
            self._database.transact(partial(reassign_overdue, dependencies=promises, call=call, now=now))
        for sid in self._database.transact(lambda session: overdue(session, now)):
            self._database.transact(partial(reap, self._directories, self._made.memory, sid, now))
        self._settle()

    def _settle(self) -> None:
        while settle(self._database, subscriptions(self._directories), self._clock.now()):
            pass

    def _end_of_day(self, last_hour: datetime, directory: Directory) -> None:
        reconcile(self._reconciliation, last_hour.date())
        now = self._clock.now()
        self._database.transact(lambda session: delete_old_messages(session, now - MESSAGES_KEPT, now))
        self._settle()
        self._staff_acts()
        if last_hour.day == 3:  # noqa: PLR2004 - by then every zone's month is over and compared
            self._close(directory, last_hour)

    def _staff_acts(self) -> None:
        """Once in a while a call is credited, or a partner objects to one."""
        now = self._clock.now()
        charged = self._charges_of_the_last_day(now)
        if charged and self._random.random() < 0.4:  # noqa: PLR2004 - two days of five
            call, reason = self._random.choice(charged), self._random.choice(REASONS)
            request = CreditRequest(call, None, reason, PERSON)
            self._database.transact(lambda session: credit(session, self._directories, request, now))
        elif charged and self._random.random() < 0.3:  # noqa: PLR2004 - one day of five
            call = self._random.choice(charged)
            objection = Objection(call, "bad-line", "the center could not understand the caller", PERSON)
            self._database.transact(
                lambda session: object_to_charge(session, invoice_of_charge, objection, now)
            )
            if self._random.random() < 0.6:  # noqa: PLR2004 - most are decided at once
                verdict = self._random.choice(("accepted", "refused"))
                decision = DisputeDecision(call, verdict, "looked at the story of the call", OTHER_PERSON)
                self._database.transact(
                    lambda session: decide_dispute(session, self._directories, decision, now)
                )

    def _charges_of_the_last_day(self, now: datetime) -> list[str]:
        query = (
            sa.select(LedgerEntry.call)
            .where(
                LedgerEntry.entry_type == CHARGE,
                LedgerEntry.amount > 0,
                LedgerEntry.posted_at >= now - timedelta(days=1),
            )
            .order_by(LedgerEntry.id)
        )
        with self._database.engine.begin() as connection:
            return [call for call in connection.execute(query).scalars() if call]

    def _close(self, directory: Directory, day: datetime) -> None:
        month = f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
        for partner in directory.partners:
            request = CloseRequest(partner, month, simulated=True, person=PERSON)
            self._database.transact(
                partial(close_month, directories=self._directories, request=request, now=self._clock.now())
            )


def _by_hour(
    calls: Iterator[PlannedCall], begins: datetime, until: datetime
) -> Iterator[tuple[datetime, list[PlannedCall]]]:
    """Each hour, and the calls that are to be placed in it."""
    pending = next(calls, None)
    hour = begins
    while hour < until:
        of_hour = []
        while pending is not None and pending.at < hour + HOUR:
            of_hour.append(pending)
            pending = next(calls, None)
        yield hour, of_hour
        hour += HOUR
