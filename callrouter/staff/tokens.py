"""How random tokens and recovery codes are stored. *Pure.*"""

from __future__ import annotations

import hmac
from hashlib import sha256


def token_hash(token: str) -> bytes:
    """The hash of a token of at least 80 random bits. (A password needs a slow hash; a random value does not.)"""
    return sha256(token.encode()).digest()


def code_hash(code: str) -> bytes:
    """The hash of a recovery code, however its groups were typed."""
    return token_hash("".join(character for character in code.lower() if character.isalnum()))


def first_token(secret_key: str) -> str:
    """What is in the link that makes the first admin. It is the same until somebody has used it, and dead then."""
    return hmac.digest(secret_key.encode(), b"first admin of the console", "sha256").hex()
