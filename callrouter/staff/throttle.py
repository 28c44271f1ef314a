"""How often somebody may be wrong, without ever locking out the person whose account is guessed.

Nobody is refused because of what others did elsewhere:

- Wrong passwords count for a name at one address. After five in 15 minutes, that address is refused for that name, and
  no other is.
- A browser that has signed in as this name before counts for itself alone, whatever else happens at its address.
- Wrong codes come after the right password, so whoever sends many of them has it. They count for the name everywhere.
  After twenty, an address where none was wrong has one try. After two hundred, codes are for known browsers alone.
- Recovery codes cannot be guessed. They, and passkeys, are let in whatever others do elsewhere.
- What comes back from a provider counts for the address alone: it names nobody until the provider was asked.

An attempt is counted before it is checked, so that attempts at the same moment count too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from callrouter.database import Session
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.model import SignInAttempt

PASSWORD, CODE, RECOVERY, PROVIDER = "password", "code", "recovery", "provider"
_MINUTES = 15
WINDOW = timedelta(minutes=_MINUTES)
KEPT = timedelta(days=1)
MOST_OF_PAIR = 5
"""failures in a window of a name at an address, or of a name in a known browser"""
MOST_OF_ADDRESS = 100
"""failures in a window at one address, for any names; known browsers are not held to it"""
MOST_CODES = 20
"""wrong codes in a window for a name, from anywhere but known browsers; then each new address has one try"""
MOST_CODES_ANYWHERE = 200
"""of those, new addresses included: whoever has the password and many addresses guesses one code in a million"""


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """Somebody who is about to prove who they are. `device` is the hash of a known browser's mark."""

    name: str
    address: str
    device: bytes | None
    factor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptCounts:
    """Attempts in the window, this one included: of the name here or in this browser; at the address; codes."""

    pair: int
    address: int
    codes: int


@dataclass(frozen=True, slots=True)
class BegunAttempt:
    """An attempt that is counted; after the last one of a name in one place, the next is refused."""

    number: int
    is_last: bool


def is_refused(counts: AttemptCounts, attempt: SignInRequest) -> bool:
    """Whether the attempt is one too many."""
    if counts.pair > MOST_OF_PAIR:
        return True
    if attempt.device is not None:
        return False
    most_codes = MOST_CODES_ANYWHERE if counts.pair == 1 else MOST_CODES
    return counts.address > MOST_OF_ADDRESS or (attempt.factor == CODE and counts.codes > most_codes)


def begin_attempt(session: Session, attempt: SignInRequest) -> BegunAttempt | None:
    """Count an attempt. None: it is refused, and must not be checked."""
    session.execute(_FORGET, {"before": attempt.at - KEPT})
    session.execute(_ONE_BY_ONE, {"pair": f"{attempt.name} {attempt.address}"})
    found = session.execute(_COUNT, _parameters(attempt)).one()
    counts = AttemptCounts(found.pair + 1, found.address + 1, found.codes + 1)
    if is_refused(counts, attempt):
        return None
    number: int = session.execute(_ADD, _row(attempt)).scalar()
    return BegunAttempt(number, counts.pair == MOST_OF_PAIR)


def end_attempts(session: Session, number: int, attempt: SignInRequest) -> None:
    """The attempt was right: it, and those before it of this name in the same place, count no more."""
    session.execute(_FORGIVE, {**_parameters(attempt), "number": number})


def note_guessing(session: Session, attempt: SignInRequest) -> None:
    """Put into the audit log that somebody has been wrong about an account as often as they may."""
    reason = f"{MOST_OF_PAIR} times a wrong {attempt.factor}; refused there for {_MINUTES} minutes"
    record_access(
        session, Access(f"somebody at {attempt.address}", reason, attempt.at), "sign-in failed", attempt.name
    )


def _row(attempt: SignInRequest) -> dict[str, object]:
    return {
        "at": attempt.at,
        "name": attempt.name,
        "address": attempt.address,
        "device": attempt.device,
        "factor": attempt.factor,
    }


def _parameters(attempt: SignInRequest) -> dict[str, object]:
    return {
        "since": attempt.at - WINDOW,
        "name": attempt.name,
        "address": attempt.address,
        "device": attempt.device,
        "factor": attempt.factor,
    }


_NAME, _ADDRESS = sa.bindparam("name", type_=sa.Text), sa.bindparam("address", type_=sa.Text)
_DEVICE = sa.bindparam("device", type_=sa.LargeBinary)
_FACTOR = sa.bindparam("factor", type_=sa.Text)
_UNKNOWN = SignInAttempt.device.is_(None)
_SAME_PLACE = sa.and_(
    SignInAttempt.device.is_not_distinct_from(_DEVICE),
    sa.or_(SignInAttempt.device.is_not(None), SignInAttempt.address == _ADDRESS),
)
_PAIR = sa.and_(SignInAttempt.name == _NAME, SignInAttempt.factor == _FACTOR, _SAME_PLACE)
_AT_ADDRESS = sa.and_(SignInAttempt.address == _ADDRESS, _UNKNOWN)
_CODES = sa.and_(SignInAttempt.name == _NAME, SignInAttempt.factor == CODE, _UNKNOWN)
_COUNT = sa.select(
    sa.func.count().filter(_PAIR).label("pair"),
    sa.func.count().filter(_AT_ADDRESS).label("address"),
    sa.func.count().filter(_CODES).label("codes"),
).where(
    SignInAttempt.at > sa.bindparam("since"),
    sa.or_(SignInAttempt.name == _NAME, SignInAttempt.address == _ADDRESS),
)
_ONE_BY_ONE = sa.select(
    sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("pair", type_=sa.Text), 0))
)
_ADD = sa.insert(SignInAttempt).returning(SignInAttempt.id)
_FORGET = sa.delete(SignInAttempt).where(SignInAttempt.at < sa.bindparam("before"))
_FORGIVE = sa.delete(SignInAttempt).where(
    sa.or_(SignInAttempt.id == sa.bindparam("number", type_=sa.BigInteger), _PAIR)
)
