"""The directory of the week: centers in every zone, some of them open by day only; and how it is edited meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from callrouter.directory.directory import Center, Directory, Seat
from tests.directories import NATIONAL, a_directory, center, helpline, listing, number_of, partner
from tests.week.places import CENTRAL, EASTERN, MOUNTAIN, PACIFIC

OFFICE, LONG_DAYS, ALWAYS = "Mo-Fr 08:00-20:00; Sa 10:00-14:00", "Mo-Su 06:00-22:00", "24/7"

CENTERS: tuple[Center, ...] = (
    center("alder-nyc", timezone=EASTERN, hours=ALWAYS, screening="press-1", max_concurrent=4),
    center("alder-buffalo", timezone=EASTERN, hours=OFFICE, max_concurrent=2),
    center("birch-bos", timezone=EASTERN, hours=LONG_DAYS, screening="press-1", pause_after_missed=6),
    center("birch-hartford", timezone=EASTERN, hours=OFFICE, max_concurrent=2),
    center("cedar-mia", timezone=EASTERN, hours=ALWAYS, screening="press-1", max_concurrent=5),
    center("cedar-tampa", timezone=EASTERN, hours=LONG_DAYS, max_concurrent=3),
    center("dogwood-atl", timezone=EASTERN, hours=LONG_DAYS, pause_after_missed=8),
    center("elm-chi", timezone=CENTRAL, hours=ALWAYS, screening="press-1", max_concurrent=5),
    center("elm-peoria", timezone=CENTRAL, hours=OFFICE, max_concurrent=2, languages=("en",)),
    center("fir-dallas", timezone=CENTRAL, hours=LONG_DAYS, screening="press-1", max_concurrent=4),
    center("fir-houston", timezone=CENTRAL, hours=ALWAYS, max_concurrent=4),
    center("gum-denver", timezone=MOUNTAIN, hours=LONG_DAYS, screening="press-1", max_concurrent=3),
    center("gum-boise", timezone="America/Boise", hours=OFFICE, max_concurrent=1),
    center("hazel-phoenix", timezone="America/Phoenix", hours=ALWAYS, screening="press-1", max_concurrent=4),
    center("ivy-la", timezone=PACIFIC, hours=ALWAYS, screening="press-1", max_concurrent=6),
    center("ivy-sd", timezone=PACIFIC, hours=LONG_DAYS, pause_after_missed=10),
    center("juniper-seattle", timezone=PACIFIC, hours=OFFICE, screening="press-1", max_concurrent=2),
    center("juniper-portland", timezone=PACIFIC, hours=LONG_DAYS, max_concurrent=3),
    center("koa-honolulu", timezone="Pacific/Honolulu", hours="Mo-Su 07:00-21:00", max_concurrent=2),
    center("larch-anchorage", timezone="America/Anchorage", hours=OFFICE, max_concurrent=1),
)
WITH_A_PAGE = (
    "alder-buffalo",
    "birch-bos",
    "cedar-mia",
    "elm-peoria",
    "fir-dallas",
    "gum-boise",
    "hazel-phoenix",
    "ivy-la",
    "juniper-seattle",
    "koa-honolulu",
)
NATIONAL_SEATS = tuple(
    Seat(each.key, weight=2 if each.hours == ALWAYS else 1, tier=1 if each.key < "g" else 2)
    for each in CENTERS
    if each.key not in {"koa-honolulu", "larch-anchorage"}
)
WESTERN_SEATS = (
    Seat("ivy-la", weight=2),
    Seat("ivy-sd", daily_cap=40),
    Seat("hazel-phoenix"),
    Seat("gum-denver", states=("CO", "NM", "UT", "ID")),
    Seat("juniper-portland"),
    Seat("koa-honolulu", states=("HI", "GU")),
)
DIRECTORY = a_directory(
    *CENTERS,
    *(listing(f"{key}-page", key) for key in WITH_A_PAGE),
    helpline(*NATIONAL_SEATS, max_wait_seconds=150),
    helpline(*WESTERN_SEATS, key="western", timezone=PACIFIC, max_wait_seconds=180),
    # Two alone: what they both miss, nobody else takes over.
    helpline("larch-anchorage", "juniper-seattle", key="northern", timezone=PACIFIC),
)
WESTERN, NORTHERN = number_of("helpline western"), number_of("helpline northern")
PAGES = tuple(number_of(f"listing {key}-page") for key in WITH_A_PAGE)
NOBODYS_NUMBER = "+13235550199"
NUMBERS = {NATIONAL: 64, WESTERN: 12, NORTHERN: 3, **dict.fromkeys(PAGES, 2), NOBODYS_NUMBER: 0.2}
"""our numbers: how often each is dialed"""


@dataclass(frozen=True)
class Edit:
    """A change of the directory, at a part of the week."""

    at: float
    of: Any

    def after(self, week: timedelta) -> float:
        return self.at * week.total_seconds()


def edits() -> Iterator[Edit]:
    """A partner is suspended and comes back, a center closes for good, another leaves the directory."""
    yield Edit(0.20, lambda now: _with(now, partners=partner("cedar", status="suspended")))
    yield Edit(0.30, lambda now: _with(now, partners=partner("cedar")))
    yield Edit(0.40, lambda now: _with(now, centers=replace(now.centers["hazel-phoenix"], hours="off")))
    yield Edit(0.55, lambda now: _without(now, "elm-peoria"))
    yield Edit(0.70, lambda now: _with(now, partners=partner("koa", status="ended")))


def _with(directory: Directory, **changed: Any) -> Directory:
    [(section, entry)] = changed.items()
    sections: dict[str, Any] = {section: {**getattr(directory, section), entry.key: entry}}
    return replace(directory, **sections)


def _without(directory: Directory, key: str) -> Directory:
    """The directory without a center, its pages and its seats."""
    return replace(
        directory,
        centers={other: each for other, each in directory.centers.items() if other != key},
        listings={page: each for page, each in directory.listings.items() if each.center != key},
        helplines={
            name: replace(each, seats=tuple(seat for seat in each.seats if seat.center != key))
            for name, each in directory.helplines.items()
        },
    )
