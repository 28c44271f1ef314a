"""A day with calls of two partners, Sunrise and Harbor, with their promises, money, invoices and disputes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from callrouter.billing.disputes.decision import DisputeDecision, decide_dispute
from callrouter.billing.disputes.model import IN_PART
from callrouter.billing.disputes.objection import Objection, object_to_charge
from callrouter.billing.manual_entries import CreditRequest, ManualEntry, adjust, credit, record_payment
from callrouter.database import Session
from callrouter.invoices.close import CloseRequest, close_month
from callrouter.invoices.documents import PDF, document
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from tests.directories import partner as a_partner
from tests.directories import rate
from tests.evidence.logs import logs
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

HARBOR_ENTERED = {"credit": 277, "payment": "6.61", "adjustment": "8.83"}
SUNRISE_ENTERED = {"credit": 200, "payment": "5.00", "adjustment": "3.00"}
HARBOR_PRICES = a_partner(
    "harbor", rates=(rate("helpline", price_minor=4137), rate("listing", price_minor=2319))
)


@dataclass(frozen=True)
class TwoPartners:
    """The calls of that day."""

    of_sunrise: PlacedCall
    """its listing was dialed, and it took the call"""
    of_harbor: PlacedCall
    """the same of Harbor"""
    of_both: PlacedCall
    """the helpline was dialed; Sunrise did not answer, and Harbor took the call"""
    given_up: PlacedCall
    """Harbor's listing was dialed; the caller asked for the helpline, and Sunrise took the call"""
    promised_by_sunrise: PlacedCall
    promised_by_harbor: PlacedCall

    @property
    def without_sunrise(self) -> list[PlacedCall]:
        """Those that are nothing to Sunrise."""
        return [self.of_harbor, self.promised_by_harbor]


def two_partners(world: World) -> TwoPartners:
    """Place the calls, and do with the money what staff do."""
    world.edits(HARBOR_PRICES)
    calls = _place_calls(world)
    world.passes(days=2)
    world.compares(START.date())
    for key, charged, entered in (
        ("sunrise", calls.of_sunrise.sid, SUNRISE_ENTERED),
        ("harbor", calls.of_harbor.sid, HARBOR_ENTERED),
    ):
        world.database.transact(partial(_dispute, world=world, call=charged))
        world.database.transact(partial(_enter, world=world, key=key, call=charged, entered=entered))
        _close(world, key)
    return calls


def _place_calls(world: World) -> TwoPartners:
    sunrise, harbor = world.center("sunrise-la"), world.center("harbor-sd")
    of_sunrise = world.caller("+13105550188").dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.settles()
    of_harbor = world.caller("+16195550123").dials(HARBOR_PAGE)
    harbor.accepts()
    world.settles()
    of_both = world.caller("+14155550101").dials(NATIONAL)
    sunrise.does_not_answer()
    harbor.accepts()
    world.settles()
    given_up = world.caller("+17025550144").presses("3").dials(HARBOR_PAGE)
    harbor.does_not_answer()
    sunrise.accepts()
    world.settles()
    by_sunrise = world.caller("+19165550155").presses("2").dials(SUNRISE_PAGE)
    sunrise.does_not_answer()
    world.settles()
    by_harbor = world.caller("+18585550166").presses("2").dials(HARBOR_PAGE)
    harbor.does_not_answer()
    world.settles()
    harbor.accepts()
    for owed in (sunrise, harbor):
        owed.does_not_answer()
    world.rings_owners()
    world.settles()
    return TwoPartners(of_sunrise, of_harbor, of_both, given_up, by_sunrise, by_harbor)


def _dispute(session: Session, world: World, call: str) -> None:
    now = world.clock.now()
    object_to_charge(session, invoice_of_charge, Objection(call, "bad-line", "it broke off", "pat"), now)
    decision = DisputeDecision(call, IN_PART, f"a part of {call}", "ada", "1.00")
    decide_dispute(session, world.dependencies.directories, decision, now)


def _enter(session: Session, world: World, key: str, call: str, entered: Mapping[str, Any]) -> None:
    directories, now = world.dependencies.directories, world.clock.now()
    credit(session, directories, CreditRequest(call, entered["credit"], f"a gift to {key}", "ada"), now)
    payment = ManualEntry(key, entered["payment"], f"check of {key}", "ada", True, "USD")
    record_payment(session, directories, payment, now)
    adjustment = ManualEntry(key, entered["adjustment"], f"set-up of {key}", "ada", True, "USD")
    adjust(session, directories, adjustment, now)


def _close(world: World, key: str) -> None:
    request = CloseRequest(key, f"{START:%Y-%m}", True, "ada", early=True)
    directories, now = world.dependencies.directories, world.clock.now()
    closed = world.database.transact(lambda session: close_month(session, directories, request, now))
    logs(world.database)
    for invoice in closed.invoices:
        document(world.database, invoice, PDF, now)
