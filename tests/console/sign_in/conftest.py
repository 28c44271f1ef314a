"""A console without staff."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from callrouter.database import Database
from tests.console.sign_in.staffed_console import StaffedConsole


@pytest.fixture
def console(database_url: str) -> Iterator[StaffedConsole]:
    with closing(Database(database_url, connections=4)) as database:
        yield StaffedConsole(database)
