"""People who ask to see callers' numbers, each in a browser of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.reveals.limits import ALONE
from callrouter.staff.roles import Role
from tests.console.pages import KnownPerson, console
from tests.evidence.logs import logs
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

ALICE, OTHER = "+13105550188", "+14155550123"
WHY = "the police ask, in writing"
ADA, BOB = "ada", "bob"


def browser(
    world: World, name: str = ADA, role: Role = Role.COMPLIANCE, *, alone: int = ALONE
) -> FlaskClient:
    """A browser of somebody of the staff."""
    person = KnownPerson(role, name=name)
    return console(world.database, world.vault, world.clock.now, person, reveals_alone=alone).test_client()


def placed(world: World, number: str, *keys: str) -> PlacedCall:
    """A call that nobody took, with a promise to return it."""
    call = world.caller(number).presses("", "1", *keys).dials(NATIONAL)
    assert call.stored["sid"] == call.sid
    return call


def asks(page: FlaskClient, sid: str, number: str = "caller", why: str = WHY) -> TestResponse:
    return page.post(f"/console/calls/{sid}/number", data={"reason": why, "number": number})


def looks(page: FlaskClient, answer: TestResponse) -> TestResponse:
    """What stands where the browser is sent to."""
    assert answer.status_code == 303, answer.text
    return page.get(answer.location)


def sees(page: FlaskClient, world: World, sid: str, number: str = "caller") -> TestResponse:
    """Asks, and looks once it is logged."""
    answer = asks(page, sid, number)
    logs(world.database)
    return looks(page, answer)


def shown(answer: TestResponse) -> str | None:
    """The number that the page shows."""
    found = re.search(r"data-revealed[^>]*>([^<]*)<", answer.text)
    return found[1] if found else None


@dataclass(frozen=True)
class Act:
    person: str
    action: str
    subject: str
    reason: str


def acts(world: World) -> list[Act]:
    return [
        Act(row["person"], row["action"], row["subject"], row["reason"]) for row in world.rows("audit_log")
    ]


def actions(world: World) -> list[str]:
    return [act.action for act in acts(world)]
