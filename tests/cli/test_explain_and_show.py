"""`callrouter explain` and `callrouter show`: who would be rung, and what has come of a call."""

from datetime import UTC, datetime

import pytest

from callrouter.directory.directory import Seat
from tests.cli.running import CommandLine
from tests.directories import NATIONAL, a_directory, center, helpline, listing, number_of, partner
from tests.scenarios.places import NATIONAL as WORLDS_NATIONAL
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.world import World

PAGE = number_of("listing ash-page")


@pytest.fixture
def explaining(callrouter: CommandLine) -> CommandLine:
    callrouter.loads(
        a_directory(
            helpline(Seat("ash-home", weight=2), Seat("birch-home", states=("NY",))),
            listing("ash-page", "ash-home"),
            center("ash-home", hours="Mo-Fr 09:00-17:00", timezone="America/New_York"),
        )
    )
    return callrouter


def test_each_seat_is_told_with_its_reason(explaining: CommandLine) -> None:
    rows = explaining.rows("explain", NATIONAL, "--at", "2026-11-24T17:00:00Z")
    assert rows == [
        {
            "turn": 1,
            "center": "ash-home",
            "name": "Ash Home",
            "tier": 1,
            "weight": 2,
            "credit": "0.000",
            "rung_after": 34,
            "status": "would be rung",
        },
        {
            "turn": None,
            "center": "birch-home",
            "name": "Birch Home",
            "tier": 1,
            "weight": 1,
            "credit": "0.000",
            "rung_after": None,
            "status": "state not served",
        },
    ]


def test_it_tells_how_long_a_caller_waits(explaining: CommandLine) -> None:
    done = explaining("explain", NATIONAL)
    assert "Its last attempt ends within 300 s of the call's arrival (max_wait_seconds 300)." in done.stderr


def test_the_callers_number_tells_the_state_and_is_not_printed(explaining: CommandLine) -> None:
    words = ("explain", NATIONAL, "--from", "+12125550147", "--at", "2026-11-24T23:00:00Z")
    assert [row["status"] for row in explaining.rows(*words)] == ["would be rung", "outside hours"]
    done = explaining(*words)
    assert "+1 212 ••• ••47 from NY" in done.stderr
    assert "2125550147" not in done.output


def test_a_listing_has_its_center_and_nobody_else(explaining: CommandLine) -> None:
    [row] = explaining.rows("explain", PAGE)
    assert (row["center"], row["status"]) == ("ash-home", "would be rung")
    explaining.loads(
        a_directory(listing("ash-page", "ash-home"), helpline("birch-home"), partner("ash", status="ended"))
    )
    assert explaining.rows("explain", PAGE)[0]["status"] == "partner not verified"


def test_a_number_may_be_written_as_people_write_it(explaining: CommandLine) -> None:
    assert len(explaining.rows("explain", "(844) 561-0606")) == 2


def test_a_number_that_is_not_ours_is_told(explaining: CommandLine) -> None:
    done = explaining("explain", "+18445610607")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"did you mean {NATIONAL}?" in done.stderr


@pytest.mark.parametrize("at", ["now", "2026-13-01", "2026-11-24T17:00:00"])
def test_a_time_that_is_none_is_wrong_use(callrouter: CommandLine, at: str) -> None:
    assert callrouter("explain", NATIONAL, "--at", at).exit_code == 2


def test_a_call_is_told_whole(callrouter: CommandLine) -> None:
    world = World(callrouter.settings.database_url)
    call = world.caller().dials(WORLDS_NATIONAL)
    world.center("sunrise-la").does_not_answer()
    world.center("harbor-sd").accepts()
    world.settles()
    shown = callrouter("show", call.sid).stdout
    assert f"Call {call.sid} (simulated)" in shown
    assert "arrived      2026-03-04T18:00:00Z, from +1 310 ••• ••88 (CA)" in shown
    assert "answered by  harbor-sd, 90 s of talk" in shown
    assert "caller hears [en-US]: “Connecting you to Harbor Sd, a paid advertiser.”" in shown
    assert "center hears [en-US]" not in shown.split("leg 2")[1]
    assert "not, already tried on this call: sunrise-la" in shown
    assert f"sunrise-la at {world.center('sunrise-la').phone} (helpline): no-answer" in shown
    assert "charge 35.00 USD to harbor (helpline, unconfirmed)" in shown
    assert "no. 1, greeting@1 [en]" in shown
    world.closes()


def test_a_call_that_went_to_the_helpline_tells_the_consent(callrouter: CommandLine) -> None:
    world = World(callrouter.settings.database_url)
    call = world.caller().presses("3").dials(SUNRISE_PAGE)
    world.center("sunrise-la").is_busy()
    world.center("harbor-sd").accepts()
    shown = callrouter("show", call.sid).stdout
    assert "(listing sunrise-la-page, then helpline national)" in shown
    assert "consent      to the helpline, by key press at" in shown
    assert "not charged: it waits to be worked off: callrouter drain" in shown
    world.closes()


def test_a_promise_and_a_message_are_told(callrouter: CommandLine) -> None:
    world = World(callrouter.settings.database_url)
    promised = world.caller().presses("2").dials(SUNRISE_PAGE)
    assert "owed by sunrise-la: open" in callrouter("show", promised.sid).stdout
    left = world.caller().presses("", "2").says(12).dials(WORLDS_NATIONAL)
    shown = callrouter("show", left.sid).stdout
    assert "a message of 12 s for " in shown
    assert "not charged: no center accepted it" in shown
    world.closes()


def test_a_story_is_told_for_programs(callrouter: CommandLine) -> None:
    world = World(callrouter.settings.database_url)
    call = world.caller().presses("9").dials(WORLDS_NATIONAL)
    [story] = callrouter.rows("show", call.sid[:20])
    assert (story["sid"], story["outcome"], story["legs"]) == (call.sid, "crisis", [])
    assert datetime.fromisoformat(story["arrived_at"]) == datetime(2026, 3, 4, 18, tzinfo=UTC)
    assert callrouter("show", call.sid, "--format", "csv").stdout.startswith("sid,arrived_at,")
    world.closes()


@pytest.mark.parametrize(
    ("written", "told"), [("CA12", "there is no call CA12"), ("x", "is not a CallSid"), ("CA", "no call CA")]
)
def test_a_call_that_is_not_there_is_told(callrouter: CommandLine, written: str, told: str) -> None:
    done = callrouter("show", written)
    assert (done.exit_code, done.stdout) == (1, "")
    assert told in done.stderr
