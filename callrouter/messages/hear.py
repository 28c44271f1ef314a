"""Hearing a message, and having it deleted: by somebody, for a reason, and with an entry in the audit."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag

from callrouter.database import Session, sql
from callrouter.errors import Fault, NotKnown
from callrouter.messages.delete import delete_message
from callrouter.messages.model import DELETED, GONE, SILENT, WAITING
from callrouter.privacy.audit import Witness, enter
from callrouter.privacy.vault import MESSAGE, Sealed, Vault

HEARD = "message heard"
HAD_DELETED = "message deleted"

_SOUND = sql("SELECT state, key_id, sealed FROM recording WHERE call = :call")
_STATE = sql("SELECT state FROM recording WHERE call = :call")
_WHY_NOT = {
    WAITING: "is still to be fetched from the carrier: `callrouter messages list` tells how that goes",
    SILENT: "was silent, and not kept",
    GONE: "was not at the carrier any more when it was to be fetched",
    DELETED: "is deleted",
}


def hear(session: Session, vault: Vault, call: str, witness: Witness) -> bytes:
    """The sound, a WAV file. It may be played once this transaction, with its entry in the audit, is committed."""
    found = session.ask(_SOUND, call=call)
    if not found:
        raise _none(call)
    [(state, key_id, content)] = found
    if state in _WHY_NOT:
        raise Fault(f"the message of {call} {_WHY_NOT[state]}")
    enter(session, witness, HEARD, call)
    return _opened(vault, call, Sealed(key_id, content))


def have_deleted(session: Session, call: str, witness: Witness) -> None:
    """Delete a message because somebody wants it."""
    found = session.ask(_STATE, call=call)
    if not found:
        raise _none(call)
    if not delete_message(session, call, witness.at):
        raise Fault(f"there is nothing to delete: the message of {call} {_WHY_NOT[found[0][0]]}")
    enter(session, witness, HAD_DELETED, call)


def _opened(vault: Vault, call: str, sealed: Sealed) -> bytes:
    try:
        return vault.unseal_sound(sealed, call, MESSAGE)
    except (KeyError, InvalidTag) as error:
        told = f"the vault key {sealed.key_id} that the message of {call} was sealed with"
        raise Fault(f"{told} is not in CALLROUTER_VAULT_KEY, or is another: add it there") from error


def _none(call: str) -> NotKnown:
    return NotKnown(f"no message was left on {call}; `callrouter messages list` lists those that were")
