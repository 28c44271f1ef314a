"""`callrouter alerts`: what a person must be told, whether it has arrived, and having it tried again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from callrouter.errors import NotDelivered
from tests.alerts.office import CALL, Ear, Office
from tests.cli.running import CommandLine

NOW = datetime.now(UTC)


@pytest.fixture
def ear() -> Ear:
    return Ear("staff@example.org")


@pytest.fixture
def office(callrouter: CommandLine, ear: Ear) -> Iterator[Office]:
    """Two alerts of the last hour: one has arrived, the other not yet."""
    office = Office(callrouter.settings.database_url, start=NOW - timedelta(hours=1), email=ear)
    office.raises("center-paused", center="sunrise-la")
    office.delivers()
    office.passes(minutes=1)
    office.raises("message-left", center=None)
    ear.failures = [NotDelivered("the mail server answered 451 to +13105550188")]
    office.delivers()
    yield office
    office.closes()


def test_alerts_are_listed_with_their_deliveries_the_newest_first(
    callrouter: CommandLine, office: Office
) -> None:
    newer, older = callrouter.rows("alerts", "list")
    assert (newer["what"], newer["subject"]) == ("message-left", "A message was left for nobody yet")
    assert newer["deliveries"] == ["email to staff@example.org: waiting"]
    assert (older["call"], older["subject"]) == (CALL, "sunrise-la is paused after missed calls")
    assert older["deliveries"] == ["email to staff@example.org: delivered"]


def test_the_table_is_for_people(callrouter: CommandLine, office: Office) -> None:
    shown = callrouter("alerts", "list").stdout
    assert "sunrise-la is paused after missed calls" in shown
    assert "email to staff@example.org: delivered" in shown


def test_deliveries_are_listed_with_what_went_wrong_and_no_number(
    callrouter: CommandLine, office: Office
) -> None:
    waiting, done = callrouter.rows("alerts", "deliveries")
    assert (waiting["status"], waiting["attempts"], waiting["channel"]) == ("waiting", 1, "email")
    assert waiting["error"] == "the mail server answered 451 to [number]"
    assert waiting["next_attempt_at"] > waiting["attempted_at"]
    assert (done["status"], done["error"], done["next_attempt_at"]) == ("delivered", None, None)
    assert done["delivered_at"] == done["attempted_at"]


def test_what_is_old_and_done_is_not_listed_unless_asked_for(callrouter: CommandLine, ear: Ear) -> None:
    office = Office(callrouter.settings.database_url, start=NOW - timedelta(days=30), email=ear)
    office.raises(center="ash")
    office.raises(center="elm")
    ear.failures = [NotDelivered("later")]
    office.delivers()
    office.delivers()
    assert [row["subject"] for row in callrouter.rows("alerts", "list")] == [
        "ash is paused after missed calls"
    ]
    since = f"{NOW - timedelta(days=31):%Y-%m-%d}"
    assert len(callrouter.rows("alerts", "list", "--since", since)) == 2
    assert len(callrouter.rows("alerts", "deliveries", "--since", since)) == 2
    office.closes()


def test_a_delivery_is_tried_again_at_once(callrouter: CommandLine, office: Office) -> None:
    waiting, _ = callrouter.rows("alerts", "deliveries")
    number = str(waiting["id"])
    assert callrouter("alerts", "retry", number).stdout == f"Delivery {number} will be tried again.\n"
    office.clock.advance_to(datetime.now(UTC))
    assert office.delivers() == 1
    assert callrouter.rows("alerts", "deliveries")[0]["status"] == "delivered"


def test_what_has_arrived_is_not_sent_twice(callrouter: CommandLine, office: Office) -> None:
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


def test_what_is_tried_again_is_told_for_programs(callrouter: CommandLine, office: Office) -> None:
    waiting, _ = callrouter.rows("alerts", "deliveries")
    assert callrouter.rows("alerts", "retry", str(waiting["id"])) == [{"delivery": waiting["id"]}]
