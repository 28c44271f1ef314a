"""The master keys: a ring of secrets that wraps data keys, and encrypts nothing else.

Data keys (`data_keys.py`) seal numbers and sounds. So another master key changes a few hundred rows, however much is
sealed. Source of the pattern: NIST SP 800-57, key wrapping.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from callrouter.errors import CallRouterError

KEY_BYTES = 32
NONCE_BYTES = 12
_FINGERPRINT_BYTES = 16

ReadRing = Callable[[], Mapping[str, bytes]]
"""reads the ring from where it is kept; an empty one where that fails"""


class WrongMasterKey(CallRouterError):
    """The ring does not have the key that wrapped a data key, or has another one by its name."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key, encrypted with a master key."""

    key_id: str
    content: bytes
    """nonce, ciphertext, tag"""


class MasterKeys:
    """A ring of master keys by id. The first one is the one to use; the others open what they have wrapped.

    `read_again` is asked for an id that is not in the ring, until it returns a ring: the key may have been added since
    this process started.
    """

    def __init__(self, keys: Mapping[str, bytes], read_again: ReadRing | None = None) -> None:
        self._ring = _Ring.of(keys)
        self._read_again = read_again
        self._sought: set[str] = set()
        self._reading = Lock()

    @property
    def first(self) -> str:
        """The id of the first key."""
        return next(iter(self._ring.ciphers))

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """By id, the first key first. The same for the same key; nothing of the key can be told from it."""
        return self._ring.fingerprints

    def wrap(self, key_id: str, data_key: bytes, name: str) -> WrappedKey:
        """Encrypt a data key, bound to its name. Raises WrongMasterKey."""
        nonce = os.urandom(NONCE_BYTES)
        return WrappedKey(key_id, nonce + self._cipher(key_id).encrypt(nonce, data_key, name.encode()))

    def unwrap(self, wrapped: WrappedKey, name: str) -> bytes:
        """Decrypt a data key. Raises WrongMasterKey, also where the content was changed or is of another name."""
        nonce, content = wrapped.content[:NONCE_BYTES], wrapped.content[NONCE_BYTES:]
        try:
            return self._cipher(wrapped.key_id).decrypt(nonce, content, name.encode())
        except InvalidTag:
            raise WrongMasterKey(
                f"the vault key {wrapped.key_id!r} does not open the data key {name}: it is another key by that"
                " name, or the row was changed"
            ) from None

    def adopt(self, keys: Mapping[str, bytes]) -> None:
        """Take this ring in place of the one so far."""
        self._ring = _Ring.of(keys)

    def refresh(self) -> None:
        """Read the ring again from where it is kept, if that is known and can be read now."""
        if self._read_again is not None and (keys := self._read_again()):
            self.adopt(keys)

    def has(self, key_id: str) -> bool:
        """Whether the key is in the ring, or is there when the ring is read again."""
        if key_id not in self._ring.ciphers:
            self._seek(key_id)
        return key_id in self._ring.ciphers

    def _cipher(self, key_id: str) -> AESGCM:
        if not self.has(key_id):
            raise WrongMasterKey(
                f"the vault key {key_id!r} is not in the ring: put it back, or restart this process where it is there"
            )
        return self._ring.ciphers[key_id]

    def _seek(self, key_id: str) -> None:
        with self._reading:
            if key_id in self._ring.ciphers or key_id in self._sought or self._read_again is None:
                return
            if keys := self._read_again():
                self._sought.add(key_id)
                self.adopt(keys)


@dataclass(frozen=True, slots=True)
class _Ring:
    """What is derived from the keys, by id."""

    ciphers: Mapping[str, AESGCM]
    fingerprints: Mapping[str, str]

    @classmethod
    def of(cls, keys: Mapping[str, bytes]) -> _Ring:
        return cls(
            {key_id: AESGCM(_derived(key, b"wrap")) for key_id, key in keys.items()},
            {
                key_id: _derived(key, b"fingerprint")[:_FINGERPRINT_BYTES].hex()
                for key_id, key in keys.items()
            },
        )


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"callrouter " + purpose).derive(key)
