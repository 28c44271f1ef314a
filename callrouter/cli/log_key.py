"""The public key of our own evidence log."""

from __future__ import annotations

from callrouter.cli.dependencies import CommandDependencies
from callrouter.database import Session
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.stored_tree import log_identity
from config.evidence_key import known_evidence_seed


def own_log_key(dependencies: CommandDependencies, session: Session) -> str | None:
    """The public key of our own private key. What the database says may be somebody else's."""
    seed, identity = known_evidence_seed(dependencies.settings), log_identity(session)
    return NoteSigner(identity.origin, seed).log_key if seed and identity else None
