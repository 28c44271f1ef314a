"""`/IncomingPhoneNumbers` and the account itself: looked up, and the numbers' webhooks changed."""

from __future__ import annotations

from functools import partial

from simulator.rest.account_state import Site
from simulator.rest.messages import ApiError, Asked, Given, document
from simulator.rest.owned_numbers import SETTINGS, OwnedNumber
from simulator.rest.pagination import Filter, listed, matching, newest_first, same
from simulator.rest.resources import account_resource, number_resource

FILTERS: dict[str, Filter] = {"PhoneNumber": same(lambda owned: owned.number)}
LONGEST = 2048
"""characters of a URL"""
URLS = ("voice_url", "voice_fallback_url", "status_callback")


def show_account(site: Site, asked: Asked) -> Given:
    return document(account_resource(site.account, site.knobs.account_status, site.opened_at))


def find(site: Site, asked: Asked) -> Given:
    """Those that the query asks for, the newest first."""
    wanted = matching(asked.query, FILTERS)
    found = newest_first(
        [owned for owned in site.numbers.known(site.now()) if wanted(owned)], lambda owned: owned.bought_at
    )
    return document(
        listed(asked, "incoming_phone_numbers", found, partial(number_resource, site.account.sid))
    )


def show(site: Site, asked: Asked, sid: str) -> Given:
    return document(number_resource(site.account.sid, _known(site, asked, sid)))


def change(site: Site, asked: Asked, sid: str) -> Given:
    """What the form names is set, an empty value takes it away; all else stays."""
    owned, form = _known(site, asked, sid), dict(asked.form)
    changes = {name: form[_camel(name)] for name in SETTINGS if _camel(name) in form}
    for name in URLS:
        if (url := changes.get(name)) and (not url.startswith(("https://", "http://")) or len(url) > LONGEST):
            raise ApiError("bad Url", url)
    owned.settings |= changes
    owned.changed_at = site.now()
    return document(number_resource(site.account.sid, owned))


def _known(site: Site, asked: Asked, sid: str) -> OwnedNumber:
    owned = site.numbers.by_sid(sid, site.now())
    if owned is None:
        raise ApiError("not found", asked.path)
    return owned


def _camel(name: str) -> str:
    """`voice_url` as the form has it: `VoiceUrl`."""
    return "".join(word.capitalize() for word in name.split("_"))
