"""Whether each seat that a decision skipped had to be skipped, as far as the log can tell.

Hours, licenses, states, languages, caps, pauses and centers already tried follow from the log. That all lines were
busy, that a spend cap was reached (calls in progress count for it), and that no time was left, only the log says: then
it is checked that it was possible.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from callrouter.billing.spend_cap import SPEND_CAP_REACHED
from callrouter.blindness.findings import PICK, Findings
from callrouter.blindness.log_facts import LoggedDecision, LoggedPause, LoggedResult
from callrouter.blindness.pauses import MEANWHILE, is_surely_paused, may_be_paused
from callrouter.directory.directory import Center, Directory, Helpline, Seat
from callrouter.directory.opening_hours.opening import opening
from callrouter.routing.eligibility import (
    ALREADY_TRIED,
    DAILY_CAP,
    LINES_BUSY,
    MONTHLY_CAP,
    NO_TIME_LEFT,
    OUTSIDE_HOURS,
    PAUSED,
    PAUSED_BY_STAFF,
    Lineup,
)
from callrouter.routing.give_back import KEPT


@dataclass
class TakenCalls:
    """How many calls of each seat count for its caps, as of the latest decision."""

    counted: dict[int, LoggedDecision] = field(default_factory=dict)
    by_day: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_month: Counter[tuple[str, str]] = field(default_factory=Counter)
    decisions: dict[int, LoggedDecision] = field(default_factory=dict)

    def take(self, decision: LoggedDecision) -> None:
        self.decisions[decision.number] = decision
        if decision.center and not decision.for_promise:
            self._count(decision, 1)

    def end(self, result: LoggedResult) -> None:
        decision = self.decisions.get(result.number)
        if decision is None or (result.what == KEPT) is (result.number in self.counted):
            return
        self._count(decision, 1 if result.what == KEPT else -1)

    def cap_reached(self, seat: Seat, day: str) -> str | None:
        """The cap that excludes a seat from another call on this day."""
        if seat.daily_cap is not None and self.by_day[seat.center, day] >= seat.daily_cap:
            return DAILY_CAP
        if seat.monthly_cap is not None and self.by_month[seat.center, day[:7]] >= seat.monthly_cap:
            return MONTHLY_CAP
        return None

    def _count(self, decision: LoggedDecision, calls: int) -> None:
        center = decision.center or ""
        self.by_day[center, decision.day] += calls
        self.by_month[center, decision.day[:7]] += calls
        if calls > 0:
            self.counted[decision.number] = decision
        else:
            self.counted.pop(decision.number, None)


@dataclass
class SkipCheck:
    """Checks the skipped seats of a helpline's decisions, in their order."""

    found: Findings
    pauses: Mapping[str, Sequence[LoggedPause]]
    taken: TakenCalls = field(default_factory=TakenCalls)
    tried: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """by call"""
    reasons: Counter[str] = field(default_factory=Counter)
    only_stated: int = 0
    """skips that nothing in the log but the decision itself shows"""

    def check(
        self, decision: LoggedDecision, directory: Directory, helpline: Helpline, lineup: Lineup
    ) -> None:
        """Check the decision, then count it."""
        self.reasons.update(lineup.skipped.values())
        candidates = {each.center for each in lineup.candidates}
        passed_over = dict(decision.passed_over)
        for center, reason in decision.passed_over:
            self.reasons[reason] += 1
            why = self._why_wrong(decision, directory, center, reason)
            if center not in candidates:
                why = "it was no candidate"
            self.found.expect(why is None, PICK, decision.name, f"{center} was skipped ({reason}): {why}")
        self._check_day(decision, helpline)
        self._check_caps(decision, helpline, candidates, passed_over)
        self._check_not_skipped(decision, candidates - passed_over.keys())
        self._count(decision)

    def _count(self, decision: LoggedDecision) -> None:
        self.taken.take(decision)
        if decision.center and not decision.for_promise:
            self.tried[decision.call].add(decision.center)

    def _check_day(self, decision: LoggedDecision, helpline: Helpline) -> None:
        # A call from just before midnight may wait for one of the new day, and counts for that.
        zone = ZoneInfo(helpline.timezone)
        moments = decision.decided_at, decision.decided_at + MEANWHILE
        days = {at.astimezone(zone).date().isoformat() for at in moments}
        self.found.expect(decision.day in days, PICK, decision.name, f"it counts for {decision.day}")

    def _check_caps(
        self,
        decision: LoggedDecision,
        helpline: Helpline,
        candidates: set[str],
        passed_over: Mapping[str, str],
    ) -> None:
        for seat in helpline.capped_seats:
            reached = self.taken.cap_reached(seat, decision.day)
            reason = passed_over.get(seat.center)
            if seat.center in candidates and reached and reason is None:
                self.found.add(PICK, decision.name, f"{seat.center} was not skipped: {reached}")
            if reason in {DAILY_CAP, MONTHLY_CAP} and reason != reached:
                self.found.add(PICK, decision.name, f"{seat.center} was skipped ({reason}), and it was not")

    def _check_not_skipped(self, decision: LoggedDecision, not_skipped: set[str]) -> None:
        """Whoever was not skipped had nothing in the log for which it had to be skipped."""
        if decision.for_promise:
            return  # a paused center may owe a return call, and one that was rung in vain
        for center in sorted(not_skipped):
            if center in self.tried[decision.call]:
                self.found.add(PICK, decision.name, f"{center} was not skipped: {ALREADY_TRIED}")
            if is_surely_paused(self.pauses.get(center, ()), decision.decided_at):
                self.found.add(PICK, decision.name, f"{center} was not skipped: a pause of it is in the log")

    def _why_wrong(
        self, decision: LoggedDecision, directory: Directory, center: str, reason: str
    ) -> str | None:
        """Why the reason cannot be true. None if it can."""
        if center not in directory.centers:
            return "there is no such center"
        known = directory.centers[center]
        if reason in {DAILY_CAP, MONTHLY_CAP}:
            return None  # `_check_caps` does
        if reason in {PAUSED, PAUSED_BY_STAFF}:
            pauses = self.pauses.get(center, ())
            is_paused = may_be_paused(pauses, decision.decided_at, reason) and not decision.for_promise
            return None if is_paused else "no pause of it is in the log"
        if reason == OUTSIDE_HOURS:
            is_closed = decision.for_promise and not opening(known, decision.decided_at).is_open
            return None if is_closed else "it was open"
        return self._why_impossible(decision, directory, known, reason)

    def _why_impossible(
        self, decision: LoggedDecision, directory: Directory, center: Center, reason: str
    ) -> str | None:
        """Why a reason that the decision itself states cannot be true."""
        if reason == ALREADY_TRIED and center.key in self.tried[decision.call]:
            return None
        self.only_stated += 1
        if decision.for_promise and reason in {LINES_BUSY, NO_TIME_LEFT}:
            return "nobody was rung"
        return {
            ALREADY_TRIED: None,
            LINES_BUSY: None if center.max_concurrent is not None else "it takes any number of calls",
            SPEND_CAP_REACHED: None if center.partner in directory.spend_capped else "there is no spend cap",
            NO_TIME_LEFT: None if decision.attempt > 1 else "it was the first attempt",
        }.get(reason, "there is no such reason")
