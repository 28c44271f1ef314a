"""What every test may ask for: real servers, started when the first test wants them, and fresh databases."""

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from callrouter.migrations import upgrade
from tests.servers.databases import Databases, migrated_databases, new_name
from tests.servers.postgres import PostgresServer, running_postgres
from tests.servers.valkey import ValkeyServer, running_valkey

# Examples take as long as a database takes, so no deadline. CI runs the same examples every time, and
# `HYPOTHESIS_PROFILE=long` looks further.
settings.register_profile("default", deadline=None, max_examples=50, derandomize="CI" in os.environ)
settings.register_profile("long", deadline=None, max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Plain tracebacks: rich colors each, and shows all variables, which takes longer than most tests.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with running_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres: PostgresServer) -> Iterator[Databases]:
    """For a test that wants several."""
    with migrated_databases(postgres, upgrade) as databases:
        yield databases


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A fresh database, as the migrations leave it."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: PostgresServer) -> Iterator[str]:
    """One without a schema."""
    name = new_name()
    postgres.create_database(name)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def broker_url(valkey: ValkeyServer) -> str:
    """The broker for Celery, with nothing in it."""
    valkey.empty()
    return valkey.broker_url
