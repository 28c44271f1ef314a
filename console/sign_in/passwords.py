"""Passwords: Argon2id, and which ones are refused."""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 200
_JUDGED = 40
"""characters that the estimate looks at; it takes seconds for longer texts of signs that stand for letters"""
_HARD_ENOUGH = 3
"""of zxcvbn's scores 0 to 4: more than a hundred million guesses by somebody who tries common ones first"""
_OBVIOUS = ["callrouter", "helpline", "hotline", "console", "password"]
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1, type=Type.ID)
_AT_ONCE = 2
"""so that a flood of sign-ins takes neither all memory nor every processor"""


class Passwords:
    """Hashes and verifies, a few at a time."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        with self._turn:
            return _HASHER.hash(_normal(password))

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether it is the one that was stored. None: nobody has it, and finding out takes as long."""
        with self._turn:
            try:
                _HASHER.verify(stored or _of_nobody(), _normal(password[:LONGEST]))
            except (VerifyMismatchError, InvalidHashError):
                return False
        return stored is not None


def objection(password: str, name: str) -> str | None:
    """Why a password is refused, as a sentence; None: it is good."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        return f"The password needs at least {SHORTEST} characters."
    if len(normal) > LONGEST:
        return f"The password may have at most {LONGEST} characters."
    known = [*_OBVIOUS, name, *name.replace("@", " ").replace(".", " ").split()]
    if zxcvbn(normal[:_JUDGED], known)["score"] < _HARD_ENOUGH:
        return (
            "The password is too common or too easy to guess. Three or four unrelated words are a good one."
        )
    return None


@cache
def _of_nobody() -> str:
    """A hash to look at where there is no account, so that a wrong name takes as long as a wrong password."""
    return _HASHER.hash("no account has this password")


def _normal(password: str) -> str:
    """The same characters, however a keyboard composes them (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
