"""An alert is raised once for what is the same, with a delivery for everybody who is to be told."""

from datetime import timedelta

import pytest

from tests.alerts.office import CALL, START, Ear, Office


def keys(office: Office) -> list[str]:
    return [row["key"] for row in office.rows("alert")]


def test_a_paused_center_is_one_alert_an_hour(office: Office) -> None:
    for minute in (0, 5, 40):
        office.passes(minutes=minute)
        office.raises("center-paused", center="sunrise-la")
    office.passes(minutes=5)
    office.raises("center-paused", center="sunrise-la")
    assert keys(office) == [
        "center-paused sunrise-la 2026-11-24T10",
        "center-paused sunrise-la 2026-11-24T11",
    ]


def test_two_centers_are_two_alerts(office: Office) -> None:
    office.raises("center-paused", center="sunrise-la")
    office.raises("center-paused", center="harbor-sd")
    assert len(keys(office)) == 2


def test_a_storm_in_one_batch_is_one_alert_about_the_first(office: Office) -> None:
    for number in range(30):
        office.happens("center-paused", call=f"CA{number:032x}", center="sunrise-la")
        office.passes(seconds=1)
    office.settles()
    [alert] = office.rows("alert")
    assert (alert["call"], alert["happened_at"]) == (f"CA{0:032x}", START)
    assert alert["raised_at"] == START + timedelta(seconds=30)
    assert len(office.rows("alert_delivery")) == 1
    assert office.rows("outbox") == []


@pytest.mark.parametrize("what", ["message-left", "promise-overdue"])
def test_what_a_caller_waits_for_is_told_of_each_call(office: Office, what: str) -> None:
    for call in (CALL, CALL, "CA" + "2" * 32):
        office.raises(what, call=call, center=None)  # type: ignore[arg-type]
    assert [(alert["what"], alert["call"]) for alert in office.rows("alert")] == [
        (what, CALL),
        (what, "CA" + "2" * 32),
    ]


def test_each_owner_that_is_late_is_told_of(office: Office) -> None:
    for owner in ("ash", "elm", "ash", None):
        office.raises("promise-overdue", center=owner)
    assert [alert["center"] for alert in office.rows("alert")] == ["ash", "elm", None]


def test_an_owner_that_is_late_again_is_told_of_again(office: Office) -> None:
    """Staff have given it the promise once more."""
    office.raises("promise-overdue", center="ash")
    office.passes(hours=3)
    office.raises("promise-overdue", center="ash")
    assert [alert["center"] for alert in office.rows("alert")] == ["ash", "ash"]


def test_a_fact_without_a_call_is_told_too(office: Office) -> None:
    office.raises("center-paused", call="", center="ash")
    [alert] = office.rows("alert")
    assert (alert["call"], alert["center"]) == (None, "ash")


def test_everybody_who_is_to_be_told_has_a_delivery_of_their_own(database_url: str) -> None:
    office = Office(
        database_url, email=Ear("a@example.org", "b@example.org"), webhook=Ear("https://hooks.example")
    )
    office.raises()
    assert [(row["channel"], row["recipient"], row["attempts"]) for row in office.rows("alert_delivery")] == [
        ("email", "a@example.org", 0),
        ("email", "b@example.org", 0),
        ("webhook", "https://hooks.example", 0),
    ]
    office.closes()


def test_with_nobody_to_tell_it_is_stored_all_the_same(database_url: str) -> None:
    office = Office(database_url)
    office.raises()
    assert (len(office.rows("alert")), office.rows("alert_delivery"), office.delivers()) == (1, [], 0)
    office.closes()
