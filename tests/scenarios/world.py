"""A helpline in a test: database, directory, the carrier's door, a carrier that is played, and the settler.

    call = caller.dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    assert call.was_answered_by(harbor)

A call is placed when something is asked of it, so that people can be told before what they will do.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any

import sqlalchemy as sa

import callrouter.model as tables
from callrouter.calls.dependencies import Answer, Render
from callrouter.calls.reap import overdue, reap
from callrouter.calls.steps import Step
from callrouter.carrier.http_transport import CarrierTransport
from callrouter.carrier.signature import sign
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryCache
from callrouter.erasure import erase_caller
from callrouter.events.settle import settle
from callrouter.privacy.acts import Actor
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.privacy.pseudonyms import pseudonyms_of
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import BY_DAY
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.reassign import overdue_promises, reassign_overdue
from callrouter.promises.return_calls.dialer import ReturnCallDialer, ring_next
from callrouter.reconciliation.context import ReconciliationContext
from callrouter.reconciliation.reconcile import reconcile
from callrouter.routing.memory import RoutingMemory
from callrouter.wordings.wordings import Wordings
from simulator import Caller as CallerBehavior
from simulator import (
    CenterBehavior,
    CenterBehaviors,
    Faults,
    Fields,
    Location,
    SimulatedAccount,
    SimulatedCall,
    SimulatedCarrier,
    VirtualClock,
    WebhookResponse,
    Webhooks,
)
from simulator.fields import Parties, document_failed
from simulator.rest.in_process import InProcessTransport
from simulator.wsgi_transport import WsgiTransport
from tests.databases import database_at
from tests.directories import put_in_force
from tests.scenarios.call import PlacedCall
from tests.scenarios.network import Network, NetworkRequest
from tests.scenarios.people import Caller, Center
from tests.scenarios.places import DIRECTORY
from tests.scenarios.web_process import web_process
from webhooks.app import dependencies, return_call_dependencies
from webhooks.door import Door
from webhooks.signature_check import Account as OurAccount
from workers.after_call import subscriptions

ORIGIN = "https://calls.example"
ACCOUNT = SimulatedAccount("AC" + "5" * 32, "a token of the account")
START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
"""By day everywhere in the United States."""
VAULT_KEY = bytes(range(32))
PROOF_CODES = ProofCodes(b"a secret of the tests")
NO_FAULTS = Faults()

Row = dict[str, Any]


class Watch:
    """Remembers what the door counted."""

    def __init__(self) -> None:
        self.refusals: list[int] = []
        self.failures: list[str] = []

    def answered(self, route: str, seconds: float) -> None:
        """Nothing is made of it."""

    def refused(self, status: int) -> None:
        self.refusals.append(status)

    def failed(self, route: str) -> None:
        self.failures.append(route)


class World:
    """Everything that takes part in a call, with a clock that only the call moves."""

    def __init__(
        self,
        database_url: str,
        directory: Directory = DIRECTORY,
        start: datetime = START,
        connections: int = 4,
        clock: VirtualClock | None = None,
    ) -> None:
        self.clock = clock or VirtualClock(start)
        self.database, self._close_database = database_at(database_url, connections)
        self._web = web_process()
        self.app = self._web.app
        self.vault = Vault({"k1": VAULT_KEY})
        self.watch = Watch()
        self.faults_of_returns: Faults | None = None
        self._documents = self._fails_at = 0
        self._shelf = DirectoryCache()
        self.network = Network()
        self.starts_anew()
        self.carrier = SimulatedCarrier(
            ACCOUNT, Webhooks.of(ORIGIN), self.network, self.clock, faults=NO_FAULTS, seed=1
        )
        self._behaviors: dict[str, list[CenterBehavior]] = {}
        self._pending: PlacedCall | None = None
        self.calls: list[PlacedCall] = []
        self.returned: list[SimulatedCall] = []
        self._read: dict[str, list[Row]] | None = None
        self.directory = Directory()
        self.loads(directory)

    def starts_anew(self) -> None:
        """The web process, with nothing in its memory."""
        made = dependencies(self.vault, ORIGIN, proof_codes=PROOF_CODES, simulated=True)
        self.dependencies = replace(made, render=self._rendering(made.render))
        self.opens_its_door()

    def has_proof_codes(self, codes: ProofCodes) -> None:
        """The web process, with this secret."""
        self.dependencies = replace(self.dependencies, proof_codes=codes)
        self.opens_its_door()

    def fails_at(self, document: int) -> None:
        """Something goes wrong in the middle of the transaction of the n-th document from now."""
        self._documents, self._fails_at = 0, document

    def _rendering(self, render: Render) -> Render:
        def rendered(step: Step, number: int, wordings: Wordings) -> Answer:
            self._documents += 1
            if self._documents == self._fails_at:
                raise RuntimeError("a test made this fail")
            return render(step, number, wordings)

        return rendered

    def opens_its_door(self) -> None:
        account = OurAccount(ACCOUNT.sid, (ACCOUNT.token,), ORIGIN)
        self._web.starts(
            Door(self.database, self.dependencies, account, self.clock.now, lambda: None, self.watch),
            return_call_dependencies(self.dependencies, ORIGIN),
        )
        self.network.transport = WsgiTransport(self.app)

    def loads(self, directory: Directory) -> None:
        """The staff puts a directory in force."""
        self.directory = directory
        put_in_force(self.database, directory, self.clock.now())

    def edits(self, *entries: Any) -> None:
        """The staff puts in force what it is, with these entries changed."""
        directory = self.directory
        for entry in entries:
            section = type(entry).__name__.lower() + "s"
            changed: dict[str, Any] = {section: {**getattr(directory, section), entry.key: entry}}
            directory = replace(directory, **changed)
        self.loads(directory)

    def directory_of(self, version: int) -> Directory:
        """A version of the directory, by the database."""
        return self.database.transact(lambda session: self._shelf.at(session, version))

    def pseudonyms(self, number: str) -> list[str]:
        """What the vault's match values lead to from this number."""
        return self.database.transact(lambda session: pseudonyms_of(session, self.vault, number))

    def pseudonym(self, number: str) -> str:
        """The pseudonym of a number that has called."""
        [pseudonym] = self.pseudonyms(number)
        return pseudonym

    def erases(self, number: str) -> None:
        """The caller asks for everything to be deleted."""
        pseudonyms, now = self.pseudonyms(number), self.clock.now()
        self.database.transact(lambda session: erase_caller(session, pseudonyms, Actor(now)))

    def center(self, key: str) -> Center:
        return Center(self, self.directory.centers[key])

    def caller(self, number: str = "+13105550188", **seen: Any) -> Caller:
        return Caller(self, CallerBehavior(number, **seen))

    def expects(self, number: str, behavior: CenterBehavior) -> None:
        """Whoever is rung there next on the pending call does this."""
        self._behaviors.setdefault(number, []).append(behavior)

    def dials(self, call: PlacedCall) -> None:
        self.catch_up()
        self._pending = call
        self.calls.append(call)

    def catch_up(self) -> None:
        """Place the call that waits for its people to know what they will do."""
        call, self._pending = self._pending, None
        if call is not None:
            behaviors, self._behaviors = self._behaviors, {}
            call.happens(CenterBehaviors(behaviors))

    def passes(self, **time: float) -> None:
        """Time passes, after what is still to happen."""
        self.catch_up()
        self.clock.advance(timedelta(**time).total_seconds())

    def is_now(self, moment: datetime) -> None:
        self.catch_up()
        self.clock.advance_to(moment)

    def goes_on(self, call: PlacedCall) -> PlacedCall:
        """This call is answered, and its people talk until `talks_end`."""
        self.network.holds("dialled", "status")
        self.catch_up()
        self.network.holds_no_more()
        return call

    def talks_end(self) -> None:
        self.catch_up()
        self.network.releases()

    @property
    def dialer(self) -> ReturnCallDialer:
        """Where the external worker rings owners from: with the real client and the played carrier."""
        carrier = TwilioRest(ACCOUNT.sid, ACCOUNT.token, transport=InProcessTransport(self.carrier.rest))
        made = self.dependencies
        dependencies = PromiseDependencies(made.directories, made.memory, BY_DAY, self.vault)
        return ReturnCallDialer(self.database, dependencies, carrier, ORIGIN, self.clock.now)

    def rings_owners(self, most: int = 5) -> list[SimulatedCall]:
        """The external worker rings the owners of the promises that are due, and the carrier performs it."""
        self.settles()
        behaviors, self._behaviors = self._behaviors, {}
        people, stories = CenterBehaviors(behaviors), list[SimulatedCall]()
        for _ in range(most):
            if not ring_next(self.dialer):
                break
            stories += self.carrier.perform_queued(people, faults=self.faults_of_returns)
            self.clock.advance(1)
        self.returned += stories
        return stories

    def reconciliation(self, transport: CarrierTransport | None = None) -> ReconciliationContext:
        """Who compares, and asks the carrier over this transport."""
        carrier = TwilioRest(
            ACCOUNT.sid, ACCOUNT.token, transport=transport or InProcessTransport(self.carrier.rest)
        )
        directories, memory = self.dependencies.directories, self.dependencies.memory
        return ReconciliationContext(self.database, carrier, directories, memory, self.clock.now)

    def compares(self, day: date, transport: CarrierTransport | None = None) -> list[Row]:
        """The external worker compares a day with the carrier's records; what was found, and is put right by now."""
        self.settles()
        reconcile(self.reconciliation(transport), day)
        self.settles()
        return self.rows("carrier_difference", day=day.isoformat())

    def sweeps(self) -> None:
        """Promises that were missed move on."""
        self.catch_up()
        now, dependencies = self.clock.now(), self.dialer.dependencies
        for call in self.database.transact(lambda session: overdue_promises(session, now)):
            self.database.transact(partial(reassign_overdue, dependencies=dependencies, call=call, now=now))

    def settles(self) -> None:
        """The workers settle all that waits."""
        self.catch_up()
        while settle(self.database, subscriptions(self.dependencies.directories), self.clock.now()):
            pass

    def reaps(self) -> list[str]:
        """The reaper ends what nothing more is heard of; the SIDs of those calls."""
        self.catch_up()
        memory, now = RoutingMemory(), self.clock.now()
        sids = self.database.transact(lambda session: overdue(session, now))
        for sid in sids:
            self.database.transact(partial(reap, self.dependencies.directories, memory, sid, now))
        return sids

    def asks_fallback(
        self, call: PlacedCall, missed: NetworkRequest | None, status: str = "in-progress"
    ) -> bytes:
        """The carrier says that it did not get the answer to this request, or to one of nobody's."""
        url = missed.url if missed else "https://elsewhere.example/"
        parties = Parties(
            ACCOUNT.sid, call.sid, call.story.caller, call.story.dialled, Location(), Location()
        )
        told = document_failed(parties, status, 11200, url)
        return self.sends("/twilio/fallback", told).body

    def sends(self, path: str, fields: Fields) -> WebhookResponse:
        """A signed request of the carrier, outside of any call."""
        self.catch_up()
        headers = {"X-Twilio-Signature": sign(ACCOUNT.token, ORIGIN + path, fields)}
        return self.network.post(ORIGIN + path, fields, headers)

    def rows(self, table: str, **where: Any) -> list[Row]:
        """The rows of a table with these values, in the order of its key."""
        self.catch_up()
        if self._read is None:
            return self._rows(table, where)
        if table not in self._read:
            self._read[table] = self._rows(table, {})
        return [row for row in self._read[table] if all(row[name] == value for name, value in where.items())]

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Nothing happens meanwhile, so each table is read once, and all of them in one transaction."""
        self.catch_up()
        with self.database.engine.begin() as self._reading:
            self._read = {}
            try:
                yield
            finally:
                self._read = None

    def _rows(self, table: str, where: dict[str, Any]) -> list[Row]:
        query = _in_order(table).filter_by(**where) if where else _in_order(table)
        with (
            nullcontext(self._reading)
            if self._read is not None
            else self.database.engine.begin() as connection
        ):
            return [dict(row) for row in connection.execute(query).mappings()]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        self.catch_up()
        with self.database.engine.begin() as connection:
            return {row.name: row.rows for row in connection.execute(_counts())}

    def closes(self) -> None:
        self._close_database()
        self._web.ends()


@cache
def _in_order(table: str) -> sa.Select[Any]:
    """All of a table, in the order of its key."""
    chosen = tables.metadata.tables[table]
    return sa.select(chosen).order_by(*chosen.primary_key.columns)


@cache
def _counts() -> sa.CompoundSelect[Any]:
    """How many rows each table has."""
    return sa.union_all(
        *(
            sa.select(sa.literal(table.name).label("name"), sa.func.count().label("rows")).select_from(table)
            for table in tables.metadata.sorted_tables
        )
    )
