"""What the owner of the database can do to the log: edits, deletions, truncations, insertions and whole rewrites.

Each takes the owner's connection and chance, and returns what it did. Triggers do not hinder the owner.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, cast

import sqlalchemy as sa

from callrouter.evidence.append import SigningKey
from callrouter.evidence.model import EvidenceEntry, EvidenceHead, EvidenceLog, EvidenceTile
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.offline_verifier import commitment
from callrouter.evidence.records import SOURCES, records_of
from callrouter.evidence.tree import TreeEdge
from tests.evidence.logs import KEY, NOW, OTHER_KEY, signed_head

Tampering = Callable[[sa.Connection, Random], str]
ENTRY, TILE, HEAD, LOG = (
    cast(sa.Table, each.__table__) for each in (EvidenceEntry, EvidenceTile, EvidenceHead, EvidenceLog)
)


@contextmanager
def undone(connection: sa.Connection) -> Iterator[None]:
    """What is done in the block is undone after it."""
    attempt = connection.begin_nested()
    yield
    attempt.rollback()


CONSTRAINTS = sa.text(
    "SELECT conrelid::regclass::text AS table, conname FROM pg_constraint"
    " WHERE (contype IN ('c', 'u') OR conname = 'pk_evidence_entry') AND conrelid::regclass::text = ANY(:tables)"
)


def without_guards(connection: sa.Connection) -> None:
    """No trigger, no check and no constraint of uniqueness hinders the owner, until this transaction ends."""
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for row in connection.execute(
        CONSTRAINTS, {"tables": [*SOURCES, ENTRY.name, TILE.name, HEAD.name]}
    ).all():
        connection.exec_driver_sql(f"ALTER TABLE {row.table} DROP CONSTRAINT {row.conname} CASCADE")


def entries(connection: sa.Connection) -> Sequence[sa.Row[Any]]:
    return connection.execute(sa.select(ENTRY).order_by(ENTRY.c.position)).all()


def of_index(index: int) -> sa.ColumnElement[bool]:
    return ENTRY.c.position == index


def edits_a_record(connection: sa.Connection, chance: Random) -> str:
    entry = chance.choice(entries(connection))
    source = SOURCES[entry.source]
    column = chance.choice(
        [each for each in source.columns if not each.primary_key and not each.foreign_keys]
    )
    row = source.table.c[source.key] == entry.key
    changed = source.table.update().where(row).values({column: _another(column)})
    connection.execute(changed)
    return f"edits {column} of {entry.key}"


def _another(column: sa.Column[Any]) -> Any:
    """A value that is none of the test's, and that the constraints of the column allow or the owner drops."""
    if isinstance(column.type, sa.DateTime):
        return sa.func.coalesce(column, NOW) + sa.text("interval '1 second'")
    if isinstance(column.type, sa.Boolean):
        return ~column
    if isinstance(column.type, sa.Integer):
        return sa.func.coalesce(column, 0) + 1
    if isinstance(column.type, sa.LargeBinary):
        return sa.func.sha256(sa.func.coalesce(column, b""))
    return sa.func.concat(column, "x")


def deletes_a_record(connection: sa.Connection, chance: Random) -> str:
    entry = chance.choice(entries(connection))
    source = SOURCES[entry.source]
    connection.execute(source.table.delete().where(source.table.c[source.key] == entry.key))
    return f"deletes {entry.source} {entry.key}"


def deletes_an_entry(connection: sa.Connection, chance: Random) -> str:
    entry = chance.choice(entries(connection))
    connection.execute(ENTRY.delete().where(of_index(entry.position)))
    if chance.random() < 0.5:
        _closes_the_gap(connection, entry.position)
    return f"deletes entry {entry.position}"


def _closes_the_gap(connection: sa.Connection, index: int) -> None:
    connection.execute(ENTRY.update().where(ENTRY.c.position > index).values(position=ENTRY.c.position - 1))


def edits_an_entry(connection: sa.Connection, chance: Random) -> str:
    entry = chance.choice(entries(connection))
    column = chance.choice(["salt", "commitment", "key"])
    value = -7 if column == "key" else chance.randbytes(32)
    connection.execute(ENTRY.update().where(of_index(entry.position)).values({column: value}))
    return f"edits {column} of entry {entry.position}"


def swaps_two_entries(connection: sa.Connection, chance: Random) -> str:
    one, other = chance.sample(list(entries(connection)), 2)
    for old, new in ((one.position, -5), (other.position, one.position), (-5, other.position)):
        connection.execute(ENTRY.update().where(of_index(old)).values(position=new))
    return f"swaps {one.position} and {other.position}"


def inserts_an_entry(connection: sa.Connection, chance: Random) -> str:
    """With a record of its own, and everything after it moved."""
    before = entries(connection)
    index = chance.randrange(len(before) + 1)
    connection.execute(ENTRY.update().where(ENTRY.c.position >= index).values(position=ENTRY.c.position + 1))
    key = _adds_a_disclosure(connection)
    record, salt = records_of(connection, SOURCES["disclosure"], [key])[key], chance.randbytes(32)
    row = {"position": index, "source": "disclosure", "key": key, "salt": salt}
    connection.execute(ENTRY.insert(), {**row, "commitment": commitment(salt, record)})
    return f"inserts entry {index}"


def _adds_a_disclosure(connection: sa.Connection) -> int:
    table = SOURCES["disclosure"].table
    first = connection.execute(sa.select(table).order_by(table.c.sequence)).mappings().first()
    assert first
    connection.execute(table.insert(), {**first, "sequence": -3, "turn": 99})
    return -3


def inserts_an_old_record(connection: sa.Connection, chance: Random) -> str:
    _adds_a_disclosure(connection)
    return "inserts a record with an old number"


def truncates_the_log(connection: sa.Connection, chance: Random) -> str:
    """To an older head than the one that was kept, with or without the later records."""
    sizes = connection.execute(sa.select(HEAD.c.size).order_by(HEAD.c.size)).scalars().all()
    size = chance.choice([0, *sizes][:-2])
    if chance.random() < 0.5:
        for entry in entries(connection)[size:]:
            table = SOURCES[entry.source].table
            connection.execute(table.delete().where(table.c[SOURCES[entry.source].key] == entry.key))
    connection.execute(ENTRY.delete().where(ENTRY.c.position >= size))
    connection.execute(HEAD.delete().where(HEAD.c.size > size))
    connection.execute(TILE.delete().where((TILE.c.number + 1) * 256 > size))
    return f"truncates the log to {size}"


def changes_a_tile(connection: sa.Connection, chance: Random) -> str:
    if chance.random() < 0.3:
        connection.execute(TILE.delete())
        return "deletes the tiles"
    column = chance.choice(["root", "hashes", "number"])
    value = 7 if column == "number" else chance.randbytes(32)
    connection.execute(TILE.update().values({column: value}))
    return f"changes {column} of tiles"


def changes_a_head(connection: sa.Connection, chance: Random) -> str:
    size = chance.choice(connection.execute(sa.select(HEAD.c.size)).scalars().all())
    values: dict[str, Any] = chance.choice(
        [{"root": chance.randbytes(32)}, {"note": "none"}, {"size": size + 10_000}, {"size": size - 1}]
    )
    connection.execute(HEAD.update().where(HEAD.c.size == size).values(values))
    return f"changes {next(iter(values))} of head {size}"


def rewrites_all(connection: sa.Connection, chance: Random) -> str:
    """Changes an early record, and signs everything anew: with the real key, another one, or the old signatures."""
    key = chance.choice([KEY, OTHER_KEY, None])
    early = chance.randrange(SIGNED_EARLY)
    changed = entries(connection)[early]
    source = SOURCES[changed.source]
    connection.execute(source.table.delete().where(source.table.c[source.key] == changed.key))
    connection.execute(ENTRY.delete().where(of_index(early)))
    _closes_the_gap(connection, early)
    _signs_anew(connection, key)
    return f"rewrites all without entry {early}, signed by {key}"


SIGNED_EARLY = 20
"""entries that every kept head has signed"""


def _signs_anew(connection: sa.Connection, key: SigningKey | None) -> None:
    edge = TreeEdge()
    tiles = edge.append(entry.commitment for entry in entries(connection))
    note = connection.execute(sa.select(HEAD.c.note).order_by(HEAD.c.size.desc())).scalars().first()
    connection.execute(HEAD.delete())
    connection.execute(TILE.delete())
    for tile in tiles:
        connection.execute(TILE.insert(), tile._asdict())
    signed = signed_head(edge.size, edge.root(), key) if key else note
    row = {"size": edge.size, "root": edge.root(), "signed_at": NOW, "note": signed}
    connection.execute(HEAD.insert(), row)
    if key:
        connection.execute(LOG.update().values(public_key=NoteSigner(*key).log_key))


TAMPERINGS: tuple[Tampering, ...] = (
    edits_a_record,
    edits_a_record,
    deletes_a_record,
    deletes_an_entry,
    edits_an_entry,
    swaps_two_entries,
    inserts_an_entry,
    inserts_an_old_record,
    truncates_the_log,
    changes_a_tile,
    changes_a_head,
    rewrites_all,
)
