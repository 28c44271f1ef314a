"""How people's behaviour is written on a command line: `--press 2,1`, `--center KEY=answer:90`. *Pure.*"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from callrouter.errors import Fault
from simulator.behavior import NOTHING, CenterBehaviour, Picks

NO_KEY = ("-", ".")
KEYS = re.compile(r"[0-9*#]+")

EXAMPLES = (
    "answer:90, answer:9:caller:after=12:key=2, answer:60:keys=-1, "
    "busy, failed, no-answer, voicemail, decline, left:8"
)

SHORT: dict[str, CenterBehaviour] = {
    "answer": CenterBehaviour(Picks.A_PERSON),
    "decline": CenterBehaviour(Picks.A_PERSON, seconds=0.0, declines=True),
    "voicemail": CenterBehaviour(Picks.A_MACHINE, seconds=30.0, rings=18.0),
    "busy": CenterBehaviour(Picks.BUSY),
    "failed": CenterBehaviour(Picks.FAILED),
    "no-answer": CenterBehaviour(Picks.NOBODY),
    "left": CenterBehaviour(Picks.THE_CALLER_LEAVES, seconds=8.0),
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


def center_behaviours(text: str) -> tuple[CenterBehaviour, ...]:
    """What a center does when it is rung the first time, the second time …: `no-answer,answer:90`."""
    return tuple(center_behaviour(part.strip()) for part in text.split(","))


def center_behaviour(text: str) -> CenterBehaviour:
    """One behaviour, such as `answer:90`: a word, then in any order seconds, `caller`, `after=…`, `key(s)=…`."""
    word, *details = text.split(":")
    if word not in SHORT:
        raise Fault(f"{word!r} is nothing a center does; write one of: {EXAMPLES}")
    behaviour = SHORT[word]
    for detail in details:
        behaviour = _with_detail(behaviour, detail, text)
    return behaviour


def _with_detail(behaviour: CenterBehaviour, detail: str, text: str) -> CenterBehaviour:
    name, _, value = detail.rpartition("=")
    change = DETAILS.get(name or ("who" if detail == "caller" else "seconds"))
    try:
        return change(behaviour, value) if change else _unclear(detail, text)
    except (ValueError, Fault):
        return _unclear(detail, text)


def _unclear(detail: str, text: str) -> CenterBehaviour:
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
    """As for a caller, with a slash for the comma, which stands between behaviours: `2/5551234#`."""
    if not value:
        raise ValueError(value)
    return keys_pressed(value.replace("/", ","))


DETAILS: dict[str, Callable[[CenterBehaviour, str], CenterBehaviour]] = {
    "seconds": lambda behaviour, value: replace(behaviour, seconds=_seconds(value)),
    "after": lambda behaviour, value: replace(behaviour, rings=_seconds(value)),
    "key": lambda behaviour, value: replace(behaviour, key=_key(value)),
    "keys": lambda behaviour, value: replace(behaviour, keys=_keys(value)),
    "who": lambda behaviour, value: replace(behaviour, hangs_up="caller"),
}
