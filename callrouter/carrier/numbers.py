"""Points the account's numbers at this server. `compare` is pure; `carry_out` calls the carrier.

Twilio prefers a trunk to an application, and an application to the URLs of the number itself. A number that receives
faxes uses none of them. So these three are compared too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from callrouter.telephony import RETRIED, CarrierError, CarrierNumbers, CarriersNumber


class Kind(StrEnum):
    """The action for a number."""

    KEEP = "right"
    POINT = "wrong"
    """change its settings"""
    GET = "not at the carrier"
    """the directory has it and the account does not: buy it, or remove it from the directory"""
    LEAVE = "not in the directory"
    """the account uses it for something else"""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of a number at the carrier."""

    setting: str
    is_set: str
    wanted: str


@dataclass(frozen=True, slots=True)
class NumberAction:
    """The action for one number."""

    kind: Kind
    number: str
    sid: str | None = None
    """the carrier's name for the number"""
    changes: tuple[Change, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether calls to the number do not reach this server now."""
        return self.kind in {Kind.POINT, Kind.GET}


@dataclass(frozen=True, slots=True)
class NumberResult:
    """The result of an action. `error` says why it failed."""

    action: NumberAction
    done: bool
    error: str | None = None


def our_settings(origin: str) -> Mapping[str, str]:
    """The settings that each of our numbers needs, for a server with this public origin. *Pure.*"""
    base = f"{origin}/twilio"
    return {
        "voice_url": f"{base}/voice",
        "voice_method": "POST",
        "voice_fallback_url": f"{base}/fallback",
        "voice_fallback_method": "POST",
        "status_callback": f"{base}/status{RETRIED}",
        "status_callback_method": "POST",
        "voice_application_sid": "",
        "trunk_sid": "",
        "voice_receive_mode": "voice",
    }


def compare(
    ours: Iterable[str], theirs: Iterable[CarriersNumber], wanted: Mapping[str, str]
) -> list[NumberAction]:
    """An action for each number of the directory (`ours`) and of the account (`theirs`). *Pure.*"""
    owned = {each.number: each for each in theirs}
    dialled = set(ours)
    about_ours = [_about(number, owned.get(number), wanted) for number in sorted(dialled)]
    about_others = [
        NumberAction(Kind.LEAVE, number, owned[number].sid) for number in sorted(owned.keys() - dialled)
    ]
    return about_ours + about_others


def carry_out(carrier: CarrierNumbers, actions: Iterable[NumberAction]) -> Iterator[NumberResult]:
    """Change the numbers that are wrong, one by one. A failure does not stop the others."""
    for action in actions:
        if action.kind is Kind.POINT and action.sid is not None:
            yield _pointed(carrier, action, action.sid)
        else:
            yield NumberResult(action, done=False)


def _about(number: str, owned: CarriersNumber | None, wanted: Mapping[str, str]) -> NumberAction:
    if owned is None:
        return NumberAction(Kind.GET, number)
    is_set = owned.settings
    changes = tuple(
        Change(name, is_set.get(name, ""), value)
        for name, value in wanted.items()
        if is_set.get(name, "") != value
    )
    return NumberAction(Kind.POINT if changes else Kind.KEEP, number, owned.sid, changes)


def _pointed(carrier: CarrierNumbers, action: NumberAction, sid: str) -> NumberResult:
    try:
        carrier.change_number(sid, {change.setting: change.wanted for change in action.changes})
    except CarrierError as error:
        return NumberResult(action, done=False, error=str(error))
    return NumberResult(action, done=True)
