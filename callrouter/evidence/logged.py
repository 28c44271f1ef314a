"""Whether a record is in the log as its table has it now."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault
from callrouter.evidence.model import EvidenceEntry
from callrouter.evidence.offline_verifier import commitment
from callrouter.evidence.records import RecordSource, records_of
from callrouter.evidence.stored_tree import latest_head, log_identity, signs

_ENTRY = sa.select(EvidenceEntry.position, EvidenceEntry.salt, EvidenceEntry.commitment).where(
    EvidenceEntry.source == sa.bindparam("source"), EvidenceEntry.key == sa.bindparam("key")
)


def logged_index(session: Session, source: RecordSource, key: int) -> int | None:
    """The index of a record in the log. None if it is not logged yet. Raises Fault if it is not what was logged."""
    entry = session.execute(_ENTRY, {"source": source.name, "key": key}).one_or_none()
    if entry is None:
        return None
    position, salt, logged = entry
    if commitment(salt, records_of(session, source, [key]).get(key)) != logged:
        raise Fault(f"{source.name} {key} is not what was logged: `callrouter disclosure verify` says more")
    return int(position)


def signed_index(session: Session, source: RecordSource, key: int) -> int | None:
    """The index of a record under the latest signed head. None if it is not there yet.

    Raises Fault if it is not what was logged, or if the head is not signed by the key of the log.
    """
    index, head, identity = logged_index(session, source, key), latest_head(session), log_identity(session)
    if index is None or head is None or identity is None or index >= head.size:
        return None
    if not signs(head.note, identity.public_key, head.size, head.root):
        raise Fault("the latest head of the evidence log is not signed by its key")
    return index
