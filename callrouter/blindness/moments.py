"""Whether the times in the log fit each other: arrivals, decisions, and the directory versions in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from callrouter.blindness.findings import CHARGE, PICK
from callrouter.blindness.log_facts import LogFacts, LoggedDecision
from callrouter.blindness.pauses import MEANWHILE

LONGEST_BEFORE_PICK = timedelta(hours=1)
"""from the arrival of a call until its last center is picked: menus, and centers that were rung in vain"""


def check_moments(facts: LogFacts) -> None:
    """Name what cannot have happened when the log says."""
    for decisions in facts.decisions.values():
        _check_order(facts, sorted(decisions, key=lambda each: each.number))
    for decision in _all(facts):
        why = _not_in_force(facts, decision.directory_version, decision.decided_at)
        facts.found.expect(
            why is None, PICK, decision.name, f"it was taken at {decision.decided_at}, and {why}"
        )
    _check_arrivals(facts)


def _all(facts: LogFacts) -> Iterator[LoggedDecision]:
    for decisions in facts.decisions.values():
        yield from decisions


def _check_order(facts: LogFacts, decisions: Sequence[LoggedDecision]) -> None:
    """A decision may have waited for the ones before it. Promises are given to others in batches of one moment."""
    latest: datetime | None = None
    for decision in decisions:
        if decision.for_promise:
            continue
        is_later = latest is None or decision.decided_at + MEANWHILE >= latest
        why = f"it was taken at {decision.decided_at}, before those before it"
        facts.found.expect(is_later, PICK, decision.name, why)
        latest = max(latest or decision.decided_at, decision.decided_at)


def _check_arrivals(facts: LogFacts) -> None:
    """The rate, the month and the caller's other calls depend on the arrival."""
    first = _first_decisions(_all(facts))
    for connection in facts.connections.values():
        arrived_at, at = connection.arrived_at, first.get(connection.call)
        fits = at is None or arrived_at - MEANWHILE <= at <= arrived_at + LONGEST_BEFORE_PICK
        why = f"it arrived at {arrived_at}, and the first pick for it was at {at}"
        facts.found.expect(fits, CHARGE, connection.call, why)
        other = _not_in_force(facts, connection.directory_version, arrived_at)
        facts.found.expect(other is None, CHARGE, connection.call, f"it arrived at {arrived_at}, and {other}")


def _first_decisions(decisions: Iterable[LoggedDecision]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for each in decisions:
        if not each.for_promise:
            first[each.call] = min(first.get(each.call, each.decided_at), each.decided_at)
    return first


def _not_in_force(facts: LogFacts, number: int, at: datetime) -> str | None:
    """Why this version of the directory was not in force then. None if it may have been."""
    version, following = facts.versions.get(number), facts.versions.get(number + 1)
    if version and at < version.loaded_at - MEANWHILE:
        return f"version {number} of the directory was loaded at {version.loaded_at}"
    if following and at > following.loaded_at + MEANWHILE:
        return f"version {number + 1} of the directory was loaded at {following.loaded_at}"
    return None
