"""What every test may ask for: real servers, started when the first test wants them, and fresh databases."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from callrouter.migrations import upgrade
from tests.servers.databases import PostgresDatabases, SqliteDatabases, migrated_postgres, migrated_sqlite
from tests.servers.postgres import PostgresServer, running_postgres
from tests.servers.valkey import ValkeyServer, running_valkey

# Examples take as long as a database takes, so no deadline. CI runs the same examples every time, and
# `HYPOTHESIS_PROFILE=long` looks further.
settings.register_profile("default", deadline=None, max_examples=50, derandomize="CI" in os.environ)
settings.register_profile("long", deadline=None, max_examples=2000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with running_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_databases(postgres: PostgresServer) -> Iterator[PostgresDatabases]:
    with migrated_postgres(postgres, upgrade) as databases:
        yield databases


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return migrated_sqlite(tmp_path_factory.mktemp("sqlite"), upgrade)


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    with postgres_databases.fresh() as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    with sqlite_databases.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind in turn; a run that selects only SQLite never starts PostgreSQL."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture
def broker_url(valkey: ValkeyServer) -> str:
    """The broker for Celery, with nothing in it."""
    valkey.empty()
    return valkey.broker_url
