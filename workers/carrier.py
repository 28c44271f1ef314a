"""The carrier, for the errands alone: asking it takes the SDK, which takes 27 MB to import."""

from __future__ import annotations

from functools import cache

from callrouter.carrier.api import Carrier
from callrouter.carrier.twilio_rest import TwilioRest
from config.settings import read_settings


@cache
def carrier() -> Carrier:
    """The account that is set, or the simulated one, as this process asks it."""
    settings = read_settings()
    return TwilioRest(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)
