"""How people's behavior is written on a command line: `--press 2,1`, `--center KEY=answer:90`. *Pure.*"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from callrouter.errors import Fault
from simulator.behavior import NOTHING, CenterBehavior, RingOutcome

NO_KEY = ("-", ".")
KEYS = re.compile(r"[0-9*#]+")

EXAMPLES = (
    "answer:90, answer:9:caller:after=12:key=2, answer:60:keys=-1, "
    "busy, failed, no-answer, voicemail, decline, left:8"
)

SHORT: dict[str, CenterBehavior] = {
    "answer": CenterBehavior(RingOutcome.A_PERSON),
    "decline": CenterBehavior(RingOutcome.A_PERSON, seconds=0.0, declines=True),
    "voicemail": CenterBehavior(RingOutcome.A_MACHINE, seconds=30.0, rings=18.0),
    "busy": CenterBehavior(RingOutcome.BUSY),
    "failed": CenterBehavior(RingOutcome.FAILED),
    "no-answer": CenterBehavior(RingOutcome.NOBODY),
    "left": CenterBehavior(RingOutcome.THE_CALLER_LEAVES, seconds=8.0),
}


def keys_pressed(text: str) -> tuple[str, ...]:
    """The keys for one prompt after another: `21` is `2,1`; `-` or `.` presses none at its prompt.

    Between commas there may be several keys for one prompt: `2,5551234#`.
    """
    entries = text.split(",") if "," in text else list(text)
    return tuple(_entry(entry.strip()) for entry in entries if entry.strip())


def _entry(entry: str) -> str:
    if entry in NO_KEY:
        return NOTHING
    if not KEYS.fullmatch(entry):
        raise Fault(
            f"{entry!r} is not on a telephone's keys: press 0-9, * and #, or - for none (example: 2,1)"
        )
    return entry


def center_behaviors(text: str) -> tuple[CenterBehavior, ...]:
    """What a center does when it is rung the first time, the second time …: `no-answer,answer:90`."""
    return tuple(center_behavior(part.strip()) for part in text.split(","))


def center_behavior(text: str) -> CenterBehavior:
    """One behavior, such as `answer:90`: a word, then in any order seconds, `caller`, `after=…`, `key(s)=…`."""
    word, *details = text.split(":")
    if word not in SHORT:
        raise Fault(f"{word!r} is nothing a center does; write one of: {EXAMPLES}")
    behavior = SHORT[word]
    for detail in details:
        behavior = _with_detail(behavior, detail, text)
    return behavior


def _with_detail(behavior: CenterBehavior, detail: str, text: str) -> CenterBehavior:
    name, _, value = detail.rpartition("=")
    change = DETAILS.get(name or ("who" if detail == "caller" else "seconds"))
    try:
        return change(behavior, value) if change else _unclear(detail, text)
    except (ValueError, Fault):
        return _unclear(detail, text)


def _unclear(detail: str, text: str) -> CenterBehavior:
    raise Fault(f"{detail!r} in {text!r} is not understood; write one of: {EXAMPLES}")


def _seconds(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", value):
        raise ValueError(value)
    return float(value)


def _key(value: str) -> str:
    if value not in NO_KEY and not KEYS.fullmatch(value):
        raise ValueError(value)
    return NOTHING if value in NO_KEY else value


def _keys(value: str) -> tuple[str, ...]:
    """As for a caller, with a slash for the comma, which stands between behaviors: `2/5551234#`."""
    if not value:
        raise ValueError(value)
    return keys_pressed(value.replace("/", ","))


DETAILS: dict[str, Callable[[CenterBehavior, str], CenterBehavior]] = {
    "seconds": lambda behavior, value: replace(behavior, seconds=_seconds(value)),
    "after": lambda behavior, value: replace(behavior, rings=_seconds(value)),
    "key": lambda behavior, value: replace(behavior, key=_key(value)),
    "keys": lambda behavior, value: replace(behavior, keys=_keys(value)),
    "who": lambda behavior, value: replace(behavior, hangs_up="caller"),
}
