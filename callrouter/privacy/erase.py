"""Erases a caller on request: sealed numbers, messages and match values, in one transaction.

Disclosures and charges stay, but lead to nobody. A do-not-call entry stays: without it we could not respect the
request. Each folder erases in its own tables. This module calls them in order. The folders lie above this one, so
their functions are parameters (`callrouter/erasure.py` passes them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callrouter.database import Session
from callrouter.privacy.anonymous import anonymous_match
from callrouter.privacy.numbers import erase_numbers
from callrouter.privacy.proof_codes import delete_codes

Calls = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureSteps:
    """The functions that erase in the tables of other folders, in order."""

    calls_of_number: Callable[[Session, str], Calls]
    lock_calls: Callable[[Session, Calls], None]
    withdraw_promises: Callable[[Session, Calls, datetime], int]
    delete_messages: Callable[[Session, str, datetime], int]
    """all messages of the caller with this match value"""
    erase_promise_matches: Callable[[Session, Calls], None]
    callers_without_other_calls: Callable[[Session, Calls], list[str]]
    """match values"""
    replace_charge_match: Callable[[Session, str, str], None]
    """(session, match value, its replacement)"""
    replace_call_match: Callable[[Session, str, str], None]
    destroy_caller_salts: Callable[[Session, Calls], None]
    """what leads from the evidence log to the callers of these calls"""


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was erased."""

    calls: int
    messages: int
    """deleted"""
    promises: int
    """open promises that were withdrawn"""


def erase_caller(steps: ErasureSteps, session: Session, match: str, now: datetime) -> ErasureResult:
    """Erase the caller with this match value.

    A call with a promise to another number belongs to both numbers. It is erased with either.
    """
    calls = steps.calls_of_number(session, match)
    # Lock calls before promises, like everybody.
    steps.lock_calls(session, calls)
    promises = steps.withdraw_promises(session, calls, now)
    messages = steps.delete_messages(session, match, now)
    erase_numbers(session, calls)
    delete_codes(session, calls)
    steps.destroy_caller_salts(session, calls)
    steps.erase_promise_matches(session, calls)
    _anonymize(steps, session, calls)
    return ErasureResult(len(calls), messages, promises)


def _anonymize(steps: ErasureSteps, session: Session, calls: Calls) -> None:
    """Give each caller of these calls an anonymous match value, so that repeats stay repeats and no amount changes.

    A caller with other calls keeps the match value on all of them.
    """
    for match in steps.callers_without_other_calls(session, calls):
        anonymous = anonymous_match()
        steps.replace_charge_match(session, match, anonymous)
        steps.replace_call_match(session, match, anonymous)
