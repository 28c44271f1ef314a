"""Connects the erasure of a caller: which folder erases what in its own tables (`privacy/erase.py`)."""

from __future__ import annotations

from functools import partial

from callrouter.calls.erase import lock_calls, mark_erased
from callrouter.evidence.snapshots import destroy_caller_salts
from callrouter.messages.delete import delete_messages_of
from callrouter.privacy import erase
from callrouter.promises.erase import (
    callers_without_other_calls,
    calls_of_callers,
    erase_promised_numbers,
    withdraw_promises,
)

STEPS = erase.ErasureSteps(
    calls_of_callers=calls_of_callers,
    lock_calls=lock_calls,
    withdraw_promises=withdraw_promises,
    delete_messages=delete_messages_of,
    callers_without_other_calls=callers_without_other_calls,
    erase_promised_numbers=erase_promised_numbers,
    mark_erased=mark_erased,
    destroy_caller_salts=destroy_caller_salts,
)

erase_caller = partial(erase.erase_caller, STEPS)
"""(session, pseudonyms, who acts)"""
