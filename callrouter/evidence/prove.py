"""Writes proofs and exports for others, as `offline_verifier.py` reads them: JSON, a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import CallRouterError, Fault, NotKnown
from callrouter.evidence.attachments import Attacher
from callrouter.evidence.model import EvidenceEntry
from callrouter.evidence.offline_verifier import FORMAT, canonical
from callrouter.evidence.records import (
    ABOUT_CALLS,
    MOST_AT_ONCE,
    SOURCES,
    Document,
    RecordSource,
    records_of,
    unlogged_keys,
)
from callrouter.evidence.schema_statement import is_as_stated
from callrouter.evidence.stored_tree import StoredHead, StoredTiles, latest_head
from callrouter.evidence.tree import inclusion_proof
from callrouter.evidence.verify import entry_batches, records_by_source

_ENTRY = sa.select(EvidenceEntry.__table__).where(
    EvidenceEntry.source == sa.bindparam("source"), EvidenceEntry.key == sa.bindparam("key")
)


class NotLoggedYet(CallRouterError):
    """Records wait to be logged. It takes a second or two."""


def proof_of_call(
    session: Session, call: str, is_wanted: Callable[[Document], bool] = lambda _: True
) -> Iterator[bytes]:
    """The lines of a proof of the records about a call: of all, or of those that are wanted.

    Raises NotKnown, or NotLoggedYet, also if a record that is not wanted waits.
    """
    keys = [
        (source, key)
        for source in ABOUT_CALLS
        for key in session.execute(source.keys_of_call, {"call": call}).scalars()
    ]
    if not keys:
        raise NotKnown(f"there is no record of a call {call}")
    head = _head(session)
    tiles = StoredTiles(session, head.size)
    yield _first_line("proof", head)
    for source, key in keys:
        proof = _proof(session, tiles, head, source, key)
        if is_wanted(proof["record"]):
            yield _line(proof)


def export_of_log(session: Session, attacher: Attacher | None = None) -> Iterator[bytes]:
    """The lines of an export: every record up to the latest head, in order. Raises NotLoggedYet or Fault.

    With an `attacher` each line also has what an auditor needs to judge its record.
    """
    head = _head(session)
    yield _first_line("export", head)
    for entries in entry_batches(session):
        records = records_by_source(session, entries)
        attached = attacher.attachments(records) if attacher else {}
        for entry in entries:
            if entry.position < head.size:
                found = (entry.source, entry.key)
                record = _found(records.get(found))
                yield _line({"salt": entry.salt.hex(), "record": record, **attached.get(found, {})})


def export_for_audit(session: sa.Connection) -> Iterator[bytes]:
    """An export that `callrouter audit blindness` reads. Raises NotLoggedYet while much waits to be logged."""
    waiting = sum(map(len, unlogged_keys(session).values()))
    if waiting >= MOST_AT_ONCE:
        raise NotLoggedYet(f"{waiting} records wait to be logged: the outbox sweeper does it")
    if not is_as_stated(session):
        raise Fault("the schema is not the one that the log states: `callrouter db upgrade` states it")
    return export_of_log(session, Attacher(session))


def _head(session: Session) -> StoredHead:
    if head := latest_head(session):
        return head
    raise NotLoggedYet("nothing was logged yet: the outbox sweeper writes the evidence log")


def _proof(
    session: Session, tiles: StoredTiles, head: StoredHead, source: RecordSource, key: int
) -> dict[str, Any]:
    entry = session.execute(_ENTRY, {"source": source.name, "key": key}).one_or_none()
    if entry is None or entry.position >= head.size:
        raise NotLoggedYet(f"{source.name} {key} waits to be logged: the outbox sweeper does it")
    return {
        "index": entry.position,
        "salt": entry.salt.hex(),
        "record": _found(records_of(session, SOURCES[entry.source], [key]).get(key)),
        "proof": [each.hex() for each in inclusion_proof(tiles, entry.position, head.size)],
    }


def _found(record: Document | None) -> Document:
    if record is None:
        raise Fault("a record is gone: `callrouter disclosure verify` says which")
    return record


def _first_line(contents: str, head: StoredHead) -> bytes:
    return _line({"format": FORMAT, "contents": contents, "checkpoint": head.note})


def _line(document: Any) -> bytes:
    return canonical(document) + b"\n"
