"""The numbers of the account, and what is asked when one is dialed: kept for as long as the carrier runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

SETTINGS: Mapping[str, str] = {
    "voice_url": "",
    "voice_method": "POST",
    "voice_fallback_url": "",
    "voice_fallback_method": "POST",
    "status_callback": "",
    "status_callback_method": "POST",
    "voice_application_sid": "",
    "trunk_sid": "",
    "voice_receive_mode": "voice",
}
"""what can be set at a number, as it is at one that was just bought"""


@dataclass
class OwnedNumber:
    """A number of the account."""

    number: str
    bought_at: datetime
    settings: dict[str, str]
    changed_at: datetime | None = None

    @property
    def sid(self) -> str:
        """The same after a restart, and whatever else is named by chance."""
        return f"PN{hashlib.sha256(self.number.encode()).hexdigest()[:32]}"


@dataclass
class OwnedNumbers:
    """Those that were bought, and those that the account has by itself: `listed`, with the settings `usual`."""

    listed: Callable[[], Iterable[str]] = tuple
    usual: Mapping[str, str] = field(default_factory=dict)
    _owned: dict[str, OwnedNumber] = field(default_factory=dict, repr=False)

    def buys(self, number: str, now: datetime, settings: Mapping[str, str] | None = None) -> OwnedNumber:
        """Have the account own a number; one that it has stays as it is."""
        new = OwnedNumber(number, now, {**SETTINGS, **(settings or {})})
        return self._owned.setdefault(number, new)

    def known(self, now: datetime) -> list[OwnedNumber]:
        """All numbers of the account, by now."""
        for number in self.listed():
            self.buys(number, now, self.usual)
        return list(self._owned.values())

    def by_sid(self, sid: str, now: datetime) -> OwnedNumber | None:
        """A number by the carrier's name for it."""
        return next((owned for owned in self.known(now) if owned.sid == sid), None)
