"""The directory under which the calls are measured: centers, and one helpline in which some of them have seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from callrouter.directory.directory import Center, Directory, Helpline, License, Partner, Rate, Seat

DIALLED = "+18445610606"
HELPLINE = "national"
CENTERS_TO_A_PARTNER = 4
# Nobody runs into these; that they have to be looked at is what they are for.
HIGH = 1_000_000


def a_directory(*, seats: int, centers: int | None = None, all_kinds: bool = True) -> Directory:
    """A helpline with so many seats, in a directory of so many centers (else of those with seats).

    Of `all_kinds`, out of ten seats one has caps, one serves two states, one serves another one than the callers',
    one center has a limit of calls at a time, and one comes after all others. Otherwise they differ only in weight.
    """
    all_centers = {f"center-{n}": _center(n) for n in range(centers or seats)}
    partners = {center.partner: _partner(center.partner) for center in all_centers.values()}
    if all_kinds:
        all_centers |= {
            key: replace(center, max_concurrent=HIGH)
            for n, (key, center) in enumerate(all_centers.items())
            if n % 10 == 3
        }
    seated = tuple(_seat(n, all_kinds=all_kinds) for n in range(seats))
    helpline = Helpline(HELPLINE, "Addiction Helpline America", (DIALLED,), "America/New_York", seats=seated)
    return Directory(0, partners, all_centers, {}, {HELPLINE: helpline})


def _partner(key: str) -> Partner:
    rates = (Rate("helpline", date(2026, 1, 1), 3500, "USD"),)
    name = key.replace("-", " ").title()
    return Partner(
        key, name, "verified", "America/Los_Angeles", License("190001AP", "CA", date(2040, 12, 31)), "", rates
    )


def _center(n: int) -> Center:
    partner = f"partner-{n // CENTERS_TO_A_PARTNER}"
    return Center(
        f"center-{n}",
        partner,
        f"Recovery Center Number {n}",
        f"+1212{5_000_000 + n}",
        "America/Los_Angeles",
        languages=("en", "es"),
    )


def _seat(n: int, *, all_kinds: bool) -> Seat:
    plain = Seat(f"center-{n}", weight=1 + n % 3)
    return _KINDS.get(n % 10, _alike)(plain) if all_kinds else plain


def _alike(seat: Seat) -> Seat:
    return seat


def _capped(seat: Seat) -> Seat:
    return replace(seat, daily_cap=HIGH, monthly_cap=HIGH)


def _for_two_states(seat: Seat) -> Seat:
    return replace(seat, states=("CA", "NV"))


def _for_another_state(seat: Seat) -> Seat:
    return replace(seat, states=("TX",))


def _in_reserve(seat: Seat) -> Seat:
    return replace(seat, tier=2)


_KINDS = {0: _capped, 1: _for_two_states, 2: _for_another_state, 4: _in_reserve}
