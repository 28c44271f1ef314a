"""Appends records to the log and signs a new head, in one transaction.

An advisory lock lets one writer append at a time. Without it the primary keys would still refuse a fork. Nothing is
signed if the stored tree is not the one that we signed last, in the database or in a head that is kept elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.database.advisory_lock import AdvisoryLock
from callrouter.database.batch import arrays, insert_rows
from callrouter.errors import CallRouterError
from callrouter.evidence.model import (
    EvidenceEntry,
    EvidenceHead,
    EvidenceLog,
    EvidenceTile,
    EvidenceTimestamp,
)
from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.offline_verifier import SALT_BYTES, commitment, open_checkpoint
from callrouter.evidence.records import SOURCES, records_of, unlogged_keys
from callrouter.evidence.stored_tree import (
    StoredHead,
    StoredTiles,
    latest_head,
    log_identity,
    signs,
    stored_edge,
)
from callrouter.evidence.tree import FullTile, TreeEdge, range_root

_LOCK = sa.select(sa.func.pg_advisory_xact_lock(AdvisoryLock.EVIDENCE_LOG))
_ENTRY_COLUMNS = ("position", "source", "key", "salt", "commitment")
_ADD_ENTRIES = insert_rows(EvidenceEntry, _ENTRY_COLUMNS)
_TILE_COLUMNS = ("level", "number", "root", "hashes")
_ADD_TILES = insert_rows(EvidenceTile, _TILE_COLUMNS)
_ADD_HEAD = sa.insert(EvidenceHead)
_ADD_TIMESTAMP = sa.insert(EvidenceTimestamp)
_BEGIN = sa.insert(EvidenceLog)
OLDEST_SIGNATURE = timedelta(seconds=55)
"""Then the head is signed again, so that with a turn each second there is a signature in every minute."""
_LAST_POSITION = sa.select(sa.func.max(EvidenceEntry.position))


class BrokenEvidenceLog(CallRouterError):
    """The log is not what was signed, or another key would sign it. Nothing is appended."""


class SigningKey(NamedTuple):
    """The private key, and the name of the log if it begins now."""

    origin: str
    seed: bytes


class NewEntry(NamedTuple):
    """An entry that is not stored yet."""

    source: str
    key: int
    salt: bytes
    commitment: bytes


class AppendResult(NamedTuple):
    """How many records were appended, and the latest signed head."""

    records: int
    head: StoredHead | None


def append_records(
    session: Session, key: SigningKey, now: datetime, kept_head: str | None = None
) -> AppendResult:
    """Append the records that are not in the log yet, up to some thousand of each table.

    Where there are none, the latest head is signed again, with the time, before it is a minute old. `kept_head` is a
    signed head that was kept outside of the database. Raises BrokenEvidenceLog.
    """
    session.execute(_LOCK)
    head = latest_head(session)
    entries = list(_new_entries(session))
    if not entries and (head is None or now - head.signed_at < OLDEST_SIGNATURE):
        return AppendResult(0, head)
    signer = _signer(session, key)
    edge = _checked_edge(session, signer.log_key, head, kept_head)
    if head and not entries:
        return AppendResult(0, _sign_again(session, signer, head, now))
    first, tiles = edge.size, edge.append(entry.commitment for entry in entries)
    _store(session, first, entries, tiles)
    return AppendResult(len(entries), _sign(session, signer, edge, now))


def check_log(session: Session, key: str, kept_head: str | None) -> None:
    """Whether the log of this public key could be written on. It changes nothing. Raises BrokenEvidenceLog."""
    _checked_edge(session, key, latest_head(session), kept_head)


def _new_entries(session: Session) -> Iterator[NewEntry]:
    for name, keys in unlogged_keys(session).items():
        records = records_of(session, SOURCES[name], keys)
        for key in keys:
            salt = secrets.token_bytes(SALT_BYTES)
            yield NewEntry(name, key, salt, commitment(salt, records[key]))


def _signer(session: Session, key: SigningKey) -> NoteSigner:
    """The log keeps its name and key for ever. The first writer decides."""
    known = log_identity(session)
    signer = NoteSigner(known.origin if known else key.origin, key.seed)
    if known is None:
        session.execute(_BEGIN, {"one": 1, "origin": signer.name, "public_key": signer.log_key})
    elif known.public_key != signer.log_key:
        raise BrokenEvidenceLog(
            f"the evidence log is signed by {known.public_key}, and this process has another key: bring back"
            " evidence.key in CALLROUTER_HOME, or set CALLROUTER_EVIDENCE_KEY"
        )
    return signer


def _checked_edge(session: Session, key: str, head: StoredHead | None, kept_head: str | None) -> TreeEdge:
    """The edge of the tree. Raises BrokenEvidenceLog if it is not the one that was signed last."""
    size, last = head.size if head else 0, session.execute(_LAST_POSITION).scalar()
    edge = stored_edge(session, size)
    is_whole = size == (0 if last is None else last + 1)
    if not is_whole or (head and not signs(head.note, key, size, edge.root())):
        raise BrokenEvidenceLog(
            f"the evidence log is not what its head with {size} entries signed: `callrouter disclosure verify`"
            " says what was changed. Nothing is appended until it is restored"
        )
    if kept_head is not None:
        _check_kept(session, key, size, kept_head)
    return edge


def _check_kept(session: Session, key: str, size: int, note: str) -> None:
    try:
        kept = open_checkpoint(note, key)
    except ValueError as error:
        raise BrokenEvidenceLog(f"the kept head of the evidence log cannot be used: {error}") from error
    tiles = StoredTiles(session, size)
    if kept.size > size or range_root(tiles, 0, kept.size) != kept.root:
        raise BrokenEvidenceLog(
            f"the evidence log does not hold what its kept head with {kept.size} entries signed: it was rewritten,"
            " or restored from an older backup. Nothing is appended; docs/evidence.md says what to do"
        )


def _store(session: Session, first: int, entries: Sequence[NewEntry], tiles: Sequence[FullTile]) -> None:
    rows = [{"position": position, **entry._asdict()} for position, entry in enumerate(entries, first)]
    session.execute(_ADD_ENTRIES, arrays(_ENTRY_COLUMNS, rows))
    if tiles:
        session.execute(_ADD_TILES, arrays(_TILE_COLUMNS, [tile._asdict() for tile in tiles]))


def _sign(session: Session, signer: NoteSigner, edge: TreeEdge, now: datetime) -> StoredHead:
    root = edge.root()
    head = StoredHead(edge.size, root, now, _signed_note(signer, edge.size, root, now))
    session.execute(_ADD_HEAD, head._asdict())
    return head


def _sign_again(session: Session, signer: NoteSigner, head: StoredHead, now: datetime) -> StoredHead:
    signed = head._replace(signed_at=now, note=_signed_note(signer, head.size, head.root, now))
    row = {"size": signed.size, "signed_at": signed.signed_at, "note": signed.note}
    session.execute(_ADD_TIMESTAMP, row)
    return signed


def _signed_note(signer: NoteSigner, size: int, root: bytes, now: datetime) -> str:
    """The head, signed by the log, and again with the time (`timestamp.py`)."""
    note = signer.sign(checkpoint_text(signer.name, size, root))
    return note + signer.cosign(note, now)
