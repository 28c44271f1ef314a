"""The code by which a caller, and nobody else, sees what happened on a call: 16 digits, which the caller is told once.

A code is computed from the CallSid and a secret that is in no database. So a repeated webhook says the same code, and
the code is stored nowhere: a stored document has a placeholder for it, and the table has its SHA-256
(docs/decisions/0059-a-callers-own-proof.md).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.privacy.model import ProofCode

CODE_DIGITS = 16
"""53 bits"""
GROUP_DIGITS = 4
GROUPS = CODE_DIGITS // GROUP_DIGITS
_KEY_ID_CHARACTERS = 8
_PLACEHOLDER = re.compile(r"proof-code-([0-9a-f]+)-(\d)")
_ADD = insert(ProofCode).on_conflict_do_nothing()
_CALL = sa.select(ProofCode.code_hash, ProofCode.call).where(
    ProofCode.code_hash == sa.bindparam("code_hash", type_=sa.LargeBinary)
)
_DELETE = sa.delete(ProofCode).where(ProofCode.call == sa.any_(sa.bindparam("calls", type_=ARRAY(sa.Text))))


class ProofCodes:
    """Computes the code of each call from a secret of 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.key_id = hashlib.sha256(b"key id" + secret).hexdigest()[:_KEY_ID_CHARACTERS]
        """tells whether a placeholder was written under the same secret"""

    def code_of(self, call: str) -> str:
        """The code of a call, 16 digits."""
        digest = hmac.digest(self._secret, call.encode(), hashlib.sha256)
        return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}}"

    def write_into(self, document: str, call: str) -> str | None:
        """The document with the digits in place of the placeholders. None: the secret is another one by now."""
        found = _PLACEHOLDER.findall(document)
        if any(key_id != self.key_id for key_id, _ in found):
            return None
        groups = grouped(self.code_of(call)) if found else []
        return _PLACEHOLDER.sub(lambda match: _digit_by_digit(groups[int(match[2])]), document)


def placeholder(key_id: str, group: int) -> str:
    """What a stored document has in place of a group of digits."""
    return f"proof-code-{key_id}-{group}"


def in_words(text: str) -> str:
    """A stored text with words in place of the placeholders, for whoever reads what was said."""
    return _PLACEHOLDER.sub("(four digits of the code)", text)


def grouped(code: str) -> list[str]:
    """The four groups of a code."""
    return [code[at : at + GROUP_DIGITS] for at in range(0, CODE_DIGITS, GROUP_DIGITS)]


def _digit_by_digit(group: str) -> str:
    # With commas a voice says single digits, slowly enough to write them down.
    return ", ".join(group) + "."


def code_hash(code: str) -> bytes:
    """What is stored of a code."""
    return hashlib.sha256(b"callrouter proof code " + code.encode()).digest()


def store_code(session: Session, codes: ProofCodes, call: str, now: datetime) -> None:
    """Store that the caller of this call was told its code. Running it again changes nothing."""
    session.execute(_ADD, {"code_hash": code_hash(codes.code_of(call)), "call": call, "made_at": now})


def call_of_code(session: Session, code: str) -> str | None:
    """The CallSid that a code belongs to. None for every other text."""
    hashed = code_hash(code)
    row = session.execute(_CALL, {"code_hash": hashed}).one_or_none()
    return str(row.call) if row and hmac.compare_digest(row.code_hash, hashed) else None


def delete_codes(session: Session, calls: list[str]) -> None:
    """Delete the codes of these calls: they lead to nothing from now on."""
    session.execute(_DELETE, {"calls": calls})
