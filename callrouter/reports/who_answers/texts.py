"""The texts of the public page: promises, other ways to treatment, why a center gets no calls. *Pure.*"""

from __future__ import annotations

import re

from callrouter.directory.directory import Partner
from callrouter.directory.opening_hours.week import ALWAYS
from callrouter.routing.eligibility import LICENSE_EXPIRED, NOT_VERIFIED, PAUSED, PAUSED_BY_STAFF, SUSPENDED

PAYS = "a paid advertiser"
PROMISES = (
    "The line is free and confidential. It is open day and night, and a call obliges nobody to anything.",
    "Conversations are not recorded.",
    "Every center that gets calls is a paid advertiser.",
    "Callers hear the name of the center, and that it pays, before they are connected.",
    "A number of one center's listing reaches that center or nobody. Only the caller can choose otherwise.",
    "Nobody receives a commission or a fee for the choice of treatment.",
    "In some cases the partner pays a modest cost per call. It is fixed in advance, and is the same whoever calls.",
)
OTHER_WAYS = (
    {
        "name": "FindTreatment.gov",
        "about": "a list of all licensed providers, kept by the federal agency SAMHSA",
        "address": "https://findtreatment.gov/",
    },
    {
        "name": "SAMHSA's National Helpline, 1-800-662-4357",
        "about": "names licensed providers near you; free, confidential, day and night",
        "address": "tel:+18006624357",
    },
    {
        "name": "988 Suicide and Crisis Lifeline",
        "about": "call or text 988 in a crisis, day and night. Where a life is in danger, call 911",
        "address": "tel:988",
    },
)
CLOSED_NOW = "closed at this hour"
REASONS = {
    SUSPENDED: "suspended: it gets no calls",
    NOT_VERIFIED: "not verified as a partner: it gets no calls",
    PAUSED: "paused, because it did not answer",
    PAUSED_BY_STAFF: "paused by the staff of the helpline",
}
_DAYS = {
    "Mo": "Mon",
    "Tu": "Tue",
    "We": "Wed",
    "Th": "Thu",
    "Fr": "Fri",
    "Sa": "Sat",
    "Su": "Sun",
    "PH": "federal holidays",
    "off": "closed",
}
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})\b")


def reason_in_words(reason: str | None, partner: Partner) -> str:
    """Why a center gets no calls."""
    if reason == LICENSE_EXPIRED:
        return f"its license expired on {partner.license.expires.isoformat()}: it gets no calls"
    return REASONS.get(reason or "", "paused")


def hours_in_words(hours: str) -> str:
    """Opening hours with the names of days spelled for readers."""
    return "day and night" if hours == ALWAYS else _DAY.sub(lambda day: _DAYS[day[0]], hours)
