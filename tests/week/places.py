"""Where callers' numbers belong, and at which hours people may be called there: written down apart from the tables of
the application, so that these can be held against it.

Area codes that lie across zones have all of them: https://nationalnanpa.com/area_code_maps
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
COASTS = (EASTERN, PACIFIC)
"""for numbers that tell nothing of a place in the United States"""

ZONES: dict[str, tuple[str, ...]] = {
    "212": (EASTERN,),
    "305": (EASTERN,),
    "617": (EASTERN,),
    "404": (EASTERN,),
    "312": (CENTRAL,),
    "713": (CENTRAL,),
    "214": (CENTRAL,),
    "303": (MOUNTAIN,),
    "505": (MOUNTAIN,),
    "310": (PACIFIC,),
    "415": (PACIFIC,),
    "206": (PACIFIC,),
    "602": ("America/Phoenix",),
    "808": ("Pacific/Honolulu",),
    "671": ("Pacific/Guam",),
    "684": ("Pacific/Pago_Pago",),
    "787": ("America/Puerto_Rico",),
    "340": ("America/St_Thomas",),
    "907": ("America/Anchorage", "America/Adak"),
    "208": (MOUNTAIN, PACIFIC),
    "219": (CENTRAL, EASTERN),
    "308": (CENTRAL, MOUNTAIN),
    "423": (EASTERN, CENTRAL),
    "541": (PACIFIC, MOUNTAIN),
    "605": (CENTRAL, MOUNTAIN),
    "775": (PACIFIC, MOUNTAIN),
    "812": (EASTERN, CENTRAL),
    "850": (CENTRAL, EASTERN),
    "928": ("America/Phoenix", MOUNTAIN),
    "800": COASTS,
    "416": COASTS,
}
FOREIGN = "+4420"
WITHHELD = "anonymous"
MANY_CALL_FROM = ("212", "305", "617", "404", "312", "713", "214", "310", "415", "206")
"""half of the callers"""
IN_THE_STATES = tuple(code for code in ZONES if code not in {"800", "416"})


def zones_of(number: str) -> tuple[str, ...]:
    """Every zone in which a number's telephone may be."""
    return ZONES[number[2:5]] if number.startswith("+1") else COASTS


def is_day(number: str, moment: datetime) -> bool:
    """Whether it is from 8 to 21 wherever that telephone may be."""
    local = (moment.astimezone(ZoneInfo(zone)).time() for zone in zones_of(number))
    return all(time(8) <= at < time(21) for at in local)


class Numbers:
    """Gives out telephone numbers, each once."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck
        self._lines: dict[str, Iterator[int]] = {code: count() for code in (*ZONES, FOREIGN)}

    def of_a_caller(self) -> str:
        """Of somebody, anywhere."""
        drawn = self._luck.random()
        if drawn < 0.02:
            return FOREIGN + f"{next(self._lines[FOREIGN]):08d}"
        if drawn < 0.52:
            return self._with(self._luck.choice(MANY_CALL_FROM))
        return self._with(self._luck.choice(tuple(ZONES)))

    def in_the_states(self) -> str:
        """Another number of somebody's, that can be entered on the keys."""
        return self._with(self._luck.choice(IN_THE_STATES))

    def _with(self, code: str) -> str:
        line = next(self._lines[code])
        return f"+1{code}{555 + line // 10_000}{line % 10_000:04d}"
