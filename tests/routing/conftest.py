"""A database for the tests that take decisions."""

from collections.abc import Iterator

import pytest

from callrouter.database import Database
from tests.databases import open_database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url, connections=4) as database:
        yield database
