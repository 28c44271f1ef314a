"""The carrier account for commands. Its SDK takes 0.2 s to import, so other commands do not import this."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from callrouter.carrier.http_transport import CarrierTransport
from callrouter.telephony import Carrier, CarrierNumbers
from config.settings import Settings


class CarrierAccount(Carrier, CarrierNumbers, Protocol):
    """All requests about the account."""


def carrier_account(settings: Settings, transport: CarrierTransport) -> CarrierAccount:
    """The configured account, or the simulated one."""
    client: Callable[..., CarrierAccount] = import_module("callrouter.carrier.twilio_rest").TwilioRest
    return client(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url, transport)
