"""`callrouter numbers sync`, over HTTP: an account whose numbers ask others, and the simulated one of `make run`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from callrouter.carrier.numbers import our_settings
from tests.cli.at_the_carrier import PUBLIC, AtTheCarrier, carrier_of, with_an_account
from tests.cli.running import CommandLine
from tests.directories import NATIONAL, a_directory, helpline, listing

PAGE = "+13235550111"
FOREIGN = "+442079460958"
DIRECTORY = a_directory(helpline("ash-home"), listing(center="ash-home", numbers=(PAGE,)))
OURS = dict(our_settings(PUBLIC))
ELSEWHERE = {"voice_url": "https://demo.example/welcome", "status_callback": ""}


@pytest.fixture
def carrier(callrouter: CommandLine) -> Iterator[AtTheCarrier]:
    """A real account, as far as anybody knows here, that has nothing but the helpline's number."""
    with_an_account(callrouter)
    callrouter.loads(DIRECTORY)
    with carrier_of(callrouter) as carrier:
        carrier.numbers.listed = tuple
        carrier.owns(NATIONAL, **OURS)
        yield carrier


def sync(callrouter: CommandLine, *options: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The status, and the rows by number."""
    done = callrouter("numbers", "sync", *options, "--format", "jsonl")
    rows: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        rows.setdefault(row["number"], []).append(row)
    return done.exit_code, rows


def test_what_asks_others_is_pointed_here_once(callrouter: CommandLine, carrier: AtTheCarrier) -> None:
    carrier.owns(PAGE, **{**OURS, **ELSEWHERE})
    status, rows = sync(callrouter)
    assert (status, carrier.settings_of(PAGE)) == (0, OURS)
    assert [(row["setting"], row["is_set"], row["should_be"], row["outcome"]) for row in rows[PAGE]] == [
        ("voice_url", "https://demo.example/welcome", f"{PUBLIC}/twilio/voice", "changed"),
        ("status_callback", "", f"{PUBLIC}/twilio/status#rc=2&rp=ct,rt,5xx", "changed"),
    ]
    assert [row["status"] for row in rows[NATIONAL]] == ["right"]
    status, rows = sync(callrouter)
    assert (status, [row["status"] for row in rows[PAGE]]) == (0, ["right"])


def test_a_dry_run_changes_nothing_and_ends_with_1(callrouter: CommandLine, carrier: AtTheCarrier) -> None:
    assert sync(callrouter, "--dry-run")[0] == 1  # The listing's number is not bought yet.
    carrier.owns(PAGE, **{**OURS, **ELSEWHERE})
    before = dict(carrier.settings_of(PAGE))
    status, rows = sync(callrouter, "--dry-run")
    assert (status, carrier.settings_of(PAGE)) == (1, before)
    assert {row["outcome"] for row in rows[PAGE]} == {"to be changed"}
    sync(callrouter)
    assert sync(callrouter, "--dry-run")[0] == 0


def test_a_number_that_the_account_lacks_is_told(callrouter: CommandLine, carrier: AtTheCarrier) -> None:
    status, rows = sync(callrouter)
    assert status == 1
    [row] = rows[PAGE]
    assert (row["status"], row["outcome"]) == (
        "not at the carrier",
        "buy it at the carrier, or take it out of the directory",
    )


def test_numbers_of_others_are_listed_and_left_alone(callrouter: CommandLine, carrier: AtTheCarrier) -> None:
    carrier.owns(PAGE, **OURS)
    carrier.owns(FOREIGN, **ELSEWHERE)
    before = dict(carrier.settings_of(FOREIGN))
    status, rows = sync(callrouter)
    assert (status, [row["status"] for row in rows[FOREIGN]]) == (0, ["not in the directory"])
    assert carrier.settings_of(FOREIGN) == before


def test_what_the_carrier_refuses_is_told_and_ends_with_1(
    callrouter: CommandLine, carrier: AtTheCarrier
) -> None:
    carrier.owns(PAGE, **ELSEWHERE)
    callrouter.environment["PUBLIC_URL"] = "https://" + "x" * 3000 + ".example"
    status, rows = sync(callrouter)
    assert status == 1
    assert {row["outcome"] for row in rows[PAGE]} == {"the carrier answered with status 400, error 21402"}


def test_a_wrong_token_is_told_by_its_name(callrouter: CommandLine, carrier: AtTheCarrier) -> None:
    callrouter.environment["TWILIO_AUTH_TOKEN"] = "another"
    done = callrouter("numbers", "sync")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "status 401, error 20003: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN" in done.stderr


def test_without_a_directory_there_is_nothing_to_compare(callrouter: CommandLine) -> None:
    done = callrouter("numbers", "sync")
    assert (done.exit_code, done.stderr) == (1, "no directory is loaded: callrouter directory load FILE\n")


def test_the_simulated_account_has_the_numbers_of_the_directory_and_they_ask_us(
    callrouter: CommandLine,
) -> None:
    callrouter.loads(DIRECTORY)
    with carrier_of(callrouter):
        status, rows = sync(callrouter, "--dry-run")
        assert (status, {row["status"] for of_one in rows.values() for row in of_one}) == (0, {"right"})
        assert rows.keys() == {NATIONAL, PAGE}
        more = a_directory(helpline("ash-home", numbers=(NATIONAL, FOREIGN)), version=1)
        callrouter.loads(more)
        assert sync(callrouter, "--dry-run")[1].keys() == {NATIONAL, PAGE, FOREIGN}


def test_the_table_tells_what_is_set_and_what_should_be(
    callrouter: CommandLine, carrier: AtTheCarrier
) -> None:
    carrier.owns(PAGE, **{**OURS, "voice_method": "GET"})
    shown = callrouter("numbers", "sync", "--dry-run").stdout
    assert [line.split() for line in shown.splitlines() if PAGE in line] == [
        [PAGE, "wrong", "voice_method", "GET", "POST", "to", "be", "changed"]
    ]
