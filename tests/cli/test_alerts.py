"""`callrouter alerts`: what a person must be told, whether it has arrived, and having it tried again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from callrouter.errors import NotDelivered
from tests.alerts.alerting import CALL, Alerting, RecordingChannel
from tests.cli.running import CommandLine

NOW = datetime.now(UTC)


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel("staff@example.org")


@pytest.fixture
def alerting(callrouter: CommandLine, channel: RecordingChannel) -> Iterator[Alerting]:
    """Two alerts of the last hour: one has arrived, the other not yet."""
    alerting = Alerting(callrouter.settings.database_url, start=NOW - timedelta(hours=1), email=channel)
    alerting.raises("center-paused", center="sunrise-la")
    alerting.delivers()
    alerting.passes(minutes=1)
    alerting.raises("message-left", center=None)
    channel.failures = [NotDelivered("the mail server answered 451 to +13105550188")]
    alerting.delivers()
    yield alerting
    alerting.closes()


def test_alerts_are_listed_with_their_deliveries_the_newest_first(
    callrouter: CommandLine, alerting: Alerting
) -> None:
    newer, older = callrouter.rows("alerts", "list")
    assert (newer["what"], newer["subject"]) == ("message-left", "A message was left for nobody yet")
    assert newer["deliveries"] == ["email to staff@example.org: waiting"]
    assert (older["call"], older["subject"]) == (CALL, "sunrise-la is paused after missed calls")
    assert older["deliveries"] == ["email to staff@example.org: delivered"]


def test_the_table_is_for_people(callrouter: CommandLine, alerting: Alerting) -> None:
    shown = callrouter("alerts", "list").stdout
    assert "sunrise-la is paused after missed calls" in shown
    assert "email to staff@example.org: delivered" in shown


def test_deliveries_are_listed_with_what_went_wrong_and_no_number(
    callrouter: CommandLine, alerting: Alerting
) -> None:
    waiting, done = callrouter.rows("alerts", "deliveries")
    assert (waiting["status"], waiting["attempts"], waiting["channel"]) == ("waiting", 1, "email")
    assert waiting["error"] == "the mail server answered 451 to [number]"
    assert waiting["next_attempt_at"] > waiting["attempted_at"]
    assert (done["status"], done["error"], done["next_attempt_at"]) == ("delivered", None, None)
    assert done["delivered_at"] == done["attempted_at"]


def test_old_delivered_alerts_are_listed_only_on_request(
    callrouter: CommandLine, channel: RecordingChannel
) -> None:
    alerting = Alerting(callrouter.settings.database_url, start=NOW - timedelta(days=30), email=channel)
    alerting.raises(center="ash")
    alerting.raises(center="elm")
    channel.failures = [NotDelivered("later")]
    alerting.delivers()
    alerting.delivers()
    assert [row["subject"] for row in callrouter.rows("alerts", "list")] == [
        "ash is paused after missed calls"
    ]
    since = f"{NOW - timedelta(days=31):%Y-%m-%d}"
    assert len(callrouter.rows("alerts", "list", "--since", since)) == 2
    assert len(callrouter.rows("alerts", "deliveries", "--since", since)) == 2
    alerting.closes()


def test_a_delivery_is_tried_again_at_once(callrouter: CommandLine, alerting: Alerting) -> None:
    waiting, _ = callrouter.rows("alerts", "deliveries")
    number = str(waiting["id"])
    assert callrouter("alerts", "retry", number).stdout == f"Delivery {number} will be tried again.\n"
    alerting.clock.advance_to(datetime.now(UTC))
    assert alerting.delivers() == 1
    assert callrouter.rows("alerts", "deliveries")[0]["status"] == "delivered"


def test_what_has_arrived_is_not_sent_twice(callrouter: CommandLine, alerting: Alerting) -> None:
    _, done = callrouter.rows("alerts", "deliveries")
    tried = callrouter("alerts", "retry", str(done["id"]))
    assert (tried.exit_code, tried.stdout) == (1, "")
    assert "has arrived; it is not sent twice" in tried.stderr


def test_a_delivery_that_is_not_there_cannot_be_tried(callrouter: CommandLine) -> None:
    tried = callrouter("alerts", "retry", "9")
    assert (tried.exit_code, tried.stdout) == (1, "")
    assert "there is no delivery 9: `callrouter alerts deliveries` shows them" in tried.stderr


def test_an_id_is_a_number(callrouter: CommandLine) -> None:
    assert callrouter("alerts", "retry", "CA12").exit_code == 2


def test_what_is_tried_again_is_told_for_programs(callrouter: CommandLine, alerting: Alerting) -> None:
    waiting, _ = callrouter.rows("alerts", "deliveries")
    assert callrouter.rows("alerts", "retry", str(waiting["id"])) == [{"delivery": waiting["id"]}]
