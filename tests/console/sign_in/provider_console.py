"""The console with single sign-on through a real provider, and people who have an account at both."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from werkzeug.test import TestResponse

from callrouter.staff.roles import Role
from console.dependencies import SingleSignOn
from tests.console.sign_in.staffed_console import Browser, StaffedConsole
from tests.servers.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, PersonThere

BEGIN = "/console/sign-in/provider"
RETURN = f"{BEGIN}/return"


def client_of(provider: IdentityProvider, *, is_required: bool = False) -> SingleSignOn:
    """What we are to the provider."""
    return SingleSignOn(provider.issuer, CLIENT_ID, CLIENT_SECRET, is_required)


@dataclass
class PersonOfBoth:
    """Somebody who is known to the provider, and is invited or not to the console."""

    there: PersonThere
    name: str

    def comes_back_from(self, begun: TestResponse) -> str:
        """Where the provider sends the person, who signs in there: path and query."""
        assert begun.status_code == 303, begun.text
        parts = urlsplit(self.there.signs_in(begun.location))
        return f"{parts.path}?{parts.query}"

    def signs_in(self, browser: Browser, target: str = "/console/") -> TestResponse:
        """Follows the link of the sign-in page, to its end."""
        return browser.opens(self.comes_back_from(browser.opens(f"{BEGIN}?next={quote(target)}")))


@dataclass
class ConsoleWithProvider:
    """A console, and its provider."""

    console: StaffedConsole
    provider: IdentityProvider

    def knows(self, name: str, *, verified: bool = True) -> PersonOfBoth:
        """Somebody whom the provider alone knows."""
        return PersonOfBoth(self.provider.knows("somebody", name, verified=verified), name)

    def has_person(self, name: str, role: Role = Role.VIEWER) -> PersonOfBoth:
        """Somebody who is invited, too, and whose address is verified."""
        self.console.invites(name, role)
        return self.knows(name)
