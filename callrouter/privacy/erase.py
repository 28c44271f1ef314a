"""Erasing a caller on request: sealed numbers, messages and match values go, in one transaction.

What was said or charged stays, of nobody. A wish not to be called stays on the do-not-call list: without it we could
not keep to it. Each folder erases in its own tables; this one says what is done, and in which order. The folders lie
above this one, so what they do is handed in (`callrouter/erasure.py` puts it together).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Session
from callrouter.privacy.anonymous import anonymous_match
from callrouter.privacy.numbers import erase_numbers

Calls = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureSteps:
    """What the folders above do in their own tables, in the order in which it is done."""

    calls_of_number: Callable[[Session, str], Calls]
    lock_calls: Callable[[Session, Calls], None]
    withdraw_promises: Callable[[Session, Calls, datetime], int]
    delete_messages: Callable[[Session, str, datetime], int]
    """all that the caller with this match value has left"""
    erase_promise_matches: Callable[[Session, Calls], None]
    callers_without_other_calls: Callable[[Session, Calls], list[str]]
    """match values"""
    replace_charge_match: Callable[[Session, str, str], None]
    """(session, match value, what takes its place)"""
    replace_call_match: Callable[[Session, str, str], None]


@dataclass(frozen=True, slots=True)
class Erased:
    """How much there was of a caller; now there is none of it."""

    calls: int
    messages: int
    """that were deleted"""
    promises: int
    """that were open, and withdrawn"""


def erase_caller(steps: ErasureSteps, session: Session, match: str, now: datetime) -> Erased:
    """Erase what is stored of the caller with this match value.

    A call that was promised a return at another number is of both numbers: it is erased with either.
    """
    calls = steps.calls_of_number(session, match)
    # Calls before promises, as everybody locks them.
    steps.lock_calls(session, calls)
    promises = steps.withdraw_promises(session, calls, now)
    messages = steps.delete_messages(session, match, now)
    erase_numbers(session, calls)
    steps.erase_promise_matches(session, calls)
    _anonymize(steps, session, calls)
    return Erased(len(calls), messages, promises)


def _anonymize(steps: ErasureSteps, session: Session, calls: Calls) -> None:
    """Give each caller of these calls an anonymous value, so that a repeat stays one, and no amount changes.

    A caller's calls change it together: a caller who has other calls as well keeps the match value with all of them.
    """
    for match in steps.callers_without_other_calls(session, calls):
        anonymous = anonymous_match()
        steps.replace_charge_match(session, match, anonymous)
        steps.replace_call_match(session, match, anonymous)
