"""The directory that most scenarios are played in: three centers, two listings and a helpline."""

from callrouter.directory.directory import Directory, Seat
from tests.directories import NATIONAL, a_directory, center, helpline, listing, number_of, rate
from tests.directories import partner as a_partner

__all__ = ["DIRECTORY", "HARBOR_PAGE", "NATIONAL", "SUNRISE_PAGE", "screening"]

SUNRISE_PAGE = number_of("listing sunrise-la-page")
HARBOR_PAGE = number_of("listing harbor-sd-page")

SUNRISE = center("sunrise-la", screening="press-1")
HARBOR = center("harbor-sd")
MEADOW = center("meadow-bos", screening="press-1")

# Tiers, so that a scenario knows who is rung first, second and third.
SEATS = (Seat("sunrise-la", tier=1), Seat("harbor-sd", tier=2), Seat("meadow-bos", tier=3))

DIRECTORY = a_directory(
    SUNRISE,
    HARBOR,
    MEADOW,
    listing("sunrise-la-page", "sunrise-la"),
    listing("harbor-sd-page", "harbor-sd"),
    helpline(*SEATS, max_wait_seconds=300),
    a_partner("sunrise", rates=(rate("helpline"), rate("listing"))),
)


def screening(directory: Directory, key: str) -> bool:
    """Whether a center asks for key 1."""
    return directory.centers[key].screens
