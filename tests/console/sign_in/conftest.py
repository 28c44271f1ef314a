"""A console without staff; with a provider of single sign-on, or without one."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from callrouter.database import Database
from tests.console.sign_in.provider_console import RETURN, ConsoleWithProvider, client_of
from tests.console.sign_in.staffed_console import PUBLIC_URL, StaffedConsole
from tests.server.running import free_port
from tests.servers.identity_provider import IdentityProvider, running_identity_provider


@pytest.fixture
def console(database_url: str) -> Iterator[StaffedConsole]:
    with closing(Database(database_url, connections=4)) as database:
        yield StaffedConsole(database)


@pytest.fixture(scope="session")
def provider_that_runs() -> Iterator[IdentityProvider]:
    with running_identity_provider(free_port()) as provider:
        provider.sends_back_to(PUBLIC_URL + RETURN)
        yield provider


@pytest.fixture
def provider(provider_that_runs: IdentityProvider) -> Iterator[IdentityProvider]:
    """Nobody tampers with it yet."""
    provider_that_runs.tampering.asked.clear()
    yield provider_that_runs
    provider_that_runs.tampering.changes.clear()
    provider_that_runs.tampering.pages.clear()


@pytest.fixture
def sso(database_url: str, provider: IdentityProvider) -> Iterator[ConsoleWithProvider]:
    with closing(Database(database_url, connections=4)) as database:
        console = StaffedConsole(database, single_sign_on=client_of(provider))
        yield ConsoleWithProvider(console, provider)
