"""A database for the tests that take decisions."""

from collections.abc import Iterator

import pytest

from callrouter.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, connections=4)
    yield database
    database.close()
