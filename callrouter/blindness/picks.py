"""Recomputes every past pick from the log alone: who was eligible, who was owed most, and who had to be rung."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from callrouter.blindness.fair_share import largest_possible_distance, most_pending
from callrouter.blindness.findings import PICK, Findings
from callrouter.blindness.log_facts import LogFacts, LoggedDecision, LoggedResult
from callrouter.blindness.skips import SkipCheck
from callrouter.directory.directory import CALL_KINDS, Directory, Helpline
from callrouter.routing.eligibility import Lineup, line_up
from callrouter.routing.give_back import UNDONE
from callrouter.routing.replay import ReplayResult, StoredDecision, replay
from callrouter.routing.rotation import UNITS

HELPLINE, LISTING = CALL_KINDS


class AuditedRotation(NamedTuple):
    """The picks of a helpline. Distances are in calls."""

    helpline: str
    decisions: int
    other_picks: int
    """that the replay does not confirm"""
    undone: int
    seats: int
    largest_distance: float
    """the greatest that any seat ever was from its fair share"""
    bound: float
    """the greatest that is possible"""
    skipped: dict[str, int]
    """by reason"""
    only_stated: int
    """of the skips: nothing in the log but the decision itself shows them"""


def audit_picks(facts: LogFacts) -> list[AuditedRotation]:
    """Recompute the picks of every helpline in the log."""
    _check_attempts(facts)
    return [
        _audit(facts, helpline, sorted(decisions, key=lambda each: each.number))
        for helpline, decisions in sorted(facts.decisions.items())
    ]


def _check_attempts(facts: LogFacts) -> None:
    """An attempt of a call has one decision, and who was picked is who was connected."""
    picked: dict[tuple[str, int], LoggedDecision] = {}
    for decision in (each for decisions in facts.decisions.values() for each in decisions):
        attempt = decision.call, decision.attempt
        facts.found.expect(
            attempt not in picked, PICK, decision.name, f"attempt {decision.attempt} of the call has two"
        )
        picked[attempt] = decision
    for connection in facts.connections.values():
        made = picked.get((connection.call, connection.attempt)) if not connection.returned else None
        if made and not made.for_promise and made.center != connection.center:
            facts.found.add(
                PICK, made.name, f"{connection.center} was connected, and {made.center} was picked"
            )


def connected_without_pick(facts: LogFacts) -> dict[str, int]:
    """By center: helpline callers who reached it without a pick of theirs, because they or staff asked for it."""
    picked = {
        (each.call, each.center)
        for decisions in facts.decisions.values()
        for each in decisions
        if each.center
    }
    others = Counter(
        each.center
        for each in facts.connections.values()
        if each.kind == HELPLINE and (each.call, each.center) not in picked
    )
    return dict(sorted(others.items()))


def check_listings(facts: LogFacts) -> int:
    """Check that each caller of a listing reached that listing's center. Returns how many there are."""
    of_listings = [each for each in facts.connections.values() if each.kind == LISTING]
    for each in of_listings:
        version = facts.versions.get(each.directory_version)
        listing = version.directory.listing_at.get(each.dialed_number) if version else None
        facts.found.expect(
            listing and listing.center == each.center,
            PICK,
            each.call,
            f"{each.dialed_number} is the listing of {listing.center if listing else 'nobody'}, and {each.center}"
            " was connected",
        )
    return len(of_listings)


def _audit(facts: LogFacts, helpline: str, decisions: Sequence[LoggedDecision]) -> AuditedRotation:
    found = facts.found
    _check_numbers(found, helpline, decisions)
    results = facts.results[helpline]
    skips = SkipCheck(found, facts.pauses)
    lineups = _check_each(facts, decisions, results, skips)
    undone = _undone_after(found, helpline, decisions, results)
    replayed = _replayed(decisions, undone, lineups)
    _name_other_picks(found, helpline, decisions, replayed)
    distance = replayed.largest_credit / UNITS
    seats = len(_centers(lineups))
    bound = largest_possible_distance(seats, most_pending(undone))
    found.expect(distance <= bound, PICK, helpline, f"a seat was {distance:.3f} calls from its fair share")
    return AuditedRotation(
        helpline,
        len(decisions),
        len(replayed.disagreements),
        len(undone),
        seats,
        round(distance, 3),
        round(bound, 3),
        dict(sorted(skips.reasons.items())),
        skips.only_stated,
    )


def _check_numbers(found: Findings, helpline: str, decisions: Sequence[LoggedDecision]) -> None:
    """Decisions are numbered 1, 2, 3 … in their helpline, so none can be left out or put in."""
    counted = Counter(each.number for each in decisions)
    for number, times in counted.items():
        found.expect(times == 1, PICK, f"{helpline} {number}", f"it is in the log {times} times")
    for number in range(1, max(counted) + 1):
        found.expect(number in counted, PICK, f"{helpline} {number}", "it is not in the log")


class _Lineups:
    """The lineups as they follow from the directory. Each is computed once for as long as it holds."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str, bool], tuple[Lineup, datetime, datetime]] = {}

    def of(self, decision: LoggedDecision, directory: Directory, helpline: Helpline) -> Lineup:
        key = directory.version, helpline.key, decision.state, decision.for_promise
        known = self._known.get(key)
        if known is None or not known[1] <= decision.decided_at < known[2]:
            lineup, until = line_up(
                directory,
                helpline,
                decision.state,
                decision.decided_at,
                for_promise=decision.for_promise,
            )
            known = self._known[key] = lineup, decision.decided_at, until
        return known[0]


def _check_each(
    facts: LogFacts,
    decisions: Sequence[LoggedDecision],
    results: Sequence[LoggedResult],
    skips: SkipCheck,
) -> dict[str, Lineup]:
    """Check the lineup and the skipped seats of each decision. Returns the lineups by digest."""
    ended: dict[int, list[LoggedResult]] = defaultdict(list)
    for result in results:
        ended[result.after].append(result)
    computed, lineups = _Lineups(), dict(facts.lineups)
    for decision in decisions:
        for result in ended.get(decision.number - 1, ()):
            skips.taken.end(result)
        version = facts.versions.get(decision.directory_version)
        helpline = version.directory.helplines.get(decision.helpline) if version else None
        if version is None or helpline is None:
            facts.found.add(PICK, decision.name, f"directory version {decision.directory_version} has it not")
            continue
        lineup = computed.of(decision, version.directory, helpline)
        lineups.setdefault(lineup.digest, lineup)
        for why in _other_lineup(lineup, decision, lineups.get(decision.lineup)):
            facts.found.add(PICK, decision.name, why)
        skips.check(decision, version.directory, helpline, lineup)
    of_helpline = {each.lineup for each in decisions}
    return {digest: lineup for digest, lineup in lineups.items() if digest in of_helpline}


def _other_lineup(computed: Lineup, decision: LoggedDecision, logged: Lineup | None) -> Iterator[str]:
    """What the logged lineup has otherwise than the directory of that moment."""
    if computed.digest == decision.lineup:
        return
    if logged is None:
        yield "its lineup is not in the export, and the directory has another one"
        return
    ours, theirs = ({each.center: each for each in lineup.candidates} for lineup in (computed, logged))
    differ = sorted({*ours, *theirs} - {key for key in ours if ours[key] == theirs.get(key)})
    yield f"the lineup does not follow from the directory: {', '.join(differ) or 'reasons or order differ'}"


def _undone_after(
    found: Findings, helpline: str, decisions: Sequence[LoggedDecision], results: Sequence[LoggedResult]
) -> dict[int, int]:
    """By the number of a decision, after which one it was undone."""
    last, undone = len(decisions), dict[int, int]()
    for result in results:
        is_one = 0 < result.number <= result.after <= last
        found.expect(is_one, PICK, f"{helpline} {result.number}", "its result is of no decision in the log")
        if result.what == UNDONE:
            again = result.number in undone
            found.expect(not again, PICK, f"{helpline} {result.number}", "it was undone twice")
            undone[result.number] = result.after
    return undone


def _replayed(
    decisions: Sequence[LoggedDecision], undone: dict[int, int], lineups: dict[str, Lineup]
) -> ReplayResult:
    stored = (
        StoredDecision(
            each.number,
            each.lineup,
            each.language,
            frozenset(center for center, _ in each.passed_over),
            each.center,
            undone.get(each.number),
        )
        for each in decisions
        if each.lineup in lineups
    )
    # Where a credit is kept decides nothing.
    positions = {center: place for place, center in enumerate(sorted(_centers(lineups)))}
    return replay(stored, lineups, positions)


def _centers(lineups: dict[str, Lineup]) -> set[str]:
    return {each.center for lineup in lineups.values() for each in lineup.candidates}


def _name_other_picks(
    found: Findings, helpline: str, decisions: Sequence[LoggedDecision], replayed: ReplayResult
) -> None:
    call_of = {each.number: each.call for each in decisions}
    for other in replayed.disagreements:
        found.add(
            PICK,
            f"{helpline} {other.number}",
            f"{other.stored or 'nobody'} was picked for {call_of[other.number]}, and"
            f" {other.recomputed or 'nobody'} follows from the log",
        )
