"""Databases with two tables to write into."""

from collections.abc import Iterator

import pytest

from callrouter.database import Database
from tests.database.notes import make_tables


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, connections=4)
    make_tables(database)
    yield database
    database.close()
