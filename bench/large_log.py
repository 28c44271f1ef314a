"""Proofs in a log of ten million records. The log is built in the database; its last thousand records are real."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from random import Random

import psycopg

from bench.figure import Figure, Result, at_most
from bench.load import percentile
from bench.log_writer import KEY
from bench.proof import expect
from callrouter.database import Database
from callrouter.evidence.append import append_records
from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.offline_verifier import leaf_hash, root_by_inclusion, verify_lines
from callrouter.evidence.prove import proof_of_call
from callrouter.evidence.stored_tree import StoredTiles, latest_head
from callrouter.evidence.tree import TreeEdge, inclusion_proof
from callrouter.migrations import upgrade
from tests.servers.postgres_server import PostgresServer

MEANING = """\
A log of {records:,} records, each with its own salt and commitment, in a database of its own. On top of it {calls:,}
calls are disclosed and logged, as the outbox sweeper does. A proof of a call reads its records, their entries and the
tiles, as `disclosure prove` does, and is verified by the offline verifier; the other proofs are of entries anywhere in
the log. Each is made anew, without what an earlier one has read in this process."""
CALLS, PROOFS = 1_000, 1_000
ENTRIES_AT_ONCE = 100_000
KEY_TEXT = NoteSigner(*KEY).log_key

_ENTRIES = """
INSERT INTO evidence_entry (position, source, key, salt, commitment)
SELECT n, 'ledger_entry', n, sha256(int8send(n)), sha256(int8send(-n - 1)) FROM generate_series(0, %s - 1) n
"""
_DISCLOSED = """
INSERT INTO disclosure (sequence, call, turn, at, what, wording, language, words)
SELECT n, 'CA' || n, 1, now(), 'greeting', 'greeting@1', 'en', 'Thank you for calling.' FROM generate_series(1, %s) n
"""


def measure(postgres: PostgresServer, records: int, name: str = "large_log") -> Result:
    """Build the log, and prove."""
    postgres.create_database(name)
    url = postgres.url(name)
    upgrade(url)
    began = time.monotonic()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        _fill(connection, records)
    print(f"{records:,} records were logged in {time.monotonic() - began:.0f} s", flush=True)
    with closing(Database(url, connections=1)) as database:
        appended = [_append(database)]
        of_calls = [_timed(database, number, _prove_call) for number in range(1, CALLS + 1)]
        chance = Random(7)  # noqa: S311
        of_any = [_timed(database, chance.randrange(records), _prove_entry) for _ in range(PROOFS)]
    title = f"Proofs among {records:,} records"
    return Result(
        "large log",
        title,
        MEANING.format(records=records, calls=CALLS),
        list(_figures(of_calls, of_any, appended)),
    )


def _figures(of_calls: list[float], of_any: list[float], appended: list[float]) -> Iterator[Figure]:
    for what, times in (("a proof of a call", of_calls), ("a proof of any entry", of_any)):
        yield Figure(f"{what}, p50", [percentile(times, 0.5) * 1000], unit="ms")
        yield Figure(f"{what}, p99", [percentile(times, 0.99) * 1000], at_most(100), "ms")
        yield Figure(f"{what}, at the most", [max(times) * 1000], at_most(100), "ms")
    yield Figure(
        f"{CALLS:,} records appended, with the head signed", [each * 1000 for each in appended], unit="ms"
    )


def _fill(connection: psycopg.Connection, records: int) -> None:
    # The guards and keys are for writers, and would make the filling take twice as long.
    connection.execute("SET session_replication_role = replica")
    connection.execute(_ENTRIES, [records])  # type: ignore[arg-type]
    edge = _grow(connection, records)
    signer, now = NoteSigner(*KEY), datetime.now(UTC)
    note = signer.sign(checkpoint_text(KEY.origin, edge.size, edge.root()))
    head = (edge.size, edge.root(), now, note + signer.cosign(note, now))
    connection.execute("INSERT INTO evidence_log VALUES (1, %s, %s)", [KEY.origin, KEY_TEXT])
    connection.execute("INSERT INTO evidence_head VALUES (%s, %s, %s, %s)", head)
    connection.execute(_DISCLOSED, [CALLS])  # type: ignore[arg-type]
    connection.execute("VACUUM ANALYZE evidence_entry, evidence_tile")


def _grow(connection: psycopg.Connection, records: int) -> TreeEdge:
    edge = TreeEdge()
    for first in range(0, records, ENTRIES_AT_ONCE):
        found = connection.execute(
            "SELECT commitment FROM evidence_entry WHERE position >= %s AND position < %s ORDER BY position",
            [first, first + ENTRIES_AT_ONCE],
        )
        tiles = edge.append(row[0] for row in found)
        with connection.cursor().copy("COPY evidence_tile (level, number, root, hashes) FROM STDIN") as copy:
            for tile in tiles:
                copy.write_row(tile)
    return edge


def _append(database: Database) -> float:
    began = time.perf_counter()
    done = database.transact(lambda session: append_records(session, KEY, datetime.now(UTC)))
    seconds = time.perf_counter() - began
    expect("records that were appended", done.records, CALLS)
    return seconds


def _timed(database: Database, number: int, prove: Callable[[Database, int], Callable[[], None]]) -> float:
    began = time.perf_counter()
    check = prove(database, number)
    seconds = time.perf_counter() - began
    check()
    return seconds


def _prove_call(database: Database, number: int) -> Callable[[], None]:
    lines = database.transact(lambda session: list(proof_of_call(session, f"CA{number}")))
    return lambda: expect("proofs", verify_lines([line.decode() for line in lines], KEY_TEXT)[0], 1)


def _prove_entry(database: Database, index: int) -> Callable[[], None]:
    with database.engine.connect() as connection:
        head = latest_head(connection)
        assert head
        proof = inclusion_proof(StoredTiles(connection, head.size), index, head.size)
        row = connection.exec_driver_sql(
            "SELECT commitment FROM evidence_entry WHERE position = %s", (index,)
        ).one()
    leaf, root = leaf_hash(row.commitment), head.root
    return lambda: expect("root", root_by_inclusion(leaf, index, head.size, proof), root)
