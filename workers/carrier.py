"""The carrier, and the dialer that makes return calls through it: for the errands alone.

Asking it takes the SDK, which takes 27 MB to import.
"""

from __future__ import annotations

import time
from functools import cache

from callrouter.carrier.auditor import Auditor
from callrouter.carrier.patience import Patient
from callrouter.carrier.twilio_rest import TwilioRest
from callrouter.carrier.wire import Sockets
from callrouter.promises.dependencies import PromiseDependencies
from callrouter.promises.dialer import ReturnCallDialer
from callrouter.telephony import Carrier
from config.settings import read_settings
from workers.workshop import workshop


@cache
def carrier() -> Carrier:
    """The account that is set, or the simulated one, as this process asks it."""
    settings = read_settings()
    return TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)


@cache
def dialer() -> ReturnCallDialer:
    """What this process makes return calls with."""
    settings, shop = read_settings(), workshop()
    dependencies = PromiseDependencies(shop.directories, shop.memory, shop.hours)
    return ReturnCallDialer(shop.database, dependencies, carrier(), settings.public_url, shop.now)


@cache
def auditor() -> Auditor:
    """Who compares our books with the carrier's, in this process."""
    settings, shop = read_settings(), workshop()
    patient = Patient(Sockets(), time.sleep)
    books = TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url, patient)
    return Auditor(shop.database, books, shop.directories, shop.memory, shop.now)
