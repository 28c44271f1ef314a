"""Not to be called again, and to be erased, on a caller's word."""

import re
from collections.abc import Iterator

import pytest

from callrouter.cli.user import user
from callrouter.privacy.vault import Vault
from tests.cli.running import CommandLine
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

THEIRS = "+13105550188"
COMMANDS = (("callers", "do-not-call"), ("privacy", "erase"))

ERASED = {
    "calls": 1,
    "keys": 0,
    "numbers": 1,
    "match_values": 1,
    "messages": 0,
    "salts": 0,
    "promises": 1,
}


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
    call = world.caller(THEIRS).presses("", "1").dials(NATIONAL)
    assert call.promised["state"] == "open"
    return call


@pytest.mark.parametrize("written", [THEIRS, "(310) 555-0188", "1-310-555-0188"])
def test_a_number_is_never_called_again(
    callrouter: CommandLine, world: World, promised: PlacedCall, written: str
) -> None:
    done = callrouter("callers", "do-not-call", written)
    assert (done.exit_code, done.stdout) == (0, "+1 310 ••• ••88 will not be called again.\n")
    assert promised.promised["state"] == "withdrawn"
    assert len(world.rows("do_not_call")) == 1
    assert world.rings_owners() == []


def test_of_whoever_is_forgotten_nothing_leads_back(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    done = callrouter("privacy", "erase", THEIRS)
    assert done.exit_code == 0
    assert done.stdout == "Nothing leads from here to +1 310 ••• ••88 any more.\n"
    assert world.rows("sealed_number") == []
    assert (world.pseudonyms(THEIRS), world.rows("match_value")) == ([], [])
    assert promised.promised["called_pseudonym"] is None
    assert promised.promised["state"] == "withdrawn"


@pytest.mark.parametrize("command", COMMANDS)
def test_done_again_it_is_done(
    callrouter: CommandLine, world: World, promised: PlacedCall, command: tuple[str, str]
) -> None:
    first = callrouter(*command, THEIRS)
    before = [world.rows(table) for table in world.counts()]
    again = callrouter(*command, THEIRS)
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert [world.rows(table) for table in world.counts()] == before


@pytest.mark.parametrize("command", COMMANDS)
def test_others_are_left_alone(
    callrouter: CommandLine, world: World, promised: PlacedCall, command: tuple[str, str]
) -> None:
    before = promised.promised
    assert callrouter(*command, "+16175550123").exit_code == 0
    assert promised.promised == before


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("written", ["anonymous", "911", "+1", "sip:a@b.example", "310 555 018"])
def test_what_is_no_whole_number_is_told(
    callrouter: CommandLine, world: World, promised: PlacedCall, command: tuple[str, str], written: str
) -> None:
    done = callrouter(*command, written)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "that is not a whole telephone number: write it as +13105550188" in done.stderr
    assert promised.promised["state"] == "open"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("written", ["+266696687", "+17378742833", "(737) 874-2833", "+86282452253"])
def test_what_stands_for_a_withheld_number_is_told(
    callrouter: CommandLine, world: World, promised: PlacedCall, command: tuple[str, str], written: str
) -> None:
    before = world.counts()
    done = callrouter(*command, written)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "that stands for a withheld number" in done.stderr
    assert world.counts() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_number_can_be_read_from_standard_input(
    callrouter: CommandLine, promised: PlacedCall, world: World, command: tuple[str, str]
) -> None:
    done = callrouter(*command, "-", "--yes", given=" (310) 555-0188 \n")
    assert done.exit_code == 0, done.output
    assert [row["state"] for row in world.rows("promise")] == ["withdrawn"]


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_number_it_is_wrong_use(callrouter: CommandLine, command: tuple[str, str]) -> None:
    done = callrouter(*command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Missing argument 'NUMBER'" in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_the_number_is_printed_nowhere(
    callrouter: CommandLine, world: World, promised: PlacedCall, command: tuple[str, str]
) -> None:
    assert "5550188" not in callrouter(*command, THEIRS).output.replace("-", "")


@pytest.mark.parametrize(
    ("deed", "done"),
    [
        (COMMANDS[0], {"promises_withdrawn": 1}),
        (COMMANDS[1], ERASED),
    ],
)
def test_what_it_does_is_told_for_programs_also_before_it_is_done(
    callrouter: CommandLine, promised: PlacedCall, deed: tuple[str, str], done: dict[str, int]
) -> None:
    row = {"caller": "+1 310 ••• ••88", **done}
    words = (*deed, THEIRS)
    assert callrouter.rows(*words, "--dry-run") == [{**row, "dry_run": True}]
    assert callrouter.rows(*words) == [{**row, "dry_run": False}]


def test_an_erasure_is_recorded_once_with_who_did_it_and_why_and_without_the_number(
    callrouter: CommandLine, world: World, promised: PlacedCall
) -> None:
    words = ("privacy", "erase", THEIRS, "--reason", "she wrote from 310 555 0188")
    assert callrouter(*words).exit_code == 0
    assert callrouter(*words).exit_code == 0
    [act] = world.rows("privacy_act")
    assert (act["act"], act["person"], act["reason"]) == ("erasure", user(), "she wrote from [number]")
    assert (act["numbers"], act["promises"], act["keys"]) == (1, 1, 0)
    assert not re.search(r"\+1 310|k1\.|0188", repr(act))
