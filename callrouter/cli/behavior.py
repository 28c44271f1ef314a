"""How the centers behave on a simulated call: `--center KEY=answer:90`, by the keys of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat

from callrouter.cli.center import known
from callrouter.directory.directory import Directory
from callrouter.errors import Fault
from simulator import CenterBehaviour, Centers, center_behaviours

Behaviours = tuple[CenterBehaviour, ...]

NO_ANSWER, ANSWERS = center_behaviours("no-answer,answer:90")


def center_behaves(written: str) -> tuple[str, Behaviours]:
    """A center's key and what it does when it is rung the first time, the second time …"""
    key, given, behaviours = written.partition("=")
    if not given or not key:
        raise Fault(f"{written!r} does not say KEY=BEHAVIOUR; for example sunrise-la=answer:90")
    return key, center_behaviours(behaviours)


def centers(directory: Directory, given: Iterable[tuple[str, Behaviours]]) -> Centers:
    """Who behaves how. Centers that nothing is said of do not answer; with nothing said, the third does."""
    at: dict[str, list[CenterBehaviour]] = defaultdict(list)
    for key, behaviours in given:
        known(directory, key)
        at[directory.centers[key].phone] += behaviours
    return Centers(dict(at)) if at else ThirdAnswers()


def as_behaviour(written: str) -> str:
    """What somebody does, as it is written, once it is known to mean something."""
    center_behaviours(written)
    return written


def who_may_owe(directory: Directory, dialled: str) -> set[str]:
    """The telephones of all centers that may come to owe a return call to whoever dials this number."""
    listing = directory.listing_at.get(dialled)
    helpline = directory.helpline_at.get(dialled) or directory.helpline_for(listing.key if listing else None)
    owners = {seat.center for seat in helpline.seats} if helpline else set()
    return {directory.centers[key].phone for key in owners | ({listing.center} if listing else set())}


@dataclass(frozen=True)
class ThirdAnswers(Centers):
    """Whoever is rung: the first two do not answer, the third takes the call."""

    behaviours_in_turn: Iterator[CenterBehaviour] = field(
        default_factory=lambda: chain((NO_ANSWER, NO_ANSWER), repeat(ANSWERS))
    )

    def when_rung(self, number: str, earlier: int) -> CenterBehaviour:
        return next(self.behaviours_in_turn)
