"""The console's pages for somebody with any role, without the ceremony of signing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, redirect
from flask.testing import FlaskClient

from callrouter.carrier.trial_calls import TrialCalls
from callrouter.database import Database
from callrouter.privacy.vault import Vault
from callrouter.reveals.limits import ALONE
from callrouter.staff.roles import Role
from console.access import Viewer
from console.app import console_app
from console.dependencies import ConsoleDependencies
from console.pages import register_pages

NOBODY = None
SIGN_IN_PAGE = "/console/sign-in"
CONFIRM_PAGE = SIGN_IN_PAGE + "/confirm"


class KnownPerson:
    """Everybody who asks is this person, or nobody."""

    def __init__(
        self,
        role: Role | None,
        zone: str = "UTC",
        *,
        name: str = "Pat Example",
        confirmed: bool = True,
        partner: str = "sunrise",
        account: int = 1,
    ) -> None:
        self.role, self.zone, self.name, self.confirmed = role, zone, name, confirmed
        self.partner = partner if role is Role.PARTNER else None
        self.account = account

    def register(self, app: Flask) -> None:
        """There is nothing to sign in with."""

    def viewer(self) -> Viewer | None:
        if self.role is None:
            return None
        return Viewer(self.account, self.name, self.role, self.zone, partner=self.partner)

    def redirect_to_sign_in(self) -> Any:
        return redirect(SIGN_IN_PAGE)

    def require_confirmation(self) -> Any:
        return None if self.confirmed else redirect(CONFIRM_PAGE)


NO_CARRIER = TrialCalls("AC0", "token", "http://127.0.0.1:1")
"""where nothing listens"""


def console(
    database: Database,
    vault: Vault,
    clock: Callable[[], datetime],
    person: KnownPerson,
    trial_calls: TrialCalls | None = NO_CARRIER,
    *,
    reveals_alone: int = ALONE,
) -> Flask:
    """The application for this person. Without `trial_calls` the carrier is real."""
    dependencies = ConsoleDependencies(
        database,
        vault,
        clock,
        "http://127.0.0.1:8000",
        "s" * 32,
        simulated=trial_calls is not None,
        trial_calls=trial_calls,
        reveals_alone=reveals_alone,
    )
    app = console_app(dependencies, person, register_pages)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def client(database: Database, vault: Vault, clock: Callable[[], datetime], role: Role | None) -> FlaskClient:
    """A browser of somebody with this role."""
    return console(database, vault, clock, KnownPerson(role)).test_client()
