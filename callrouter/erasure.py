"""Connects the erasure of a caller: which folder erases what in its own tables (`privacy/erase.py`)."""

from __future__ import annotations

from functools import partial

from callrouter.billing.ledger import replace_charge_match
from callrouter.calls.erase import callers_without_other_calls, lock_calls, replace_call_match
from callrouter.evidence.snapshots import destroy_caller_salts
from callrouter.messages.delete import delete_messages_of
from callrouter.privacy import erase
from callrouter.promises.promise import calls_of_number, erase_promise_matches, withdraw_promises

STEPS = erase.ErasureSteps(
    calls_of_number=calls_of_number,
    lock_calls=lock_calls,
    withdraw_promises=withdraw_promises,
    delete_messages=delete_messages_of,
    erase_promise_matches=erase_promise_matches,
    callers_without_other_calls=callers_without_other_calls,
    replace_charge_match=replace_charge_match,
    replace_call_match=replace_call_match,
    destroy_caller_salts=destroy_caller_salts,
)

erase_caller = partial(erase.erase_caller, STEPS)
"""(session, match value, who acts)"""
