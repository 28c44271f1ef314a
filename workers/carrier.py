"""The carrier, and who makes return calls through it: for the external queue alone.

Asking it takes the SDK, which takes 27 MB to import.
"""

from __future__ import annotations

import time
from functools import cache

from callrouter.carrier.patience import Patient
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.carrier.wire import Sockets
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.return_calls.dialer import ReturnCallDialer
from callrouter.reconciliation.context import ReconciliationContext
from callrouter.telephony import Carrier
from config.settings import read_settings
from workers.dependencies import dependencies


@cache
def carrier() -> Carrier:
    """The account that is set, or the simulated one, as this process asks it."""
    settings = read_settings()
    return TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)


@cache
def dialer() -> ReturnCallDialer:
    """What this process makes return calls with."""
    settings, deps = read_settings(), dependencies()
    promise_dependencies = PromiseDependencies(deps.directories, deps.memory, deps.hours)
    return ReturnCallDialer(deps.database, promise_dependencies, carrier(), settings.public_url, deps.now)


@cache
def reconciliation_context() -> ReconciliationContext:
    """What this process compares our records with the carrier's by."""
    settings, deps = read_settings(), dependencies()
    patient = Patient(Sockets(), time.sleep)
    books = TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url, patient)
    return ReconciliationContext(deps.database, books, deps.directories, deps.memory, deps.now)
