"""The vault: stores a caller's number sealed, with a match value. It is stored nowhere else.

The match value (HMAC-SHA-256) shows that two calls have the same number without revealing it. The sealed number
(AES-256-GCM) is bound to its call and purpose, so it opens nowhere else. Both name their key, so that keys can be
rotated.
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
"""the caller's own number: to return the call, and to show it to the center if the caller allows"""
MESSAGE = "message"
"""a message, for the center that it was left for"""
RETURN = "return"
"""another number for the return call, entered by the caller"""
_NONCE_BYTES = 12
_FINGERPRINT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number or a sound, encrypted with a vault key."""

    key_id: str
    content: bytes


class Vault:
    """The vault keys. The first one is in use; the others open what they have sealed."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._in_use = next(iter(keys))
        self._ciphers = {key_id: AESGCM(_derived(key, b"seal")) for key_id, key in keys.items()}
        self._match_key = _derived(keys[self._in_use], b"match")
        self.fingerprints: Mapping[str, str] = {
            key_id: _derived(key, b"fingerprint")[:_FINGERPRINT_BYTES].hex() for key_id, key in keys.items()
        }
        """by the id of each key, the one in use first: the same for the same key, and nothing of it can be told"""

    def match(self, number: str) -> str:
        """The match value of a number. The same number and key give the same value."""
        digest = hmac.digest(self._match_key, number.encode(), hashlib.sha256)
        return f"{self._in_use}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    def seal(self, number: str, call: str, purpose: str) -> Sealed:
        """Seal a number for one call and purpose."""
        return self.seal_sound(number.encode(), call, purpose)

    def seal_sound(self, sound: bytes, call: str, purpose: str) -> Sealed:
        """Seal a sound for one call and purpose."""
        nonce = os.urandom(_NONCE_BYTES)
        content = self._ciphers[self._in_use].encrypt(nonce, sound, _bound_to(call, purpose))
        return Sealed(self._in_use, nonce + content)

    def unseal(self, sealed: Sealed, call: str, purpose: str) -> str:
        """Open a number. Raises cryptography's InvalidTag for another call, another purpose, or changed content."""
        return self.unseal_sound(sealed, call, purpose).decode()

    def unseal_sound(self, sealed: Sealed, call: str, purpose: str) -> bytes:
        """Open a sound. Raises like `unseal`, and KeyError if the key is not in the ring."""
        nonce, content = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        return self._ciphers[sealed.key_id].decrypt(nonce, content, _bound_to(call, purpose))


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"callrouter " + purpose).derive(key)


def _bound_to(call: str, purpose: str) -> bytes:
    return f"{purpose} {call}".encode()
