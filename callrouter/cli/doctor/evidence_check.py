"""The check of the evidence log: that its key is here, that it is what was signed, and that it is written."""

from __future__ import annotations

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.database import Session
from callrouter.evidence.append import BrokenEvidenceLog, check_log
from callrouter.evidence.signed_documents import signer_of
from callrouter.evidence.stored_tree import LogIdentity, log_identity
from callrouter.reports.evidence_log import evidence_log_state
from config.evidence_key import known_evidence_seed

_DOCUMENTED = "docs/evidence.md says what to do"


def evidence_log(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        identity = log_identity(connection)
        key_is_here = _check_key(dependencies, identity)
        if identity:
            _check_signed(dependencies, connection, identity.public_key)
        state = evidence_log_state(connection, dependencies.now())
    if state.is_late:
        since = f"since {state.complete_at:%Y-%m-%d %H:%M:%S} UTC" if state.complete_at else "at any time"
        raise FailedCheck(
            f"it did not have everything {since}; {state.waiting} records wait",
            "start outbox_sweeper again: `make run`, or the process of the Procfile; its lines tell what is wrong",
        )
    return f"{state.waiting} records wait{'' if key_is_here else '; its key is not on this machine'}"


def _check_key(dependencies: CommandDependencies, identity: LogIdentity | None) -> bool:
    """Whether its key is here. The process that writes it may be on another machine. Raises FailedCheck."""
    seed = known_evidence_seed(dependencies.settings)
    if seed and identity and signer_of(identity, seed) is None:
        raise FailedCheck(
            f"it is signed by {identity.public_key}, and this machine has another key",
            f"bring back evidence.key in CALLROUTER_HOME, or set CALLROUTER_EVIDENCE_KEY; {_DOCUMENTED}",
        )
    return seed is not None


def _check_signed(dependencies: CommandDependencies, session: Session, key: str) -> None:
    kept = dependencies.settings.evidence_dir / "checkpoint"
    try:
        check_log(session, key, kept.read_text() if kept.exists() else None)
    except BrokenEvidenceLog as error:
        raise FailedCheck(str(error), f"callrouter disclosure verify; {_DOCUMENTED}") from error
