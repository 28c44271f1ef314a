"""Opening hours against the reference implementation of the syntax.

hours_reference.json has its answers, and names its version; hours_reference.mjs made them. We differ on purpose:

1. A holiday on a Saturday is also observed on the Friday before. The reference misses two of these Fridays:
   31 December 2027, for New Year's Day, and 10 November 2028, for Veterans Day.
2. Hours past midnight last until their end, whatever rule the next day has. The reference has a later rule of the next
   day replace them, and warns that this may not be what was meant.
3. Hours that a later rule replaces are replaced whole. The reference keeps their part past midnight.

The second and third concern hours past midnight only, and all expressions with them where that matters are listed here.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from callrouter.directory.opening_hours.opening import fault_in_hours, opening
from tests.directories import center

REFERENCE = json.loads(Path(__file__).with_name("hours_reference.json").read_text())
OPEN: dict[str, dict[str, str]] = REFERENCE["open"]
MOMENTS = [
    datetime.fromisoformat(first.replace("Z", "+00:00")) + number * timedelta(minutes=minutes)
    for first, minutes, count in REFERENCE["moments"]
    for number in range(count)
]

ALSO_OBSERVED = {date(2027, 12, 31), date(2028, 11, 10)}

PAST_MIDNIGHT = {
    "Mo-Th,Su 11:00-01:00; Fr-Sa 11:00-03:00": time(1),
    "Su-Th 11:00-01:00; Fr-Sa 11:00-03:00": time(1),
    "Mo-Th 11:00-01:00; Fr-Sa 11:00-03:00; Su 12:00-24:00": time(3),
    "Mo-Fr 11:00-01:00; Fr 11:00-03:00": time(1),
    "Mo-Fr 18:00-08:00; Sa 10:00-14:00": time(8),
    "Mo-Fr 22:00-06:00; Sa-Su 20:00-08:00": time(6),
    "Mo-Su 18:00-08:00; PH 00:00-08:00": time(8),
    "Mo-Su 18:00-08:00; PH off": time(8),
    "Mo-Sa 18:00-02:00; Su off": time(2),
    "Mo-Su 18:00-02:00; Dec 24 10:00-14:00": time(2),
}
"""Until when past midnight we differ."""


def differences(hours: str, zone: str) -> Iterator[datetime]:
    """The moments at which we say otherwise, by the clock on the wall."""
    place = center(hours=hours, timezone=zone)
    theirs = f"{int(OPEN[hours][zone], 16):0{len(MOMENTS)}b}"
    for moment, bit in zip(MOMENTS, theirs, strict=True):
        if opening(place, moment).is_open is not (bit == "1"):
            yield moment.astimezone(ZoneInfo(zone))


def is_on_purpose(hours: str, wall: datetime) -> bool:
    on_observed = wall.date() in ALSO_OBSERVED or wall.date() - timedelta(days=1) in ALSO_OBSERVED
    return ("PH" in hours and on_observed) or wall.time() < PAST_MIDNIGHT.get(hours, time())


@pytest.mark.parametrize("zone", REFERENCE["zones"])
@pytest.mark.parametrize("hours", OPEN)
def test_hours_are_those_of_the_reference_but_for_what_differs_on_purpose(hours: str, zone: str) -> None:
    assert [wall for wall in differences(hours, zone) if not is_on_purpose(hours, wall)] == []


def test_the_comparison_is_of_some_hundred_expressions_and_moments() -> None:
    assert len(OPEN) > 120
    assert len(MOMENTS) == 400
    assert len(REFERENCE["zones"]) == 4


@pytest.mark.parametrize("hours", PAST_MIDNIGHT)
def test_each_difference_past_midnight_is_one(hours: str) -> None:
    found = (wall for zone in REFERENCE["zones"] for wall in differences(hours, zone))
    assert any(wall.time() < PAST_MIDNIGHT[hours] for wall in found)


def test_what_is_refused_is_what_the_comparison_says() -> None:
    refused = [hours for hours in OPEN if fault_in_hours(hours)]
    assert refused == REFERENCE["refused_unclear"]
    assert all(fault_in_hours(hours) for hours in REFERENCE["refused_unreadable"])
