"""Whether the log has what became of each pick: a connection, or that it was not accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from callrouter.blindness.findings import PICK
from callrouter.blindness.log_facts import LogFacts, LoggedDecision
from callrouter.routing.give_back import KEPT

LONGEST_OPEN = timedelta(days=1)
"""from a pick until its end is in the log: the longest talk, and then late callbacks and corrections"""


def check_ends(facts: LogFacts, helpline: str, decisions: Sequence[LoggedDecision]) -> list[int]:
    """Name the picks that came to nothing in the log. Returns the numbers of those that may still go on.

    Recent is what was picked within a day before the latest record. The log's own times are what there is: they can
    only be too early if every record of the days after it is left out.
    """
    latest = {each.number: each.what for each in facts.results[helpline]}
    still_open = []
    for decision in decisions:
        if decision.center is None or decision.for_promise or latest.get(decision.number, KEPT) != KEPT:
            continue
        if (decision.call, decision.attempt, False) in facts.connections:
            continue
        if facts.latest is not None and decision.decided_at < facts.latest - LONGEST_OPEN:
            facts.found.add(PICK, decision.name, _why(decision))
        else:
            still_open.append(decision.number)
    return still_open


def _why(decision: LoggedDecision) -> str:
    return (
        f"{decision.center} was picked for {decision.call}, and the log has neither a connection nor that it was not"
        " accepted"
    )
