"""Databases with two tables to write into."""

from collections.abc import Iterator

import pytest

from callrouter.database import Database
from tests.database.notes import make_tables


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """One of each kind in turn."""
    yield from _opened(database_url)


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[Database]:
    yield from _opened(postgres_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    yield from _opened(sqlite_url)


def _opened(url: str) -> Iterator[Database]:
    database = Database(url, connections=4)
    make_tables(database)
    yield database
    database.close()
