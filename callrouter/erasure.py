"""All that is stored of a caller, and who erases it: each folder in its own tables (`privacy/erase.py`)."""

from __future__ import annotations

from functools import partial

import callrouter.billing.erase
import callrouter.calls.erase
import callrouter.promises.erase
from callrouter.messages.delete import delete_messages_of
from callrouter.privacy.erase import ErasureSteps
from callrouter.privacy.erase import erase_caller as _erase_caller

STEPS = ErasureSteps(
    calls_of_number=callrouter.promises.erase.calls_of_number,
    lock_calls=callrouter.calls.erase.lock_calls,
    withdraw_promises=callrouter.promises.erase.withdraw_promises,
    delete_messages=delete_messages_of,
    erase_matches=(callrouter.promises.erase.erase_matches,),
    callers_without_other_calls=callrouter.calls.erase.callers_without_other_calls,
    replace_match=(callrouter.billing.erase.replace_match, callrouter.calls.erase.replace_match),
)

erase_caller = partial(_erase_caller, STEPS)
