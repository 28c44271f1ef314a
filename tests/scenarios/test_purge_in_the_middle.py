"""Purging and erasing in the middle of promises, disputes and months that are not closed comes to the same accounts."""

from collections.abc import Callable
from functools import partial

import pytest

from callrouter.billing.disputes.decision import DisputeDecision, decide_dispute
from callrouter.billing.disputes.model import IN_PART
from callrouter.billing.disputes.objection import Objection, object_to_charge
from callrouter.database import Session
from callrouter.invoices.close import CloseRequest, close_month
from callrouter.invoices.invoice_of_charge import invoice_of_charge
from tests.scenarios.conftest import OpenWorld
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.purging import money, proofs_hold, purges
from tests.scenarios.world import START, Row, World

ERASED, AGAIN, PROMISED = "+13105550101", "+14155550102", "+16195550103"
Between = Callable[[World], object]


def a_month(world: World, between: Between) -> None:
    """Calls, a dispute about one, a repeat, a promise that is kept, and the invoice; `between` happens in between."""
    sunrise = world.center("sunrise-la")
    disputed = world.caller(ERASED).dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.caller(AGAIN).dials(SUNRISE_PAGE)
    sunrise.accepts()
    promised = world.caller(PROMISED)
    promised.presses("", "1").dials(NATIONAL)
    world.settles()
    between(world)
    world.database.transact(partial(_objects, world=world, call=disputed.sid))
    world.passes(days=2)
    between(world)
    world.caller(AGAIN).dials(SUNRISE_PAGE)
    sunrise.accepts()
    world.settles()
    between(world)
    sunrise.accepts()
    promised.takes_the_return_call()
    world.rings_owners()
    world.settles()
    between(world)
    world.database.transact(partial(_decides, world=world, call=disputed.sid))
    between(world)
    world.passes(days=10)
    for day in sorted({row["arrived_at"].date() for row in world.rows("call")}):
        world.compares(day)
    between(world)
    world.database.transact(partial(_closes, world=world))
    between(world)


def _objects(session: Session, world: World, call: str) -> None:
    objection = Objection(call, "bad-line", "it broke off", "pat")
    object_to_charge(session, invoice_of_charge, objection, world.clock.now())


def _decides(session: Session, world: World, call: str) -> None:
    decision = DisputeDecision(call, IN_PART, "the noise is confirmed", "ada", "1.00")
    decide_dispute(session, world.dependencies.directories, decision, world.clock.now())


def _closes(session: Session, world: World) -> None:
    request = CloseRequest("sunrise", f"{START:%Y-%m}", True, "ada", early=True)
    close_month(session, world.dependencies.directories, request, world.clock.now())


def nothing(world: World) -> None:
    """It happens undisturbed."""


def erases(world: World) -> None:
    if world.pseudonyms(ERASED):
        world.erases(ERASED)


def purges_and_erases(world: World) -> None:
    purges(world)
    erases(world)
    assert purges(world).numbers == 0


def promises(world: World) -> list[tuple[str, int]]:
    return [(row["state"], row["attempts"]) for row in world.rows("promise")]


def accounts(world: World) -> tuple[dict[str, list[Row]], list[tuple[str, int]]]:
    return money(world), promises(world)


@pytest.mark.parametrize("between", [purges, erases, purges_and_erases])
def test_it_comes_to_the_same(open_world: OpenWorld, between: Between) -> None:
    undisturbed, disturbed = open_world(), open_world()
    a_month(undisturbed, nothing)
    a_month(disturbed, between)
    assert accounts(disturbed) == accounts(undisturbed)
    assert promises(disturbed) == [("kept", 1)]
    amounts = [row["amount"] for row in disturbed.rows("ledger_entry")]
    assert sorted(amounts) == [100, 2000, 2000, 3500]
    assert [row["act"] for row in disturbed.rows("privacy_act")] != []
    assert proofs_hold(disturbed)
    assert disturbed.rows("sealed_number") == [] or between is erases
    assert [world.pseudonyms(ERASED) == [] for world in (undisturbed, disturbed)] == [
        False,
        between is not purges,
    ]
