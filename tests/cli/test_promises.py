"""`callrouter promises`: who owes which return call, every try to keep it, and what staff do about it by hand."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from callrouter.privacy.vault import Vault
from tests.cli.running import CommandLine
from tests.directories import partner
from tests.promises.attempts import begins, is_attempted
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

CONTRACT = "call owner helpline listing state made_at due_at attempts ended_at"


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """With the vault of the command line."""
    world = World(callrouter.settings.database_url)
    world.vault = Vault(callrouter.settings.vault_keys)
    world.starts_anew()
    yield world
    world.closes()


@pytest.fixture
def promised(world: World) -> PlacedCall:
    call = world.caller().presses("", "1").dials(NATIONAL)
    assert call.promised["owner"] == "sunrise-la"
    return call


@pytest.fixture
def by_listing(world: World, promised: PlacedCall) -> PlacedCall:
    """Due after the other one."""
    world.passes(minutes=5)
    call = world.caller("+13105550147").presses("2").dials(SUNRISE_PAGE)
    assert call.promised["only_center"] == "sunrise-la"
    return call


def fails(callrouter: CommandLine, *words: str, status: int = 1) -> str:
    """What is told on stderr; nothing else is printed."""
    done = callrouter(*words)
    assert (done.exit_code, done.stdout) == (status, ""), done.output
    assert "Traceback" not in done.stderr
    return done.stderr


def test_open_ones_are_listed_and_the_one_that_is_due_first_is_first(
    callrouter: CommandLine, promised: PlacedCall, by_listing: PlacedCall
) -> None:
    rows = callrouter.rows("promises", "list")
    assert [row["call"] for row in rows] == [promised.sid, by_listing.sid]
    assert [(row["owner"], row["helpline"], row["listing"]) for row in rows] == [
        ("sunrise-la", "national", None),
        ("sunrise-la", None, "sunrise-la-page"),
    ]
    assert {row["caller"] for row in rows} == {"+1 310 ••• ••88", "+1 310 ••• ••47"}


def test_those_that_have_ended_are_listed_below_where_they_are_asked_for(
    callrouter: CommandLine, world: World, promised: PlacedCall, by_listing: PlacedCall
) -> None:
    is_attempted(world, promised, "declined")
    assert [row["call"] for row in callrouter.rows("promises", "list")] == [by_listing.sid]
    open_one, ended = callrouter.rows("promises", "list", "--all")
    assert (open_one["call"], ended["call"]) == (by_listing.sid, promised.sid)
    assert (ended["state"], ended["end_reason"]) == (
        "declined",
        "the caller pressed 2: no longer wanted",
    )


def test_why_one_is_not_tried_now_is_told(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    is_attempted(world, promised, "no-answer")
    [row] = callrouter.rows("promises", "list")
    assert row["wait_reason"] == "the last return call ended as no-answer"
    assert datetime.fromisoformat(row["next_attempt_at"]) == promised.promised["next_attempt_at"]
    assert "the last return call ended as no-answer" in callrouter("promises", "list").stdout


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_with_nobody_owed_anything_each_format_is_empty(callrouter: CommandLine, form: str) -> None:
    done = callrouter("promises", "list", "--format", form)
    assert (done.exit_code, promised_in(form, done.stdout)) == (0, [])


def promised_in(form: str, printed: str) -> list[str]:
    """The CallSids in what was printed."""
    if form == "table":
        return [word for word in printed.split() if word.startswith("CA")]
    if form == "csv":
        return [row["call"] for row in csv.DictReader(io.StringIO(printed))]
    rows = json.loads(printed) if form == "json" else map(json.loads, printed.splitlines())
    return [row["call"] for row in rows]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_each_format_tells_the_same(
    callrouter: CommandLine, promised: PlacedCall, by_listing: PlacedCall, form: str
) -> None:
    done = callrouter("promises", "list", "--format", form)
    assert promised_in(form, done.stdout) == [promised.sid, by_listing.sid]


def test_one_is_told_with_the_consent_and_every_try(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    is_attempted(world, promised, "no-answer")
    is_attempted(world, promised, "caller-busy")
    shown = callrouter("promises", "show", promised.sid[:12]).stdout
    assert "consent words   Nobody at Addiction Helpline America can take your call" in shown
    assert "consent key     1" in shown
    assert "message allowed no" in shown
    first, second = [line for line in shown.splitlines() if line.startswith("return call ")]
    assert first.startswith("return call 1 ")
    assert first.endswith("sunrise-la: no-answer")
    assert second.endswith("sunrise-la: caller-busy")
    assert "5550188" not in shown


def test_a_try_that_goes_on_is_told_so(callrouter: CommandLine, world: World, promised: PlacedCall) -> None:
    assert begins(world, promised)
    assert "sunrise-la: in progress" in callrouter("promises", "show", promised.sid).stdout


def test_one_is_told_for_programs(callrouter: CommandLine, world: World, promised: PlacedCall) -> None:
    is_attempted(world, promised, "no-answer")
    [story] = callrouter.rows("promises", "show", promised.sid)
    assert (story["call"], story["state"], story["attempts"]) == (promised.sid, "open", 0)
    assert [(tried["number"], tried["outcome"]) for tried in story["return_calls"]] == [(1, "no-answer")]
    assert story["consent_at"] == story["made_at"]


def test_one_is_given_to_another_center(callrouter: CommandLine, world: World, promised: PlacedCall) -> None:
    done = callrouter("promises", "assign", promised.sid[:10], "harbor-sd")
    assert done.exit_code == 0
    assert done.stdout.startswith("harbor-sd owes it until 20")
    assert promised.promised["owner"] == "harbor-sd"


def test_a_listings_is_not_given_away(callrouter: CommandLine, by_listing: PlacedCall) -> None:
    told = fails(callrouter, "promises", "assign", by_listing.sid, "harbor-sd")
    assert "the caller rang the listing of sunrise-la, and nobody else may call back" in told
    assert by_listing.promised["owner"] == "sunrise-la"


def test_a_center_that_is_not_there_is_told_with_what_was_meant(
    callrouter: CommandLine, promised: PlacedCall
) -> None:
    told = fails(callrouter, "promises", "assign", promised.sid, "habor-sd")
    assert "there is no center 'habor-sd': did you mean harbor-sd?" in told


def test_a_center_that_may_not_be_rung_is_told(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    world.edits(partner("harbor", status="suspended"))
    assert "harbor-sd may not be rung" in fails(callrouter, "promises", "assign", promised.sid, "harbor-sd")


@pytest.mark.parametrize("state", ["kept", "withdrawn", "expired"])
def test_one_is_closed_with_a_reason(callrouter: CommandLine, promised: PlacedCall, state: str) -> None:
    done = callrouter("promises", "close", promised.sid, "--as", state, "--reason", "they met")
    assert (done.exit_code, done.stdout) == (0, f"The promise of {promised.sid} is closed as {state}.\n")
    [story] = callrouter.rows("promises", "show", promised.sid)
    assert (story["state"], story["end_reason"]) == (state, "by staff: they met")


def test_unless_something_else_is_said_it_is_withdrawn(callrouter: CommandLine, promised: PlacedCall) -> None:
    callrouter("promises", "close", promised.sid, "--reason", "asked by e-mail")
    assert promised.promised["state"] == "withdrawn"


def test_without_a_reason_nothing_is_closed(callrouter: CommandLine, promised: PlacedCall) -> None:
    assert "Missing option '--reason'" in fails(callrouter, "promises", "close", promised.sid, status=2)
    empty = ("promises", "close", promised.sid, "--reason", " ")
    assert "say why" in fails(callrouter, *empty, status=2)
    assert promised.promised["state"] == "open"


@pytest.mark.parametrize("state", ["open", "declined", "unreachable", "sold"])
def test_an_end_that_only_a_caller_can_bring_about_is_wrong_use(
    callrouter: CommandLine, promised: PlacedCall, state: str
) -> None:
    words = ("promises", "close", promised.sid, "--as", state, "--reason", "x")
    assert "Invalid value for '--as'" in fails(callrouter, *words, status=2)


GIVE = ("promises", "assign", "harbor-sd")
CLOSE = ("promises", "close", "--reason=x")
BY_HAND = [GIVE, CLOSE]


def on(words: tuple[str, ...], call: str) -> tuple[str, ...]:
    """The command for this call."""
    group, command, *more = words
    return group, command, call, *more


@pytest.mark.parametrize("words", BY_HAND)
def test_what_has_ended_is_told_and_left(
    callrouter: CommandLine, world: World, promised: PlacedCall, words: tuple[str, ...]
) -> None:
    is_attempted(world, promised, "declined")
    assert "has ended: declined, the caller pressed 2" in fails(callrouter, *on(words, promised.sid))


@pytest.mark.parametrize("words", BY_HAND)
def test_while_the_caller_is_being_called_it_is_left(
    callrouter: CommandLine, world: World, promised: PlacedCall, words: tuple[str, ...]
) -> None:
    assert begins(world, promised)
    assert "is being called back in this moment" in fails(callrouter, *on(words, promised.sid))


@pytest.mark.parametrize("words", [("promises", "show"), *BY_HAND])
def test_a_call_that_was_promised_nothing_is_told(
    callrouter: CommandLine, world: World, words: tuple[str, ...]
) -> None:
    call = world.caller().presses("9").dials(NATIONAL)
    told = fails(callrouter, *on(words, call.sid))
    assert f"nobody was promised a return call on {call.sid}; `callrouter promises list` shows" in told


@pytest.mark.parametrize("words", [("promises", "show"), *BY_HAND])
@pytest.mark.parametrize(("written", "why"), [("CA77", "there is no call CA77"), ("x", "is not a CallSid")])
def test_a_call_that_is_not_there_is_told(
    callrouter: CommandLine, world: World, words: tuple[str, ...], written: str, why: str
) -> None:
    assert why in fails(callrouter, *on(words, written))


def test_promises_are_exported_as_the_contract_says(
    callrouter: CommandLine, world: World, promised: PlacedCall, by_listing: PlacedCall
) -> None:
    is_attempted(world, promised, "caller-busy")
    first, second = callrouter.lines("export", "promises")
    assert set(CONTRACT.split()) <= first.keys()
    assert (first["call"], first["owner"], first["state"]) == (promised.sid, "sunrise-la", "open")
    assert (first["attempts"], first["ended_at"]) == (1, None)
    assert (second["listing"], second["helpline"]) == ("sunrise-la-page", None)
    assert callrouter.lines("export", "promises", "--until", second["made_at"]) == [first]


def test_a_call_is_shown_with_how_it_was_returned(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    world.center("sunrise-la").accepts(seconds=75)
    world.caller().takes_the_return_call(seconds=75)
    world.rings_owners()
    world.settles()
    shown = callrouter("show", promised.sid).stdout
    assert "owed by sunrise-la: kept" in shown
    assert re.search(r"sunrise-la: kept, the caller was rung, \d+ s of talk", shown)
    assert "return call 1: the center pressed a key (CallStatus in-progress, Digits 1)" in shown
    assert "caller hears [en-US]: “Hello. This is the call that you asked for.”" in shown
    assert "charge 35.00 USD to sunrise (helpline, unconfirmed)" in shown
    assert "returning@1 [en] about sunrise-la" in shown


def test_a_kept_one_that_was_too_short_says_why_it_is_free(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    world.center("sunrise-la").accepts(seconds=5)
    world.caller().takes_the_return_call(seconds=5)
    world.rings_owners()
    assert (promised.promised["state"], promised.is_free) == ("kept", True)
    shown = callrouter("show", promised.sid).stdout
    assert re.search(r"not charged: \d+ seconds of talk are fewer than the rate's 30", shown)
