"""What happens behind the calls, against COPY of the same rows."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from bench.directory import DIALLED, HELPLINE, a_directory
from bench.figure import Figure, Result, at_least
from bench.house import House
from bench.proof import expect
from callrouter.calls.exchange import Answer
from callrouter.calls.steps import Greeting, Ring
from callrouter.database import Database
from callrouter.directory.directory import Directory
from callrouter.directory.versions import DirectoryShelf
from callrouter.events.settle import settle
from webhooks.twiml import renderer
from workers.subscriptions import subscriptions

MEANING = """\
Calls that have ended, each with an accepted leg, two told facts (greeting and connecting) and its end in the outbox,
are settled in the batches of the worker by one process: a record, a charge (no caller repeats) and two disclosures
each, four rows. Against COPY of the same rows, ready as text, in one transaction into empty tables with the same
indexes and without foreign keys, in the same database right after it. 1 would mean as fast as COPY."""

TABLES = ("call_record", "entry", "disclosure")
EMPTIED = "TRUNCATE call, call_record, entry, disclosure, outbox, leg CASCADE"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    calls: int


LONG = Size(3, 20_000)
SHORT = Size(3, 200)


def measure(house: House, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    directory = a_directory(seats=10)
    with house.new_database(directory) as name:
        url = house.postgres.url(name)
        with (
            closing(Database(url, connections=2)) as database,
            psycopg.connect(url.replace("+psycopg", "")) as connection,
        ):
            figures = [_rate_of_copy(database, connection, directory, size.calls) for _ in range(size.rounds)]
    return Result("settle", "Behind the calls", MEANING, [Figure("of COPY", figures, at_least(0.3))])


def _rate_of_copy(
    database: Database, connection: psycopg.Connection, directory: Directory, calls: int
) -> float:
    make_ended_calls(connection, directory, calls)
    ours = _seconds_to_settle(database)
    expect("rows that were settled", _counts(connection, TABLES), (calls, calls, 2 * calls))
    expect("facts that are left", _counts(connection, ("outbox",)), (0,))
    return _seconds_to_copy(connection, calls) / ours


def _seconds_to_settle(database: Database) -> float:
    what_follows = subscriptions(DirectoryShelf())
    began = time.perf_counter()
    while settle(database, what_follows, datetime.now(UTC)):
        pass
    return time.perf_counter() - began


def _seconds_to_copy(connection: psycopg.Connection, calls: int) -> float:
    rows = {table: _as_text(connection, table) for table in TABLES}
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS copy_of_{table}")
        connection.execute(f"CREATE TABLE copy_of_{table} (LIKE {table} INCLUDING ALL)")
    connection.commit()
    began = time.perf_counter()
    for table, text in rows.items():
        with connection.cursor().copy(f"COPY copy_of_{table} FROM STDIN") as copy:
            copy.write(text)
    connection.commit()
    seconds = time.perf_counter() - began
    copies = tuple(f"copy_of_{table}" for table in TABLES)
    expect("rows that were copied", _counts(connection, copies), (calls, calls, 2 * calls))
    return seconds


def _as_text(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


def _counts(connection: psycopg.Connection, tables: tuple[str, ...]) -> tuple[int, ...]:
    counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchall() for table in tables]  # noqa: S608
    connection.commit()
    return tuple(rows[0][0] for rows in counts)


def make_ended_calls(connection: psycopg.Connection, directory: Directory, calls: int) -> None:
    """Nothing but so many calls that were answered and are over, with their facts in the order of a busy day."""
    centers = list(directory.centers.values())
    told = [_told(Greeting("Addiction Helpline America", "en", ("es",), may_show_number=True))]
    told.append(
        _told(Ring("connecting", centers[0].key, centers[0].name, "en", 1, "+1", DIALLED, 20, screens=False))
    )
    connection.execute(EMPTIED)
    connection.execute(_CALLS, {"calls": calls, "dialled": DIALLED, "helpline": HELPLINE})
    connection.execute(
        _LEGS, {"centers": [each.key for each in centers], "partners": [each.partner for each in centers]}
    )
    connection.execute(
        _FACTS, {"greeting": told[0], "connecting": told[1], "centers": [each.key for each in centers]}
    )
    connection.commit()
    connection.execute("ANALYZE call, leg, outbox")
    connection.commit()


def _told(step: Greeting | Ring) -> str:
    answer: Answer = renderer("https://calls.example")(step, 1)
    return answer.told.words if answer.told else ""


_CALLS = """
INSERT INTO call (sid, arrived_at, dialled, route, helpline, only_center, caller, caller_match, state, simulated,
    directory_version, status, turn, attempts, language, shows_number, outcome, last_heard_at, ended_at,
    carrier_seconds, reaped)
SELECT 'CA' || md5(n::text), now() + n * interval '1 ms', %(dialled)s, 'helpline', %(helpline)s, '', '+1310***0188',
    'k1.' || md5('caller ' || n), 'CA', false, 1, 'ended', 3, 1, 'en', false, 'answered',
    now() + interval '2 min', now() + interval '2 min', 150, false
FROM generate_series(1, %(calls)s::int) AS n
"""
_LEGS = """
INSERT INTO leg (call, number, only_center, center, directory_version, partner, kind, name, phone, ring_seconds, screens, began_at, sid,
    progress, outcome, talk_seconds, closed_at)
SELECT sid, 1, '', (%(centers)s::text[])[seat], 1, (%(partners)s::text[])[seat], 'helpline', 'Recovery Center',
    '+12125550100', 20, false, arrived_at, reverse(sid), 'completed', 'accepted', 120, ended_at
FROM (SELECT *, 1 + row_number() OVER () %% cardinality(%(centers)s::text[]) AS seat FROM call) AS seated
"""
_FACTS = """
INSERT INTO outbox (fact, call, at, turn, what, center, wording, language, words)
SELECT fact, sid, arrived_at, facts.turn, what, CASE WHEN facts.turn = 2 THEN (%(centers)s::text[])[1] END,
    what || '@1', 'en', words
FROM call, (VALUES ('told', 1, 'greeting', %(greeting)s), ('told', 2, 'connecting', %(connecting)s),
    ('ended', 0, NULL, NULL)) AS facts (fact, turn, what, words)
ORDER BY arrived_at + CASE facts.turn WHEN 1 THEN 0 WHEN 2 THEN 20 ELSE 140 END * interval '1 s'
"""
