"""The vault: a caller's number goes in as a keyed match value and sealed, and nowhere else.

The match value (HMAC-SHA-256) tells that two calls come from the same number without telling the number. The sealed
number (AES-256-GCM) is bound to its call and purpose, so that it opens nowhere else. Both name the key they were
made with, so that keys can be changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CALLER = "caller"
"""The purpose of a caller's own number: to return the call, and to show it where the caller pressed for it."""
MESSAGE = "message"
"""The purpose of a message that the caller left: to be heard by whom it is for."""
RETURN = "return"
"""The purpose of another number at which the caller asked to be called back."""
_NONCE_BYTES = 12
_FINGERPRINT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number, or a sound, that nobody can read without the vault's key."""

    key_id: str
    content: bytes


class Vault:
    """Holds the keys. The first of the ring is the one in use; the others open what they once sealed."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._in_use = next(iter(keys))
        self._ciphers = {key_id: AESGCM(_derived(key, b"seal")) for key_id, key in keys.items()}
        self._match_key = _derived(keys[self._in_use], b"match")
        self.fingerprints: Mapping[str, str] = {
            key_id: _derived(key, b"fingerprint")[:_FINGERPRINT_BYTES].hex() for key_id, key in keys.items()
        }
        """by the id of each key, the one in use first: the same for the same key, and nothing of it can be told"""

    def match(self, number: str) -> str:
        """The match value of a number: the same for the same number and key."""
        digest = hmac.digest(self._match_key, number.encode(), hashlib.sha256)
        return f"{self._in_use}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    def seal(self, number: str, call: str, purpose: str) -> Sealed:
        """The number, sealed for one call and purpose."""
        return self.seal_sound(number.encode(), call, purpose)

    def seal_sound(self, sound: bytes, call: str, purpose: str) -> Sealed:
        """The sound, sealed for one call and purpose."""
        nonce = os.urandom(_NONCE_BYTES)
        content = self._ciphers[self._in_use].encrypt(nonce, sound, _bound_to(call, purpose))
        return Sealed(self._in_use, nonce + content)

    def unseal(self, sealed: Sealed, call: str, purpose: str) -> str:
        """The number again. Raises cryptography's InvalidTag for another call or purpose, or a changed content."""
        return self.unseal_sound(sealed, call, purpose).decode()

    def unseal_sound(self, sealed: Sealed, call: str, purpose: str) -> bytes:
        """The sound again. Raises as `unseal` does, and KeyError where the key has left the ring."""
        nonce, content = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        return self._ciphers[sealed.key_id].decrypt(nonce, content, _bound_to(call, purpose))


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callrouter " + purpose).derive(key)


def _bound_to(call: str, purpose: str) -> bytes:
    return f"{purpose} {call}".encode()
