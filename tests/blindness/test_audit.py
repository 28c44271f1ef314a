"""An export of a whole week is audited, and what is changed in it is found and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

import pytest

from callrouter.billing.spend_cap import SPEND_CAP_REACHED
from callrouter.blindness.audit import BlindnessReport
from callrouter.blindness.report_text import report_lines
from callrouter.evidence.offline_verifier import verify_lines
from callrouter.routing.eligibility import (
    ALREADY_TRIED,
    DAILY_CAP,
    LICENSE_EXPIRED,
    LINES_BUSY,
    OUTSIDE_HOURS,
    PAUSED,
    PAUSED_BY_STAFF,
    STATE_NOT_SERVED,
)
from tests.blindness.audited_week import AuditedWeek, audited, audited_week
from tests.blindness.forging import FORGERIES, Forgery, Line, of, parsed, signed_anew, written
from tests.evidence.logs import LOG_KEY, OTHER_KEY
from tests.seeds import seeds
from tests.servers.databases import Databases
from tests.week.directory import DIRECTORY, NOBODYS_NUMBER

# One process plays the week, for all of these tests.
pytestmark = pytest.mark.xdist_group("audited week")


@pytest.fixture(scope="module")
def week(databases: Databases) -> Iterator[AuditedWeek]:
    with databases.fresh() as url, audited_week(url) as week:
        yield week


@pytest.fixture(scope="module")
def exported(week: AuditedWeek) -> list[bytes]:
    return week.exported()


@pytest.fixture(scope="module")
def report(exported: list[bytes]) -> BlindnessReport:
    return audited(exported)


def test_a_week_holds(report: BlindnessReport) -> None:
    assert report.found.named == []
    assert report.holds
    assert report.schema.is_this_release


def test_a_week_has_all_that_prices_and_picks_may_depend_on(report: BlindnessReport) -> None:
    charges = report.charges
    assert charges.free.keys() >= {"repeat", "short", "free call", "waived", "no rate"}
    assert {each.entry_type for each in charges.by_staff} == {"credit", "credit_reversal", "adjustment"}
    assert charges.fees == 2
    assert charges.payments == 1
    reasons = {reason for rotation in report.rotations for reason in rotation.skipped}
    assert reasons >= {
        ALREADY_TRIED,
        DAILY_CAP,
        LICENSE_EXPIRED,
        OUTSIDE_HOURS,
        PAUSED_BY_STAFF,
        SPEND_CAP_REACHED,
        STATE_NOT_SERVED,
    }
    assert sum(rotation.undone for rotation in report.rotations) > 0


def test_every_seat_stays_within_the_bound(report: BlindnessReport) -> None:
    for rotation in report.rotations:
        assert 0 < rotation.largest_distance <= rotation.bound


def test_deviations_name_both_persons(report: BlindnessReport) -> None:
    [elm] = [each for each in report.deviations if (each.partner, each.kind) == ("elm", "helpline")]
    assert (elm.loaded_by, elm.approved_by) == ("ada@example.org", "bob@example.org")
    assert elm.terms.startswith("42.00 USD")
    assert elm.usual.startswith("35.00 USD")


def test_the_report_is_the_same_for_the_same_export(exported: list[bytes], report: BlindnessReport) -> None:
    again = audited(exported)
    assert json.dumps(again.document()) == json.dumps(report.document())
    assert list(report_lines(again)) == list(report_lines(report))


def test_the_report_names_the_head_that_it_is_about(exported: list[bytes], report: BlindnessReport) -> None:
    assert report.head.checkpoint == json.loads(exported[0])["checkpoint"]
    assert report.head.entries == len(exported) - 1


def test_anybody_s_offline_verifier_verifies_the_export_too(exported: list[bytes]) -> None:
    count, _ = verify_lines((line.decode() for line in exported), LOG_KEY)
    assert count == len(exported) - 1


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("seed", seeds(1))
def test_what_is_changed_is_found_and_named_whoever_signs_it(
    exported: list[bytes], forgery: Forgery, seed: int
) -> None:
    lines = parsed(exported)
    named = forgery(lines, Random(f"{seed} {forgery.__name__}"))
    found = audited(signed_anew(lines))
    assert not found.holds
    assert [each for each in found.found.named if is_about(each.about, each.why, named)]


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (PAUSED, "no pause of it is in the log"),
        (DAILY_CAP, "and it was not"),
        (OUTSIDE_HOURS, "it was open"),
        (LINES_BUSY, "it takes any number of calls"),
        (SPEND_CAP_REACHED, "there is no spend cap"),
        ("nobody likes it", "there is no such reason"),
    ],
)
def test_a_reason_that_cannot_be_true_is_named(exported: list[bytes], reason: str, why: str) -> None:
    """Ivy in San Diego takes any number of calls, has no spend cap, and is asked about where it was not picked."""
    lines = parsed(exported)
    record = next(line["record"] for line in of(lines, "decision", helpline="western") if may_skip(line))
    record["passed_over"] = json.dumps([*json.loads(record["passed_over"]), ["ivy-sd", reason]])
    found = audited(signed_anew(lines)).found
    about = f"western {record['number']}"
    assert [each for each in found.named if each.about == about and "ivy-sd" in each.why and why in each.why]


def may_skip(line: Line) -> bool:
    """Whether ivy-sd was a candidate that was neither picked nor skipped."""
    record = line["record"]
    lineup = json.loads(line.get("lineup", "{}")).get("candidates", [])
    is_candidate = any(center == "ivy-sd" for center, *_ in lineup)
    return (
        is_candidate
        and not record["for_promise"]
        and record["center"] != "ivy-sd"
        and "ivy-sd" not in record["passed_over"]
    )


def is_about(about: str, why: str, named: str) -> bool:
    return about == named or about.startswith(f"{named} ") or named in why


@pytest.mark.parametrize("forgery", FORGERIES)
def test_without_the_key_the_log_does_not_verify_either(exported: list[bytes], forgery: Forgery) -> None:
    lines = parsed(exported)
    forgery(lines, Random(forgery.__name__))
    found = audited(written(lines)).found
    of_documents = "document" in forgery.__name__ or "another_called" in forgery.__name__
    assert found.counts["log"] == (0 if of_documents else 1)


def test_a_record_that_is_left_out_is_missed(exported: list[bytes]) -> None:
    found = audited([*exported[:200], *exported[201:]]).found
    [missed] = [each for each in found.named if each.part == "log"]
    assert missed.why == f"it has {len(exported) - 2} records, and its head signed {len(exported) - 1}"


def test_a_head_of_another_log_is_refused(exported: list[bytes]) -> None:
    found = audited(signed_anew(parsed(exported), OTHER_KEY)).found
    assert [each.about for each in found.named] == ["the head", "the export"]


def test_no_number_and_no_pseudonym_is_in_an_export(week: AuditedWeek, exported: list[bytes]) -> None:
    told = b"".join(exported).decode()
    pseudonyms = {row["caller_pseudonym"] for row in week.rows("call")} - {None}
    booked = week.carrier.records.calls.values()
    shown = {number for each in booked for number in (each.shown, each.to) if number.startswith("+")}
    numbers = shown - DIRECTORY.known_numbers - {NOBODYS_NUMBER}
    assert min(len(pseudonyms), len(numbers)) > 10
    assert not [secret for secret in pseudonyms | numbers if secret in told]


def test_callers_are_told_apart_for_one_partner_alone(exported: list[bytes]) -> None:
    callers: dict[str, set[str]] = {}
    connections: list[Line] = [line for line in parsed(exported)[1:] if "caller" in line]
    for line in connections:
        callers.setdefault(line["caller"], set()).add(line["record"]["partner"])
    assert 0 < len(callers) < len(connections)
    assert all(len(partners) == 1 for partners in callers.values())
