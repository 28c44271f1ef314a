"""Databases with two tables to write into, for both ways to run a transaction."""

from collections.abc import Iterator

import pytest

from callrouter.database import Database
from tests.database.notes import make_tables


@pytest.fixture(params=[True, False], ids=["pipelined", "ordinary"])
def database(database_url: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    database = Database(database_url, connections=4, pipelined=request.param)
    make_tables(database)
    yield database
    database.close()
