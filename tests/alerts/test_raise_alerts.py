"""An alert is raised once for what is the same, with a delivery for everybody who is to be told."""

from datetime import timedelta

import pytest

from tests.alerts.alerting import CALL, START, Alerting, RecordingChannel


def keys(alerting: Alerting) -> list[str]:
    return [row["key"] for row in alerting.rows("alert")]


def test_a_paused_center_is_one_alert_an_hour(alerting: Alerting) -> None:
    for minute in (0, 5, 40):
        alerting.passes(minutes=minute)
        alerting.raises("center-paused", center="sunrise-la")
    alerting.passes(minutes=5)
    alerting.raises("center-paused", center="sunrise-la")
    assert keys(alerting) == [
        "center-paused sunrise-la 2026-11-24T10",
        "center-paused sunrise-la 2026-11-24T11",
    ]


def test_two_centers_are_two_alerts(alerting: Alerting) -> None:
    alerting.raises("center-paused", center="sunrise-la")
    alerting.raises("center-paused", center="harbor-sd")
    assert len(keys(alerting)) == 2


def test_a_storm_in_one_batch_is_one_alert_about_the_first(alerting: Alerting) -> None:
    for number in range(30):
        alerting.happens("center-paused", call=f"CA{number:032x}", center="sunrise-la")
        alerting.passes(seconds=1)
    alerting.settles()
    [alert] = alerting.rows("alert")
    assert (alert["call"], alert["happened_at"]) == (f"CA{0:032x}", START)
    assert alert["raised_at"] == START + timedelta(seconds=30)
    assert len(alerting.rows("alert_delivery")) == 1
    assert alerting.rows("outbox") == []


@pytest.mark.parametrize("what", ["message-left", "promise-overdue"])
def test_what_a_caller_waits_for_is_told_of_each_call(alerting: Alerting, what: str) -> None:
    for call in (CALL, CALL, "CA" + "2" * 32):
        alerting.raises(what, call=call, center=None)  # type: ignore[arg-type]
    assert [(alert["what"], alert["call"]) for alert in alerting.rows("alert")] == [
        (what, CALL),
        (what, "CA" + "2" * 32),
    ]


def test_each_owner_that_is_late_is_told_of(alerting: Alerting) -> None:
    for owner in ("ash", "elm", "ash", None):
        alerting.raises("promise-overdue", center=owner)
    assert [alert["center"] for alert in alerting.rows("alert")] == ["ash", "elm", None]


def test_an_owner_that_is_late_again_is_told_of_again(alerting: Alerting) -> None:
    """Staff have given it the promise once more."""
    alerting.raises("promise-overdue", center="ash")
    alerting.passes(hours=3)
    alerting.raises("promise-overdue", center="ash")
    assert [alert["center"] for alert in alerting.rows("alert")] == ["ash", "ash"]


def test_a_fact_without_a_call_is_told_too(alerting: Alerting) -> None:
    alerting.raises("center-paused", call="", center="ash")
    [alert] = alerting.rows("alert")
    assert (alert["call"], alert["center"]) == (None, "ash")


def test_everybody_who_is_to_be_told_has_a_delivery_of_their_own(database_url: str) -> None:
    alerting = Alerting(
        database_url,
        email=RecordingChannel("a@example.org", "b@example.org"),
        webhook=RecordingChannel("https://hooks.example"),
    )
    alerting.raises()
    assert [
        (row["channel"], row["recipient"], row["attempts"]) for row in alerting.rows("alert_delivery")
    ] == [
        ("email", "a@example.org", 0),
        ("email", "b@example.org", 0),
        ("webhook", "https://hooks.example", 0),
    ]
    alerting.closes()


def test_with_nobody_to_tell_it_is_stored_all_the_same(database_url: str) -> None:
    alerting = Alerting(database_url)
    alerting.raises()
    assert (len(alerting.rows("alert")), alerting.rows("alert_delivery"), alerting.delivers()) == (1, [], 0)
    alerting.closes()
