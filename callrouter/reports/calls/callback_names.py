"""What the callbacks of a call mean, by their keys in the inbox. *Pure.*"""

from __future__ import annotations

import re

_TO_THE_CENTER = ("whisper", "taken")
_OF_A_RETURN = re.compile(r"return (?P<number>\d+) (?P<what>[a-z-]+)( .*)?")
_IN_A_RETURN = {
    "owner": ("the center picked up", "center"),
    "owner-key": ("the center pressed a key", "center"),
    "caller": ("somebody picked up at the caller's", "caller"),
    "caller-key": ("a key was pressed there", "caller"),
    "caller-last-key": ("another key was pressed there", "caller"),
    "bridged": ("the caller's leg has ended", "center"),
    "status": ("the call to the center", "center"),
    "leg": ("the call to the caller", "caller"),
}
_OF_THE_CALL = {
    "status": "the carrier reports the end of the call",
    "recording": "the carrier reports the recording",
}
_KEYS = {
    "turn": "the carrier asks for step {}",
    "fallback": "step {} did not arrive at the carrier",
    "whisper": "leg {} is picked up",
    "taken": "a key is pressed on leg {}",
    "leg": "leg {}",
}


def who_hears(key: str) -> str:
    """`caller` or `center`: who hears the answer to a callback with this key."""
    if returned := _OF_A_RETURN.fullmatch(key):
        return _IN_A_RETURN[returned["what"]][1]
    return "center" if key.startswith(_TO_THE_CENTER) else "caller"


def callback_name(key: str) -> str:
    """What a callback of the carrier with this key means, in words."""
    if key == "turn 0":
        return "the call comes in"
    if returned := _OF_A_RETURN.fullmatch(key):
        return f"return call {returned['number']}: {_IN_A_RETURN[returned['what']][0]}"
    what, _, rest = key.partition(" ")
    if what in _OF_THE_CALL:
        return _OF_THE_CALL[what]
    number, _, _ = rest.partition(" ")
    return _KEYS[what].format(number) if what in _KEYS and re.fullmatch(r"\d+", number) else what
