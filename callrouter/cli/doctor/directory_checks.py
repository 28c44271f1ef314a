"""The checks of the directory: its hours, and whether each helpline has a seat that may be rung."""

from __future__ import annotations

from collections import Counter

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.directory.faults import quoted
from callrouter.directory.opening_hours.opening import fault_in_hours
from callrouter.directory.versions import DirectoryCache
from callrouter.routing.explain import ExplainedCall, SeatStatus, explain, for_any_state
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache

_LOAD = "callrouter directory load FILE"


def directory(dependencies: CommandDependencies) -> str:
    in_force = dependencies.directory_in_force()
    if not in_force.version:
        raise FailedCheck("none is loaded", _LOAD)
    for center in in_force.centers.values():
        if fault := fault_in_hours(center.hours):
            mend = fault.mend or "write them as docs/directory-file.md says"
            raise FailedCheck(
                f"{center.key} has hours {quoted(center.hours)}: {fault.what}", f"{mend}; {_LOAD}"
            )
    return f"version {in_force.version}"


def helplines(dependencies: CommandDependencies) -> str:
    """Check that each helpline has a seat that could be rung now, for callers of some state."""
    with dependencies.reading() as connection:
        session = connection
        in_force, any_caller = DirectoryCache().in_force(session), ExplainedCall("", dependencies.now())
        spoken = spoken_seconds(WordingsCache().in_force(session))
        seats = {
            helpline.key: explain(session, in_force, for_any_state(helpline), any_caller, spoken)
            for helpline in in_force.helplines.values()
        }
    for key, its_seats in seats.items():
        if not any(seat.may_be_rung for seat in its_seats):
            number = in_force.helplines[key].numbers[0]
            raise FailedCheck(
                f"{key} has no seat that may be rung now: {_reasons(its_seats)}",
                f"callrouter explain {number}",
            )
    counts = ", ".join(f"{key} {_count(its_seats)}" for key, its_seats in seats.items())
    return f"seats that may be rung: {counts}"


def _count(seats: list[SeatStatus]) -> str:
    return f"{sum(seat.may_be_rung for seat in seats)} of {len(seats)}"


def _reasons(seats: list[SeatStatus]) -> str:
    counted = Counter(seat.status for seat in seats)
    return ", ".join(f"{reason} ({number})" for reason, number in counted.most_common())
