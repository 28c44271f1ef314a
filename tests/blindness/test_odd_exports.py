"""Whatever JSON an export has, an audit names what is odd, and judges the rest: it never ends in an error."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.blindness.audit import BlindnessReport
from callrouter.blindness.record_types import ATTACHMENT_TYPES, RECORD_TYPES
from callrouter.blindness.report_text import report_lines
from callrouter.directory.document import to_document
from callrouter.errors import Fault
from callrouter.routing.eligibility import Candidate, Lineup
from tests.blindness.audited_week import audited, shipped
from tests.blindness.forging import Lines, signed_anew, written
from tests.evidence.logs import signed_head
from tests.week.directory import DIRECTORY

MOMENT = "2026-03-02T17:00:00.000000Z"
LINEUP = Lineup((Candidate("birch-den", 1, 1, ("en",)),), {})
USUAL: dict[str, Any] = {
    "id": 1,
    "version": 1,
    "number": 1,
    "after": 1,
    "attempt": 1,
    "directory_version": 1,
    "amount": 3500,
    "talk_seconds": 90,
    "returned": False,
    "simulated": True,
    "for_promise": False,
    "stated_at": MOMENT,
    "loaded_at": MOMENT,
    "decided_at": MOMENT,
    "arrived_at": MOMENT,
    "began_at": MOMENT,
    "posted_at": MOMENT,
    "at": MOMENT,
    "until": "2026-03-02T18:00:00.000000Z",
    "day": "2026-03-02",
    "period": "2026-03",
    "helpline": "national",
    "call": "CA1",
    "center": "birch-den",
    "partner": "birch",
    "kind": "helpline",
    "what": "undone",
    "currency": "USD",
    "entry_type": "charge",
    "passed_over": "[]",
    "reverses": None,
    "rule": None,
    "caller": None,
    "caller_salt": None,
    "reason": None,
}
"""values of their types, by column"""
DOCUMENTS = {"schema_statement": json.dumps(shipped()), "directory_version": to_document(DIRECTORY)}
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**53 - 1, 2**63, 10**400, -1, 0])
    | st.floats()
    | st.text()
    | st.sampled_from(
        [MOMENT, "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.000000Z", "[]", "{}", "null"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def line_of(source: str) -> dict[str, Any]:
    """A line with a record of this source, whose values have their types."""
    record: dict[str, Any] = {name: USUAL.get(name, "x") for name in RECORD_TYPES[source]}
    attached = {name: USUAL.get(name, LINEUP.document) for name in ATTACHMENT_TYPES.get(source, {})}
    if source == "schema_statement":
        record["document"] = DOCUMENTS[source]
    if source == "directory_version":
        attached["document"] = DOCUMENTS[source]
        record["digest"] = sha256(DOCUMENTS[source].encode()).hexdigest()
    if source == "decision":
        record["lineup"] = LINEUP.digest
    return {"record": {"source": source, **record}, "salt": "00" * 32, **attached}


def export(*lines: dict[str, Any]) -> Lines:
    """An export with these lines. Its head signs nothing."""
    return [first_line(), *lines]


def first_line() -> dict[str, Any]:
    head = signed_head(0, sha256().digest())
    return {"format": "callrouter-evidence/1", "contents": "export", "checkpoint": head}


def judged(lines: list[bytes]) -> BlindnessReport:
    """Audit, and write the report in both forms."""
    report = audited(lines)
    assert json.loads(json.dumps(report.document()))["holds"] is report.holds
    assert list(report_lines(report))
    return report


def whys(report: BlindnessReport, about: str) -> list[str]:
    return [each.why for each in report.found.named if each.about == about]


@given(st.lists(ANY_JSON, min_size=1, max_size=5))
def test_lines_of_any_json_are_named(values: list[Any]) -> None:
    lines = [json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n" for value in values]
    report = judged([*written(export()), *lines])
    assert [each for each in report.found.named if each.about == f"entry {len(values) - 1}"]


@given(st.data())
def test_a_record_with_any_values_is_named_or_judged(data: st.DataObject) -> None:
    lines = [line_of(source) for source in RECORD_TYPES]
    for _ in range(data.draw(st.integers(1, 4))):
        source, value = data.draw(st.sampled_from(sorted(RECORD_TYPES))), data.draw(ANY_JSON)
        place = list(RECORD_TYPES).index(source)
        name = data.draw(st.sampled_from([*RECORD_TYPES[source], *ATTACHMENT_TYPES.get(source, {})]))
        part = lines[place]["record"] if name in RECORD_TYPES[source] else lines[place]
        part[name] = value
    judged(signed_anew(export(*lines)))


@pytest.mark.parametrize("source", RECORD_TYPES)
def test_each_value_of_another_type_is_named(source: str) -> None:
    for name in [*RECORD_TYPES[source], *ATTACHMENT_TYPES.get(source, {})]:
        line = line_of(source)
        part = line["record"] if name in line["record"] else line
        part[name] = ["odd"]
        report = judged(signed_anew(export(line)))
        assert [each for each in report.found.named if each.part == "log" and name in each.why]


@pytest.mark.parametrize(
    ("name", "value"),
    [("salt", "zz"), ("salt", 5), ("salt", None), ("record", []), ("record", None)],
)
def test_a_line_without_record_or_salt_is_named(name: str, value: Any) -> None:
    report = judged(written(export({**line_of("decision"), name: value})))
    assert whys(report, "entry 0") == ["its record or its salt is missing"]


@pytest.mark.parametrize("source", [[], {}, 5, None])
def test_a_record_of_no_source_is_named(source: Any) -> None:
    line = {"record": {"source": source}, "salt": "00" * 32}
    assert whys(judged(signed_anew(export(line))), "entry 0") == ["its record says not what it is of"]


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\n",
        b"no JSON\n",
        b'{"a":"\\ud800"}\n',
        b'{"a":1,"a":1}\n',
        b'{ "a":1}\n',
        b"[" * 200_000 + b"\n",
    ],
)
def test_a_line_that_is_no_canonical_json_is_named(text: bytes) -> None:
    report = judged([*written(export()), text])
    assert len(whys(report, "entry 0")) == 1


@pytest.mark.parametrize("checkpoint", [5, None, [], "", "x\n\n\u2014 y z\n"])
def test_an_odd_head_is_named(checkpoint: Any) -> None:
    report = judged(written([{**first_line(), "checkpoint": checkpoint}]))
    assert whys(report, "the head")


@pytest.mark.parametrize("text", [b"", b"{}\n", b"5\n", b"\xff\n", b"[" * 200_000])
def test_what_is_no_export_is_refused(text: bytes) -> None:
    with pytest.raises(Fault, match="this is no export"):
        audited([text])


def test_numbers_far_apart_are_named_once() -> None:
    line = line_of("decision")
    line["record"]["number"] = 2**50
    report = judged(signed_anew(export(line)))
    assert whys(report, "national 1") == [f"it is not in the log, nor are those after it up to {2**50 - 1}"]


def test_one_seat_may_be_picked_any_number_of_times() -> None:
    """More than the credits of a rotation have room for."""
    lineup = Lineup(tuple(Candidate(center, 1, 1, ("en",)) for center in ("birch-den", "elm-chi")), {})
    lines = []
    for number in range(1, 6_100):
        line = line_of("decision")
        line["record"] |= {"number": number, "call": f"CA{number}", "lineup": lineup.digest}
        lines.append({**line, "lineup": lineup.document})
    report = judged(signed_anew(export(*lines)))
    assert report.rotations[0].largest_distance > 3_000


@pytest.mark.parametrize(
    ("entry_type", "others", "named"),
    [
        ("credit", {"reverses": 2, "person": None, "rule": None}, "rule"),
        ("credit", {"reverses": 2, "person": "ada", "rule": "repeat"}, "rule"),
        ("credit", {"reverses": None, "person": "ada"}, "reverses"),
        ("charge", {"reverses": 2}, "reverses"),
        ("charge", {"call": None, "arrived_at": None}, "arrived_at, call"),
        ("adjustment", {"call": None, "arrived_at": None, "person": None}, "person"),
        ("payment", {"person": "ada"}, "arrived_at, call"),
    ],
)
def test_an_entry_that_no_ledger_has_is_named(entry_type: str, others: dict[str, Any], named: str) -> None:
    line = line_of("ledger_entry")
    line["record"] |= {"entry_type": entry_type, **others}
    [why] = whys(judged(signed_anew(export(line))), "ledger_entry 1")
    assert why.endswith(f": {named}")
