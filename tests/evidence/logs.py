"""An evidence log in a test: who signs it, and how it is written, all at once."""

import json
from datetime import UTC, datetime
from typing import Any

from callrouter.database import Database, Session
from callrouter.evidence.append import SigningKey, append_records
from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.prove import export_of_log, proof_of_call
from callrouter.evidence.stored_tree import StoredHead, latest_head
from callrouter.evidence.verify import VerifiedLog, verify_log
from callrouter.invoices.checkpoint import add_checkpoints

ORIGIN = "calls.example/evidence"
KEY = SigningKey(ORIGIN, bytes(range(32)))
LOG_KEY = NoteSigner(*KEY).log_key
OTHER_KEY = SigningKey(ORIGIN, bytes(32))
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def logs(database: Database, key: SigningKey = KEY, kept_head: str | None = None) -> int:
    """Appends all that waits; how many records there were. Invoices get their head."""
    total = 0
    while done := database.transact(lambda session: append_records(session, key, NOW, kept_head)).records:
        total += done
    database.transact(add_checkpoints)
    return total


def head_of(database: Database) -> StoredHead:
    head = database.transact(latest_head)
    assert head
    return head


def verifies(session: Session, *kept_heads: str) -> VerifiedLog:
    return verify_log(session, LOG_KEY, kept_heads)


def proof(database: Database, call: str) -> list[str]:
    return [line.decode() for line in database.transact(lambda session: list(proof_of_call(session, call)))]


def export(database: Database) -> list[str]:
    return [line.decode() for line in database.transact(lambda session: list(export_of_log(session)))]


def records(lines: list[str]) -> list[dict[str, Any]]:
    """The records of a proof or an export."""
    return [json.loads(line)["record"] for line in lines[1:]]


def signed_head(size: int, root: bytes, key: SigningKey = KEY) -> str:
    """What somebody with the key may sign, whatever it is."""
    signer = NoteSigner(*key)
    note = signer.sign(checkpoint_text(key.origin, size, root))
    return note + signer.cosign(note, NOW)
