"""What must be so after the week, looked for in the database and in the carrier's cdrs: each function tells what is
wrong. What holds for every call is looked for by `tests/scenarios/promises.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import chain, pairwise
from typing import Any

from callrouter.promises.deadlines import MOST_ATTEMPTS
from simulator import SimulatedCdr
from tests.scenarios.promises import broken_promises
from tests.week.places import is_day
from tests.week.week import Week

Row = dict[str, Any]
Wrong = Iterator[str]


class Ended:
    """The week when it is over: what is stored of it, and what the carrier has in its cdrs."""

    def __init__(self, week: Week) -> None:
        self.week = week
        self.promises = week.rows("promise")
        self.tries = week.rows("return_call")

    @cached_property
    def tries_of(self) -> Mapping[str, list[Row]]:
        """By the call that was promised one, in their order."""
        return grouped(self.tries, "call")

    @cached_property
    def placed(self) -> dict[str, list[SimulatedCdr]]:
        """The calls that we have had placed, by the call that was promised one."""
        found = defaultdict(list)
        for booked in self.week.carrier.records.calls.values():
            if booked.order:
                found[_place(booked)[0]].append(booked)
        return found

    @cached_property
    def rings(self) -> dict[str, list[SimulatedCdr]]:
        """How often callers were rung about a promise, by the call that was promised one."""
        cdrs = self.week.carrier.records.calls
        found = defaultdict(list)
        for booked in cdrs.values():
            parent = cdrs.get(booked.parent or "")
            if parent and parent.order:
                found[_place(parent)[0]].append(booked)
        return found

    def until(self, booked: SimulatedCdr) -> datetime | None:
        """When a call of the carrier's was over. A center that has handed a promise on hears last words after that."""
        tried = self._tried.get(_place(booked)) if booked.order else None
        handed_on: datetime | None = tried["closed_at"] if tried and tried["outcome"] == "handed-on" else None
        return handed_on or booked.ended_at

    @cached_property
    def _tried(self) -> dict[tuple[str, str], Row]:
        return {(row["call"], str(row["number"])): row for row in self.tries}

    @cached_property
    def stopped(self) -> dict[str, list[datetime]]:
        """When somebody asked, on a return call, not to be called any more, by their number."""
        cdrs = self.week.carrier.records.calls
        found = defaultdict(list)
        for ring in chain.from_iterable(self.rings.values()):
            tried = self._tried[_place(cdrs[ring.parent or ""])]
            if tried["outcome"] == "stopped":
                found[ring.to].append(tried["closed_at"])
        return found

    @cached_property
    def owners(self) -> dict[str, list[tuple[datetime, str | None]]]:
        """Who owed each promise from when on: by the decisions that rang nobody."""
        rang = {(leg["call"], leg["number"]) for leg in self.week.rows("leg")}
        found = defaultdict(list)
        for decision in sorted(
            self.week.rows("decision"), key=lambda row: (row["decided_at"], row["number"])
        ):
            if decision["center"] and (decision["call"], decision["attempt"]) not in rang:
                found[decision["call"]].append((decision["decided_at"], decision["center"]))
        return found

    def owner_at(self, promise: Row, moment: datetime) -> str | None:
        if promise["only_center"]:
            return str(promise["only_center"])
        history = self.owners[promise["call"]]
        known = bisect_right([since for since, _ in history], moment)
        return history[known - 1][1] if known else None


def grouped(rows: Iterable[Row], name: str) -> Mapping[str, list[Row]]:
    """The rows by one of their values; none by a value that there is not."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def _place(booked: SimulatedCdr) -> tuple[str, str]:
    """Which call a return call belongs to, and its number: `…/twilio/return/CALL/NUMBER/owner`."""
    *_, call, number, _ = booked.order.url.split("/") if booked.order else ("", "", "")
    return call, number


def _told(booked: SimulatedCdr) -> str:
    return f"{booked.sid} {'/'.join(_place(booked))} ({booked.made_at:%d %H:%M:%S} to {booked.ended_at:%H:%M:%S})"


def what_is_wrong(ended: Ended) -> list[str]:
    """All of it; empty where all is well."""
    week = ended.week
    found = chain.from_iterable(look(ended) for look in LOOKS)
    return [*week.wrong, *week.watch.failures, *found, *broken_promises(week)]


def promises_without_an_end(ended: Ended) -> Wrong:
    for promise in ended.promises:
        if promise["state"] == "open" or not promise["ended_at"] or not promise["end_reason"]:
            yield f"the promise of {promise['call']} has not ended: {promise['wait_reason']}"


def tried_after_the_end(ended: Ended) -> Wrong:
    for promise in ended.promises:
        for tried in ended.tries_of[promise["call"]]:
            if tried["began_at"] > promise["ended_at"]:
                yield f"try {tried['number']} of {promise['call']} began after its promise had ended"


def kept_by_nobody(ended: Ended) -> Wrong:
    """A promise was kept by a return call, or because its caller called again and its owner answered."""
    calls = {row["sid"]: row for row in ended.week.rows("call")}
    answered = grouped([row for row in calls.values() if row["outcome"] == "answered"], "answered_by")
    for promise in ended.promises:
        if promise["state"] != "kept" or any(
            tried["outcome"] == "kept" for tried in ended.tries_of[promise["call"]]
        ):
            continue
        whose = {promise["called_pseudonym"], calls[promise["call"]]["caller_pseudonym"]}
        again = [row for row in answered[promise["owner"]] if row["caller_pseudonym"] in whose]
        if not any(row["arrived_at"] > promise["made_at"] for row in again):
            yield f"the promise of {promise['call']} was kept by nobody"


def tries_at_the_same_time(ended: Ended) -> Wrong:
    """Of one promise, and of one caller, by what is stored."""
    of_a_caller = grouped([row for row in ended.tries if row["called_pseudonym"]], "called_pseudonym")
    for tries in chain(ended.tries_of.values(), of_a_caller.values()):
        for first, second in pairwise(sorted(tries, key=lambda row: row["began_at"])):
            if first["closed_at"] is None or first["closed_at"] > second["began_at"]:
                yield f"tries {first['number']} and {second['number']} of {second['call']} overlap"


def calls_at_the_same_time(ended: Ended) -> Wrong:
    """Of one promise, and to one caller, by the carrier's cdrs; and each try was placed once."""
    to_a_caller = defaultdict(list)
    for ring in chain.from_iterable(ended.rings.values()):
        to_a_caller[ring.to].append(ring)
    for calls in chain(ended.placed.values(), to_a_caller.values()):
        for first, second in pairwise(sorted(calls, key=lambda booked: booked.made_at)):
            until = ended.until(first)
            if until is None or until > second.made_at:
                yield f"the carrier had {_told(first)} and {_told(second)} at the same time"
    for place, times in Counter(map(_place, chain.from_iterable(ended.placed.values()))).items():
        if times > 1:
            yield f"try {place} was placed {times} times"


def returned_by_who_did_not_owe_it(ended: Ended) -> Wrong:
    for promise in ended.promises:
        for tried in ended.tries_of[promise["call"]]:
            owner = ended.owner_at(promise, tried["began_at"])
            if tried["center"] != owner:
                yield f"{promise['call']} was returned by {tried['center']}, and owed by {owner}"


def rung_at_night(ended: Ended) -> Wrong:
    """By the cdrs, and by when the owner's key was stored."""
    for call, rings in ended.rings.items():
        moments = [row["taken_at"] for row in ended.tries_of[call] if row["taken_at"]]
        for ring in rings:
            for moment in [ring.made_at, ring.started_at or ring.made_at, *moments]:
                if not is_day(ring.to, moment):
                    yield f"the caller of {call} ({ring.to[:5]}) was rung at {moment}"


def rung_too_often(ended: Ended) -> Wrong:
    for promise in ended.promises:
        rang = len(ended.rings[promise["call"]])
        if promise["attempts"] > MOST_ATTEMPTS or promise["attempts"] != rang:
            yield f"the caller of {promise['call']} was rung {rang} times, and {promise['attempts']} are stored"


def rung_after_they_had_asked_not_to_be(ended: Ended) -> Wrong:
    """Only who has asked for another call since may be rung."""
    made_at = {promise["call"]: promise["made_at"] for promise in ended.promises}
    for call, rings in ended.rings.items():
        for ring in rings:
            for asked_at in ended.stopped[ring.to]:
                if made_at[call] <= asked_at < ring.made_at:
                    yield f"{ring.sid} rang somebody who had asked not to be called, at {asked_at}"


def connected_before_a_word_was_stored(ended: Ended) -> Wrong:
    told = {(row["call"], row["turn"]): row for row in ended.week.rows("disclosure", what="returning")}
    for tried in ended.tries:
        row = told.get((tried["call"], 1000 + tried["number"]))
        if tried["outcome"] == "kept" and (not row or row["at"] > tried["agreed_at"]):
            yield f"try {tried['number']} of {tried['call']} was connected, and no word of it is stored before"


def answered_differently(ended: Ended) -> Wrong:
    """A repetition gets the same document; but nobody is rung any more who has asked for that, or was forgotten."""
    forgotten = {row["call"] for row in ended.promises if row["called_pseudonym"] is None}
    stopped = {call for call, rings in ended.rings.items() if any(ring.to in ended.stopped for ring in rings)}
    for path in ended.week.answered_differently:
        if not path.endswith("/owner-key") or path.split("/")[-3] not in forgotten | stopped:
            yield f"{path} was answered differently when it came again"


def charged_for_nothing(ended: Ended) -> Wrong:
    """A promise that was kept by no return call, and by no answered call, costs nothing."""
    kept = {row["call"] for row in ended.tries if row["outcome"] == "kept"}
    promised = {row["call"] for row in ended.promises}
    for entry in ended.week.rows("ledger_entry"):
        if entry["call"] in promised and entry["call"] not in kept:
            yield f"{entry['partner']} was charged for the promise of {entry['call']}, which it did not keep"


def lines_left_open(ended: Ended) -> Wrong:
    for row in ended.week.rows("availability"):
        if row["calls_in_progress"]:
            yield f"{row['center']} has {row['calls_in_progress']} lines open when all is over"


LOOKS: tuple[Callable[[Ended], Wrong], ...] = (
    promises_without_an_end,
    tried_after_the_end,
    kept_by_nobody,
    tries_at_the_same_time,
    calls_at_the_same_time,
    returned_by_who_did_not_owe_it,
    rung_at_night,
    rung_too_often,
    rung_after_they_had_asked_not_to_be,
    connected_before_a_word_was_stored,
    answered_differently,
    charged_for_nothing,
    lines_left_open,
)
