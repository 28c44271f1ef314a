"""When a head was signed: the log cosigns its own heads, as a witness would. *Pure.*

The time stands in the cosignature, and not in the head. So a head is signed again every minute without becoming another
one. Source: https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from callrouter.evidence.note import COSIGNATURE, DASH
from callrouter.evidence.offline_verifier import Refused, public_key, require

_KEY_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 4, 8, 64


def signed_time(note: str, key: str) -> datetime | None:
    """When the log of this key last signed this head. None if the note does not say so. Raises Refused."""
    name, _, public = public_key(key)
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(name.encode() + b"\n" + COSIGNATURE + raw).digest()[:_KEY_ID_BYTES]
    text, _, lines = note.rpartition("\n\n")
    for line in lines.split("\n"):
        signature = _signature(line, name, key_id)
        if signature is None:
            continue
        seconds = int.from_bytes(signature[:_TIME_BYTES])
        try:
            public.verify(signature[_TIME_BYTES:], f"cosignature/v1\ntime {seconds}\n{text}\n".encode())
        except InvalidSignature:
            raise Refused(f"the time that {name} signed is wrong") from None
        return datetime.fromtimestamp(seconds, UTC)
    return None


def is_signed_at(note: str, key: str, at: datetime) -> bool:
    """Whether the log signed this head at that time, to the second."""
    try:
        return signed_time(note, key) == at.replace(microsecond=0)
    except ValueError:
        return False


def _signature(line: str, name: str, key_id: bytes) -> bytes | None:
    """The time and the signature of a line. None if somebody else, or another kind of key, signed it."""
    dash, signer, encoded = (*line.split(" "), "", "", "")[:3]
    if (dash, signer) != (DASH, name):
        return None
    signature = base64.b64decode(encoded, validate=True)
    if signature[:_KEY_ID_BYTES] != key_id:
        return None
    require(
        len(signature) == _KEY_ID_BYTES + _TIME_BYTES + _SIGNATURE_BYTES, "the signed time has a wrong length"
    )
    return signature[_KEY_ID_BYTES:]
