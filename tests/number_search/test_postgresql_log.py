"""The embedded PostgreSQL writes no value into its log, whatever a statement comes to."""

from collections.abc import Mapping
from contextlib import suppress

import psycopg
import pytest

from server.embedded.command import DISCREET
from tests.number_search.installation import TALKATIVE
from tests.number_search.search import NumberSearch
from tests.servers.embedded_postgres import embedded_postgres

NUMBER = "+12125671234"
FAILING = (
    "SELECT %s::int",
    "INSERT INTO kept VALUES (%s)",
    "INSERT INTO refusing VALUES (%s)",
    "SELECT pg_terminate_backend(pg_backend_pid()), %s",
)


def logged(settings: Mapping[str, str]) -> bytes:
    """What it writes when statements with a number fail: as a value, and in their text."""
    with embedded_postgres(settings) as server:
        server.execute("CREATE TABLE kept (caller text PRIMARY KEY)")
        server.execute("CREATE TABLE refusing (caller text CHECK (caller = 'nobody'))")
        server.execute("INSERT INTO kept VALUES (%s)", (NUMBER,))
        for failing in FAILING:
            for statement, values in ((failing, (NUMBER,)), (failing.replace("%s", f"'{NUMBER}'"), ())):
                with suppress(psycopg.Error):
                    server.execute(statement, values)
        server.kill()
        return (server.directory / "log").read_bytes()


@pytest.mark.parametrize(
    ("settings", "found"), [(DISCREET, set()), (TALKATIVE, {NUMBER})], ids=["ours", "talkative"]
)
def test_a_statement_that_fails_leaves_its_values_only_in_a_talkative_log(
    settings: Mapping[str, str], found: set[str]
) -> None:
    assert {each.number for each in NumberSearch([NUMBER]).find("log", logged(settings))} == found
