"""Signs heads of the log as checkpoints, and cosigns those of others. *Pure.*

Sources: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from callrouter.evidence.offline_verifier import ED25519

COSIGNATURE = b"\x04"
DASH = "\N{EM DASH}"


class NoteSigner:
    """An Ed25519 key with the name that it signs under: the origin of a log, or a witness."""

    def __init__(self, name: str, seed: bytes) -> None:
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def log_key(self) -> str:
        """The verifier key of a log, `name+key ID+base64`."""
        return self._verifier_key(ED25519)

    @property
    def witness_key(self) -> str:
        """The verifier key of a witness."""
        return self._verifier_key(COSIGNATURE)

    def sign(self, text: str) -> str:
        """The text as a signed note. It ends with a newline."""
        signature = self._key_id(ED25519) + self._key.sign(text.encode())
        return f"{text}\n{self._line(signature)}"

    def cosign(self, note: str, at: datetime) -> str:
        """The line of a witness that has seen this signed checkpoint, to be appended to it."""
        text, seconds = note.rpartition("\n\n")[0] + "\n", int(at.timestamp())
        signature = self._key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        return self._line(self._key_id(COSIGNATURE) + seconds.to_bytes(8) + signature)

    def _line(self, signature: bytes) -> str:
        return f"{DASH} {self.name} {base64.b64encode(signature).decode()}\n"

    def _key_id(self, kind: bytes) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + kind + self._public).digest()[:4]

    def _verifier_key(self, kind: bytes) -> str:
        encoded = base64.b64encode(kind + self._public).decode()
        return f"{self.name}+{self._key_id(kind).hex()}+{encoded}"


def same_head(note: str, other: str) -> bool:
    """Whether two notes are the same head with the same first signature, which is the log's (Ed25519 has only one).

    Further signatures may differ: a head is cosigned again and again.
    """
    return _with_first_signature(note) == _with_first_signature(other)


def _with_first_signature(note: str) -> tuple[str, str]:
    text, _, signatures = note.rpartition("\n\n")
    return text, signatures.partition("\n")[0]


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text of a head."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
