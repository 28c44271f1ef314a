"""The carrier and its users in the external worker.

No other process imports this: the carrier's SDK takes 27 MB.
"""

from __future__ import annotations

import time
from functools import cache

from callrouter.carrier.http_transport import HttpTransport
from callrouter.carrier.retry import RetryingTransport
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.return_calls.dialer import ReturnCallDialer
from callrouter.reconciliation.context import ReconciliationContext
from callrouter.telephony import Carrier
from config.settings import read_settings
from workers.dependencies import dependencies


@cache
def carrier() -> Carrier:
    """The configured account, or the simulated one."""
    settings = read_settings()
    return TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)


@cache
def dialer() -> ReturnCallDialer:
    """The return call dialer of this process."""
    settings, deps = read_settings(), dependencies()
    promise_dependencies = PromiseDependencies(deps.directories, deps.memory, deps.hours, deps.vault)
    return ReturnCallDialer(deps.database, promise_dependencies, carrier(), settings.public_url, deps.now)


@cache
def reconciliation_context() -> ReconciliationContext:
    """The reconciliation context of this process."""
    settings, deps = read_settings(), dependencies()
    patient = RetryingTransport(HttpTransport(), time.sleep)
    carrier_reader = TwilioRest(
        settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url, patient
    )
    return ReconciliationContext(deps.database, carrier_reader, deps.directories, deps.memory, deps.now)
