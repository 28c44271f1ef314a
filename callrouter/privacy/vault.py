"""The vault: stores a caller's number sealed, with a match value. It is stored nowhere else.

The match value (HMAC-SHA-256) shows that two calls have the same number without revealing it. The sealed number
(AES-256-GCM, by the key of its day) is bound to its table, row and column, so it opens nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from callrouter.database import Session
from callrouter.privacy.data_keys import DataKey, DataKeyName, find_or_make_key, key_of, unwrapped
from callrouter.privacy.master_keys import MasterKeys, ReadRing

CALLER = "caller"
"""the caller's own number: to return the call, and to show it to the center if the caller allows"""
RETURN = "return"
"""another number for the return call, entered by the caller"""


class Vault:
    """The master keys, and the data keys that seal today. Each process has one."""

    def __init__(self, keys: Mapping[str, bytes], read_again: ReadRing | None = None) -> None:
        self.master_keys = MasterKeys(keys, read_again)
        self._in_use = next(iter(keys))
        self._match_key = _derived(keys[self._in_use], b"match")
        self._sealing: dict[str, DataKey] = {}

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """of the master keys by id, the first one first"""
        return self.master_keys.fingerprints

    def match(self, number: str) -> str:
        """The match value of a number. The same number and key give the same value."""
        digest = hmac.digest(self._match_key, number.encode(), hashlib.sha256)
        return f"{self._in_use}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    def sealing_key(self, session: Session, purpose: str, now: datetime) -> DataKey:
        """The data key for what is sealed now. It is read from the database once in its period.

        A key whose row may still be rolled back is not remembered: what it seals would never open.
        """
        name = key_of(purpose, now)
        remembered = self._sealing.get(purpose)
        if remembered is not None and remembered.name == name:
            return remembered
        found = find_or_make_key(session, self.master_keys, name)
        if found.committed:
            self._sealing[purpose] = found.key
        return found.key

    def opening_key(self, purpose: str, period: date, row: Any) -> DataKey:
        """The data key of a row that was read together with what is sealed. It is never remembered.

        So nothing opens any more, in any process, from the moment when the row of its key is deleted.
        """
        return unwrapped(self.master_keys, DataKeyName(purpose, period), row)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callrouter " + purpose).derive(key)
