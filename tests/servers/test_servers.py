"""The servers under the other tests are real, quick to copy from, and leave nothing behind."""

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import psycopg
import pytest
import redis
from kombu.connection import Connection
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from tests.servers.databases import Databases, new_name
from tests.servers.embedded_postgres import EmbeddedPostgres, embedded_postgres
from tests.servers.postgres import PostgresServer, running_postgres
from tests.servers.process_group import ServerDidNotStart
from tests.servers.valkey import ValkeyServer, running_valkey

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SECONDS = 30

OWNER = """
import os, sys
from tests.servers.{module} import {starter}
with {starter}() as server:
    {first}
    print(server.pid, server.directory, flush=True)
    sys.stdin.read()
"""
# A child that outlives its parent, and holds open what the parent had opened.
FORK = "os.fork() or (os.close(1), os.close(2), os.read(0, 1), os._exit(0))"


def tables_of(url: str) -> list[str]:
    return inspect(create_engine(url, poolclass=NullPool)).get_table_names()


def create_table(url: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE only_here (id integer)")


def starts_in_vain(settings: dict[str, str]) -> None:
    with running_postgres(settings):
        pass


def ping(server: ValkeyServer) -> bool:
    with redis.Redis.from_url(server.redis_url) as client:
        return bool(client.ping())


def ends(output: IO[str] | None) -> bool:
    """The error output of an owner has ended, for the keeper, which inherits it, goes last."""
    assert output is not None
    return bool(select.select([output], [], [], SECONDS)[0]) and output.read() == ""


@contextmanager
def owner_of(starter: str, module: str, first: str) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    program = OWNER.format(module=module, starter=starter, first=first)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as owner:
        assert owner.stdout is not None
        pid, directory = owner.stdout.readline().split()
        yield owner, int(pid), Path(directory)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[EmbeddedPostgres]:
    with embedded_postgres({"commit_delay": "2000"}, durable=True) as server:
        yield server


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    with running_valkey() as server:
        yield server


def test_postgres_answers(postgres: PostgresServer) -> None:
    assert postgres.execute("SELECT current_setting('server_encoding')") == [("UTF8",)]


def test_a_migrated_database_has_tables(database_url: str) -> None:
    assert "alembic_version" in tables_of(database_url)


def test_what_one_test_writes_no_other_sees(databases: Databases) -> None:
    with databases.fresh() as mine, databases.fresh() as theirs:
        create_table(mine)
        assert "only_here" in tables_of(mine)
        assert "only_here" not in tables_of(theirs)


def test_a_database_made_from_the_template_is_ready_in_well_under_a_second(
    databases: Databases,
) -> None:
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        with databases.fresh():
            durations.append(time.perf_counter() - start)
    assert min(durations) < 0.5


def test_nobody_can_write_into_the_template(databases: Databases) -> None:
    url = databases.server.url(databases.template)
    with pytest.raises(Exception, match="not currently accepting connections"):
        create_table(url)


def test_a_database_goes_although_somebody_is_connected(postgres: PostgresServer) -> None:
    name = new_name()
    postgres.create_database(name)
    with create_engine(postgres.url(name)).connect():
        postgres.drop_database(name)
    assert postgres.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)) == []


def test_a_durable_postgres_waits_for_the_disk(own_postgres: EmbeddedPostgres) -> None:
    names = "'fsync', 'synchronous_commit', 'full_page_writes', 'commit_delay'"
    settings = own_postgres.execute(f"SELECT setting FROM pg_settings WHERE name IN ({names}) ORDER BY name")
    assert settings == [("2000",), ("on",), ("on",), ("on",)]


def test_a_killed_postgres_comes_back_with_what_was_committed(own_postgres: EmbeddedPostgres) -> None:
    own_postgres.execute("CREATE TABLE kept AS SELECT 7 AS n")
    own_postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        own_postgres.execute("SELECT n FROM kept")
    own_postgres.restart()
    assert own_postgres.execute("SELECT n FROM kept") == [(7,)]


def test_a_server_that_cannot_start_says_why() -> None:
    with pytest.raises(ServerDidNotStart, match="no_such_setting"):
        starts_in_vain({"no_such_setting": "1"})


def test_postgres_starts_where_no_user_namespace_is_to_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "setpriv").symlink_to(shutil.which("setpriv") or "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with embedded_postgres() as server:
        assert server.execute("SELECT 1") == [(1,)]


def test_valkey_answers(valkey: ValkeyServer) -> None:
    assert ping(valkey)


def test_celery_can_use_valkey_as_its_broker(broker_url: str) -> None:
    connection = Connection(broker_url)
    with connection, closing(connection.SimpleQueue("bell")) as queue:
        queue.put("ding")
        assert queue.get(timeout=SECONDS).payload == "ding"


def test_the_broker_of_a_test_is_empty(valkey: ValkeyServer, request: pytest.FixtureRequest) -> None:
    with redis.Redis.from_url(valkey.redis_url) as client:
        client.set("left", "over")
        request.getfixturevalue("broker_url")
        assert client.dbsize() == 0


def test_a_killed_valkey_answers_nobody(own_valkey: ValkeyServer) -> None:
    own_valkey.kill()
    with pytest.raises(redis.ConnectionError):
        ping(own_valkey)


def test_a_killed_valkey_comes_back_with_what_it_was_told(own_valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(own_valkey.redis_url) as client:
        client.set("told", "once")
        own_valkey.kill()
        own_valkey.restart()
        assert client.get("told") == b"once"


@pytest.mark.parametrize("first", ["pass", FORK], ids=["alone", "with a child"])
@pytest.mark.parametrize(
    ("module", "starter"), [("embedded_postgres", "embedded_postgres"), ("valkey", "running_valkey")]
)
def test_nothing_is_left_behind_after_kill_9_of_its_owner(module: str, starter: str, first: str) -> None:
    with owner_of(starter, module, first) as (owner, server, directory):
        os.kill(server, 0)
        owner.kill()
        assert ends(owner.stderr)
        with pytest.raises(ProcessLookupError):
            os.kill(server, 0)
    assert not directory.exists()
