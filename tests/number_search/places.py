"""Everything that is at rest, or has left a process, by its place: what is searched for numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

import psycopg
import redis
import sqlalchemy as sa
from psycopg import sql

from config.data_dir import VALKEY, socket_path
from tests.number_search.installation import Installation

Place = tuple[str, bytes]
ZEROS = b"\0" * 4096
BLOCK = 32 << 20
OVERLAP = 1 << 20
PUBLIC_PAGES = (
    "/",
    "/metrics",
    "/healthz",
    "/readyz",
    "/statusz",
    "/who-answers",
    "/who-answers.json",
    "/evidence/checkpoint",
    "/evidence/tile/0/000",
    "/evidence/tile/entries/000",
    "/console/sign-in",
)
ACTIVITY = (
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stat_statements",
    "SELECT * FROM pg_prepared_statements",
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_settings",
)


def files_of(name: str, directory: Path, but: Collection[str] = ()) -> Iterator[Place]:
    """Each file, in blocks that overlap, but not those of some folders. Some are removed meanwhile."""
    for path in sorted(directory.rglob("*")):
        if str(path.parent.relative_to(directory)) not in but:
            with suppress(OSError):
                if path.is_file() and not path.is_symlink():
                    yield from blocks(f"{name} {path.relative_to(directory)}", path)


def blocks(name: str, path: Path) -> Iterator[Place]:
    """A log has gigabytes. Long runs of zeros hold nothing, and are left out."""
    before = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield name, (before + block).replace(ZEROS, b"\0")
            before = block[-OVERLAP:]


def tables_of(conninfo: str) -> Iterator[Place]:
    """Each table of the database in full, as COPY writes it, and what the server knows of statements and values."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_temp%' ORDER BY 1, 2"
        ).fetchall()
        for schema, table in tables:
            yield (
                f"table {table}",
                copied(connection, sql.SQL("TABLE {}").format(sql.Identifier(schema, table))),
            )
        for asked in ACTIVITY:
            yield asked, copied(connection, sql.SQL(asked))


def copied(connection: psycopg.Connection, query: sql.Composable) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as rows:
        return b"".join(bytes(row) for row in rows)


def broker_of(installation: Installation) -> Iterator[Place]:
    """Every key of the broker, with what it holds."""
    path = socket_path(installation.settings.data_dir, VALKEY)
    with redis.Redis(unix_socket_path=str(path)) as client:
        for key in client.scan_iter():
            yield f"broker {key!r}", key + repr(_value(client, key)).encode()
        yield "broker slowlog", repr(client.slowlog_get(1000)).encode()


def _value(client: redis.Redis, key: bytes) -> object:
    kind = client.type(key)
    if kind == b"list":
        return client.lrange(key, 0, -1)
    if kind == b"hash":
        return client.hgetall(key)
    if kind == b"set":
        return client.smembers(key)
    if kind == b"zset":
        return client.zrange(key, 0, -1, withscores=True)
    return client.get(key)


def pages_of(installation: Installation) -> Iterator[Place]:
    for path in PUBLIC_PAGES:
        yield f"page {path}", installation.get(path)


def received_by(installation: Installation) -> Iterator[Place]:
    """What has left: mail, and webhooks about alerts."""
    for message in installation.mail.accepted:
        yield f"mail to {message.recipients}", message.text
        for part in message_from_bytes(message.text).walk():
            yield f"attachment {part.get_filename()}", part.get_payload(decode=True) or b""  # type: ignore[misc]
    for request in installation.alerts.received:
        yield f"webhook {request.path}", repr(request.headers).encode() + request.body


def processes_of(installation: Installation) -> Iterator[Place]:
    """What the system shows everybody of the processes: their command lines and environments."""
    for name, pid in installation.processes().items():
        with suppress(OSError):
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            yield f"process {name[:60]}", name.encode() + b"\0" + environment


def places_while_it_runs(installation: Installation) -> Iterator[Place]:
    """All that can be read while the processes run."""
    sources: Iterable[Iterator[Place]] = (
        broker_of(installation),
        pages_of(installation),
        processes_of(installation),
        tables_of(installation.conninfo),
        received_by(installation),
    )
    for source in sources:
        yield from source


def places_at_rest(installation: Installation) -> Iterator[Place]:
    """All files: of the installation, its output and exports, and of PostgreSQL with its logs and the WAL."""
    yield from files_of("installation", installation.home)
    others = installation.server.execute(
        "SELECT oid FROM pg_database WHERE datname <> %s", (sa.make_url(installation.database_url).database,)
    )
    # Of other databases there is nothing but what initdb and the migrations have written.
    yield from files_of(
        "postgresql", installation.server.directory, {f"data/base/{oid}" for (oid,) in others}
    )
