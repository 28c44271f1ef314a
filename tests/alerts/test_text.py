"""What alerts say: what happened, where, and what to do; to people and to programs."""

import json
from dataclasses import replace
from typing import get_args

import pytest

from callrouter.alerts.alert import Alert
from callrouter.alerts.payload import TYPES, payload
from callrouter.alerts.text import alert_text
from callrouter.events.heartbeat import PROCESSES
from callrouter.events.outbox import AlertType
from tests.alerts.alerting import CALL, PAUSED, START

NOBODY = Alert("nobody-eligible", START, CALL, helpline="national")
UNKNOWN = Alert("unknown-number", START, CALL, dialled="+13235550199")
LEFT = Alert("message-left", START, CALL, "harbor-sd", "national")
OVERDUE = Alert("promise-overdue", START, CALL, "sunrise-la", listing="sunrise-la-page")
REVEAL = Alert("reveal-waits", START, CALL)
UNSEEN = Alert("process-unseen", START, process="outbox_sweeper")
BEHIND = Alert("evidence-behind", START, process="outbox_sweeper")
PURGE_FAILED = Alert("purge-failed", START, process="external")
PURGE_LATE = Alert("purge-late", START, process="external")
ALERTS = {
    alert.what: alert
    for alert in (PAUSED, NOBODY, UNKNOWN, LEFT, OVERDUE, REVEAL, UNSEEN, BEHIND, PURGE_FAILED, PURGE_LATE)
}


def test_there_are_words_for_whatever_may_happen() -> None:
    assert set(get_args(AlertType)) == set(ALERTS) == set(TYPES)


@pytest.mark.parametrize("what", ALERTS)
def test_each_names_its_call_or_process_and_a_command_or_a_deed(what: AlertType) -> None:
    told = alert_text(ALERTS[what])
    assert (ALERTS[what].call or f"process {ALERTS[what].process}") in told.happened
    assert len(told.subject) < 80
    assert told.to_do.endswith(".")
    assert "None" not in " ".join(told)


def test_nobody_eligible_names_the_helpline() -> None:
    assert alert_text(NOBODY).subject == "Nobody could be rung on the helpline national"


def test_an_unknown_number_is_named() -> None:
    assert alert_text(UNKNOWN).subject == "+13235550199 is in no listing and no helpline"


def test_a_message_is_told_with_its_owner_or_without() -> None:
    assert alert_text(LEFT).subject == "A message was left for harbor-sd"
    assert "to the helpline national left a message" in alert_text(LEFT).happened
    assert "find one that hears it" in alert_text(replace(LEFT, center=None)).to_do


def test_a_promise_that_is_overdue_names_who_owes_it() -> None:
    assert "to the listing sunrise-la-page was promised a return call; sunrise-la owes it, and is late" in (
        alert_text(OVERDUE).happened
    )
    assert "no center owes it" in alert_text(replace(OVERDUE, center=None)).happened


@pytest.mark.parametrize("process", PROCESSES)
def test_whatever_process_is_not_seen_its_name_and_the_time_are_told(process: str) -> None:
    told = alert_text(replace(UNSEEN, process=process))
    assert told.subject == f"The process {process} has not been seen"
    assert f"At 2026-11-24 10:12 UTC the process {process} had not been seen" in told.happened
    assert json.loads(payload(replace(UNSEEN, process=process)))["data"]["process"] == process


def test_what_was_dialled_cannot_break_out_of_a_line() -> None:
    subject = alert_text(replace(UNKNOWN, dialled="sip:a\r\nBcc: b\u2028" + "9" * 300)).subject
    assert subject.startswith("sip:aBcc: b9999")
    assert subject.isprintable()
    assert len(subject) < 80


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("center-paused", "center.paused"),
        ("evidence-behind", "evidence.behind"),
        ("message-left", "message.left"),
        ("nobody-eligible", "helpline.nobody_eligible"),
        ("process-unseen", "process.unseen"),
        ("promise-overdue", "promise.overdue"),
        ("purge-failed", "purge.failed"),
        ("purge-late", "purge.late"),
        ("reveal-waits", "reveal.waits"),
        ("unknown-number", "number.unknown"),
    ],
)
def test_programs_are_told_a_type(what: AlertType, told: str) -> None:
    assert json.loads(payload(ALERTS[what]))["type"] == told


def test_programs_are_told_nothing_that_is_not_known() -> None:
    assert set(json.loads(payload(NOBODY))["data"]) == {"call", "helpline", "summary"}


def test_the_name_of_an_alert_is_that_of_its_like() -> None:
    again = replace(PAUSED, call="CA" + "2" * 32)
    assert again.message == PAUSED.message
    assert replace(PAUSED, center="harbor-sd").message != PAUSED.message
    assert "." not in PAUSED.message
