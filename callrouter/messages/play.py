"""Plays a message or deletes it on request. The audit log gets an entry with the reason."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.messages.delete import delete_message
from callrouter.messages.model import DELETED, GONE, SILENT, WAITING, MessageRecording
from callrouter.messages.recording import place_of_sound
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.data_keys import MESSAGE, ChangedSeal
from callrouter.privacy.master_keys import WrongMasterKey
from callrouter.privacy.model import StoredDataKey, data_key_of
from callrouter.privacy.vault import Vault

PLAYED = "message played"
DELETED_ON_REQUEST = "message deleted"

_OF_CALL = MessageRecording.call == sa.bindparam("call")
_SOUND = (
    sa.select(
        MessageRecording.state,
        MessageRecording.day,
        MessageRecording.sealed,
        StoredDataKey.key_id,
        StoredDataKey.wrapped,
    )
    .outerjoin(StoredDataKey, data_key_of(MESSAGE, MessageRecording.day))
    .where(_OF_CALL)
)
_STATE = sa.select(MessageRecording.state).where(_OF_CALL)
_WHY_NOT = {
    WAITING: "is still to be fetched from the carrier",
    SILENT: "was silent, and not kept",
    GONE: "was not at the carrier any more when it was to be fetched",
    DELETED: "is deleted",
}


def play(session: Session, vault: Vault, call: str, access: Access) -> bytes:
    """Return the sound, a WAV file. Play it after this transaction is committed."""
    sound = open_sound(session, vault, call)
    record_access(session, access, PLAYED, call)
    return sound


def open_sound(session: Session, vault: Vault, call: str) -> bytes:
    """The sound, for somebody whose entry in the audit log is made elsewhere. Raises Fault where none is kept."""
    found = session.execute(_SOUND, {"call": call}).one_or_none()
    if found is None:
        raise _no_message(call)
    if found.state in _WHY_NOT:
        raise Fault(f"the message of {call} {_WHY_NOT[found.state]}")
    if found.wrapped is None:
        raise Fault(f"the message of {call} cannot be opened any more: the key of its day was destroyed")
    return _unseal(vault, call, found)


def delete_on_request(session: Session, call: str, access: Access) -> None:
    """Delete a message on request. Raises NotKnown where there is none, and Fault where its sound is gone already."""
    if not delete_message(session, call, access.at):
        # Only now: another deletion may have been waited for.
        state = session.execute(_STATE, {"call": call}).scalar()
        if state is None:
            raise _no_message(call)
        raise Fault(f"there is nothing to delete: the message of {call} {_WHY_NOT[state]}")
    record_access(session, access, DELETED_ON_REQUEST, call)


def _unseal(vault: Vault, call: str, found: Any) -> bytes:
    try:
        return vault.opening_key(MESSAGE, found.day, found).open(found.sealed, place_of_sound(call))
    except (ChangedSeal, WrongMasterKey) as error:
        raise Fault(f"the message of {call} does not open: {error}") from error


def _no_message(call: str) -> NotKnown:
    return NotKnown(f"no message was left on {call}; `callrouter messages list` lists those that were")
