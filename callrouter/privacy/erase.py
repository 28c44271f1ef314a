"""Erases a caller on request: sealed numbers, messages, match values and salts, in one transaction.

Calls, disclosures and charges stay, with a pseudonym that leads to nobody. A do-not-call entry stays: without it we
could not respect the request. Each folder erases in its own tables. This module calls them in order. The folders lie
above this one, so their functions are parameters (`callrouter/erasure.py` passes them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Session
from callrouter.privacy.acts import ActKind, Actor, Destroyed, record_act
from callrouter.privacy.numbers import erase_numbers
from callrouter.privacy.proof_codes import delete_codes
from callrouter.privacy.pseudonyms import forget_pseudonyms

Calls = list[str]
Pseudonyms = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureSteps:
    """The functions that erase in the tables of other folders, in order."""

    calls_of_callers: Callable[[Session, Pseudonyms], Calls]
    lock_calls: Callable[[Session, Calls], None]
    withdraw_promises: Callable[[Session, Calls, datetime], int]
    delete_messages: Callable[[Session, Pseudonyms, datetime], int]
    """all messages of these callers"""
    callers_without_other_calls: Callable[[Session, Calls], Pseudonyms]
    erase_promised_numbers: Callable[[Session, Calls], None]
    mark_erased: Callable[[Session, Calls, datetime], None]
    destroy_caller_salts: Callable[[Session, Calls], int]
    """what leads from the evidence log to the callers of these calls"""


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was erased."""

    calls: int
    destroyed: Destroyed


def erase_caller(
    steps: ErasureSteps, session: Session, pseudonyms: Pseudonyms, actor: Actor
) -> ErasureResult:
    """Erase the caller with these pseudonyms (`pseudonyms_of` a number). Erasing again changes and records nothing.

    A call with a promise to another number belongs to both numbers. It is erased with either.
    """
    calls, match_values = _lock_calls(steps, session, pseudonyms)
    destroyed = Destroyed(
        promises=steps.withdraw_promises(session, calls, actor.at),
        messages=steps.delete_messages(session, pseudonyms, actor.at),
        numbers=erase_numbers(session, calls),
        salts=steps.destroy_caller_salts(session, calls),
        # A number that only these calls belong to leads nowhere any more either.
        match_values=match_values
        + forget_pseudonyms(session, steps.callers_without_other_calls(session, calls)),
    )
    steps.erase_promised_numbers(session, calls)
    delete_codes(session, calls)
    steps.mark_erased(session, calls, actor.at)
    if destroyed:
        record_act(session, ActKind.ERASURE, actor, destroyed)
    return ErasureResult(len(calls), destroyed)


def _lock_calls(steps: ErasureSteps, session: Session, pseudonyms: Pseudonyms) -> tuple[Calls, int]:
    """Lock the caller's calls, then forget the pseudonyms, which waits for calls that arrive now; those are locked too.

    Everybody locks calls before anything else of them. Returns the calls, and how many match values were deleted.
    """
    steps.lock_calls(session, steps.calls_of_callers(session, pseudonyms))
    match_values = forget_pseudonyms(session, pseudonyms)
    calls = steps.calls_of_callers(session, pseudonyms)
    steps.lock_calls(session, calls)
    return calls, match_values
