"""How a directory version changes the shares of a helpline's seats, in words. *Pure.*

A seat that comes back is compared with what it last was, a new one with the present seats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from callrouter.directory.directory import Directory, Helpline, Seat

Seats = Mapping[tuple[str, str], Seat]
"""seats by their helpline and their center"""

TERMS = ("weight", "tier", "daily_cap", "monthly_cap")


def seat_changes(before: Directory, after: Directory, past: Seats) -> Iterator[str]:
    """The seats whose share of the calls changes. `past` has those that `before` does not have."""
    known = {**past, **seats_of(before)}
    for helpline in after.helplines.values():
        there = before.helplines.get(helpline.key) or helpline
        for seat in helpline.seats:
            last = known.get((helpline.key, seat.center))
            told = _changed(last, seat) if last else _unusual(seat, there)
            yield from (f"helpline {helpline.key}: seat {seat.center}: {change}" for change in told)


def seats_of(directory: Directory) -> Seats:
    """Every seat of a directory."""
    return {
        (helpline.key, seat.center): seat
        for helpline in directory.helplines.values()
        for seat in helpline.seats
    }


def _changed(old: Seat, new: Seat) -> Iterator[str]:
    for name in TERMS:
        was, is_now = getattr(old, name), getattr(new, name)
        if was != is_now:
            yield f"{name.replace('_', ' ')} {_in_words(was)} -> {_in_words(is_now)}"


def _unusual(seat: Seat, helpline: Helpline) -> Iterator[str]:
    weight, tier = _usual(helpline.seats)
    if (seat.weight, seat.tier) != (weight, tier):
        yield f"new, with weight {seat.weight} and tier {seat.tier}; usual are weight {weight} and tier {tier}"


def _usual(seats: Sequence[Seat]) -> tuple[int, int]:
    """The weight and tier of most seats; of equally frequent ones, the lowest."""
    counted = Counter((seat.weight, seat.tier) for seat in seats)
    most = max(counted.values(), default=0)
    return min((each for each, count in counted.items() if count == most), default=(1, 1))


def _in_words(cap: int | None) -> str:
    return "none" if cap is None else str(cap)
