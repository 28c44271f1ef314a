"""A database with staff."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from callrouter.database import Database
from tests.staff.people import Staff


@pytest.fixture
def staff(database_url: str) -> Iterator[Staff]:
    with closing(Database(database_url, connections=4)) as database:
        yield Staff(database)
