"""A pick has an end in the log, or is so recent that it may still go on."""

from __future__ import annotations

from typing import Any

import pytest

from callrouter.blindness.audit import BlindnessReport
from callrouter.blindness.report_text import report_lines
from tests.blindness.audited_week import audited
from tests.blindness.forging import signed_anew
from tests.blindness.test_odd_exports import export, line_of

A_DAY_LATER = "2026-03-03T17:00:01.000000Z"


def result(number: int, what: str) -> dict[str, Any]:
    line = line_of("decision_result")
    line["record"] |= {"what": what, "number": number, "after": number}
    return line


def later() -> dict[str, Any]:
    """Another record: the log has gone on for more than a day."""
    line = line_of("center_pause")
    line["record"] |= {"center": "elm-chi", "at": A_DAY_LATER}
    return line


def of_picks(report: BlindnessReport) -> list[str]:
    return [each.why for each in report.found.named if "neither a connection" in each.why]


@pytest.mark.parametrize(
    ("ends", "is_missed"),
    [
        ([], True),
        ([line_of("connection_record")], False),
        ([result(1, "given back")], False),
        ([result(1, "undone")], False),
        ([result(1, "given back"), result(1, "kept")], True),
        ([result(2, "given back")], True),
    ],
)
def test_a_pick_without_an_end_is_named(ends: list[dict[str, Any]], is_missed: bool) -> None:
    recent = audited(signed_anew(export(line_of("decision"), *ends)))
    assert of_picks(recent) == []
    assert recent.rotations[0].still_open == ([1] if is_missed else [])
    assert any("no end yet: 1" in line for line in report_lines(recent)) is is_missed
    old = audited(signed_anew(export(line_of("decision"), *ends, later())))
    assert len(of_picks(old)) == is_missed
    assert old.rotations[0].still_open == []


def test_nobody_was_rung_for_a_promise() -> None:
    line = line_of("decision")
    line["record"]["for_promise"] = True
    report = audited(signed_anew(export(line, later())))
    assert of_picks(report) == []
    assert report.rotations[0].still_open == []
