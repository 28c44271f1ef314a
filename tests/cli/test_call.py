"""`callrouter call`: a simulated call over real sockets, told turn by turn."""

import re
from collections.abc import Callable, Iterator

import pytest

from callrouter.directory.directory import Seat
from callrouter.directory.versions import DirectoryCache
from callrouter.events.settle import settle
from config.running_server import announce
from tests.cli.running import CommandLine
from tests.cli.serving import Server, serving
from tests.directories import NATIONAL, a_directory, center, helpline, listing, number_of
from tests.scenarios.world import START
from workers.after_call import subscriptions

ASH, BIRCH, CEDAR = "ash-home", "birch-home", "cedar-home"
PAGE = number_of("listing ash-page")
DIRECTORY = a_directory(
    center(ASH, name="Ash\x1b[31m Home"),
    center(CEDAR, screening="press-1"),
    listing("ash-page", ASH),
    helpline(Seat(ASH, tier=1), Seat(BIRCH, tier=2), Seat(CEDAR, tier=3), max_wait_seconds=180),
)
MISSED = ("--center", f"{ASH}=no-answer", "--center", f"{BIRCH}=busy")
TAKEN = ("--center", f"{CEDAR}=answer:90")


@pytest.fixture
def server(callrouter: CommandLine) -> Iterator[Server]:
    callrouter.loads(DIRECTORY)
    with serving(callrouter.settings) as server:
        yield server


@pytest.fixture
def works_off(server: Server) -> Callable[[], None]:
    def work() -> None:
        while settle(server.database, subscriptions(DirectoryCache()), START):
            pass

    return work


def sid_in(output: str) -> str:
    return re.findall(r"callrouter show (CA[0-9a-f]{32})", output)[-1]


def test_two_centers_miss_the_call_and_a_third_takes_it(
    callrouter: CommandLine, server: Server, works_off: Callable[[], None]
) -> None:
    done = callrouter("call", NATIONAL, *MISSED, *TAKEN)
    assert done.exit_code == 0, done.output
    assert "caller hears: “Thank you for calling Addiction Helpline America" in done.stdout
    assert "nobody answers within 25 s" in done.stdout
    assert "caller and Cedar Home are connected" in done.stdout
    works_off()
    [charge] = callrouter.lines("export", "charges")
    assert (charge["call"], charge["partner"], charge["amount"]) == (sid_in(done.stdout), "cedar", "35.00")
    shown = callrouter("show", sid_in(done.stdout)).stdout
    assert "answered by  cedar-home" in shown
    assert "not, already tried on this call: ash-home, birch-home" in shown


def test_with_nothing_said_of_the_centers_the_third_answers(callrouter: CommandLine, server: Server) -> None:
    assert "caller and Cedar Home are connected" in callrouter("call", NATIONAL).stdout


def test_centers_that_nothing_is_said_of_do_not_answer(callrouter: CommandLine, server: Server) -> None:
    done = callrouter("call", NATIONAL, "--center", f"{ASH}=busy")
    assert "Nobody at Addiction Helpline America can take your call right now." in done.stdout


def test_a_caller_who_asks_for_a_code_is_told_it_twice(callrouter: CommandLine, server: Server) -> None:
    done = callrouter("call", PAGE, "--press", "4", "--center", f"{ASH}=answer:90")
    told = re.findall(r"caller hears: “(\d, \d, \d, \d)\.”", done.stdout)
    assert (len(told), told[:4]) == (8, told[4:])
    assert "slash proof." in done.stdout
    shown = callrouter("show", sid_in(done.stdout)).stdout
    assert shown.count("(four digits of the code)") == 8
    assert not any(group in shown for group in told)


def test_keys_are_pressed_at_one_prompt_after_another(callrouter: CommandLine, server: Server) -> None:
    done = callrouter("call", PAGE, "--press", "12", "--center", f"{ASH}=busy,no-answer")
    assert "All lines" not in done.stdout
    assert done.stdout.count("rings Ash") == 2
    assert "caller presses 2" in done.stdout
    assert "will call you back" in done.stdout


def test_doubled_and_shuffled_requests_change_nothing(callrouter: CommandLine, server: Server) -> None:
    done = callrouter("call", NATIONAL, *MISSED, *TAKEN, "--duplicate", "2", "--shuffle", "--seed", "5")
    assert done.exit_code == 0, done.output
    assert "answered differently" not in done.stdout
    story = callrouter.rows("show", sid_in(done.stdout))[0]
    assert [leg["outcome"] for leg in story["legs"]] == ["no-answer", "busy", "accepted"]


def test_the_same_seed_is_the_same_call(callrouter: CommandLine, server: Server) -> None:
    first, again = (callrouter("call", NATIONAL, *TAKEN, "--seed", "7").stdout for _ in range(2))
    assert first == again


def test_it_is_told_for_programs_too(callrouter: CommandLine, server: Server) -> None:
    rows = callrouter.rows("call", NATIONAL, *TAKEN)
    assert {row["call"] for row in rows} == {callrouter.rows("show", rows[0]["call"])[0]["sid"]}
    assert "caller and Cedar Home are connected" in "\n".join(row["line"] for row in rows)


def test_no_name_commands_the_terminal(callrouter: CommandLine, server: Server) -> None:
    done = callrouter("call", NATIONAL)
    assert "\x1b" not in done.stdout
    assert "rings Ash\\x1b[31m Home at" in done.stdout


def test_the_callers_number_is_not_printed(callrouter: CommandLine, server: Server) -> None:
    done = callrouter("call", NATIONAL, "--from", "(212) 555-0147", "--press", "5", *TAKEN)
    assert "+1 212 ••• ••47" in done.stdout
    assert "2125550147" not in done.stdout
    assert callrouter.rows("show", sid_in(done.stdout))[0]["state"] == "NY"


def test_a_center_that_is_not_there_is_told_with_the_one_that_was_meant(
    callrouter: CommandLine, server: Server
) -> None:
    done = callrouter("call", NATIONAL, "--center", "ash-hom=busy")
    assert (done.exit_code, done.stderr) == (1, "there is no center 'ash-hom': did you mean ash-home?\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--center", f"{ASH}=flies"), "'flies' is nothing a center does"),
        (("--center", ASH), "does not say KEY=BEHAVIOR"),
        (("--press", "x"), "is not on a telephone's keys"),
        (("--duplicate", "0"), "is not in the range"),
    ],
)
def test_what_cannot_be_meant_is_wrong_use(
    callrouter: CommandLine, words: tuple[str, ...], told: str
) -> None:
    done = callrouter("call", NATIONAL, *words)
    assert done.exit_code == 2
    assert told in done.stderr


def test_without_a_server_it_says_how_to_start_one(callrouter: CommandLine) -> None:
    callrouter.loads(DIRECTORY)
    done = callrouter("call", NATIONAL)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "start the server with `make run`" in done.stderr


def test_with_a_real_carrier_nothing_is_simulated(callrouter: CommandLine) -> None:
    callrouter.environment |= {
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "x",
        "PUBLIC_URL": "https://calls.example.org",
    }
    done = callrouter("call", NATIONAL)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "TWILIO_ACCOUNT_SID is set" in done.stderr


def test_a_server_behind_a_public_name_is_reached_on_this_machine(callrouter: CommandLine) -> None:
    callrouter.environment["PUBLIC_URL"] = "https://calls.example"
    callrouter.loads(DIRECTORY)
    with serving(callrouter.settings):
        assert "caller and Cedar Home are connected" in callrouter("call", NATIONAL).stdout


def test_the_server_is_found_without_its_port(callrouter: CommandLine, server: Server) -> None:
    settings = callrouter.settings
    settings.data_dir.mkdir(mode=0o700)
    del callrouter.environment["PORT"]
    with announce(settings):
        assert "caller and Cedar Home are connected" in callrouter("call", NATIONAL).stdout
        assert ["PORT", str(settings.port), "running", "server"] in [
            line.split() for line in callrouter("settings").stdout.splitlines()
        ]


def test_a_server_that_does_not_believe_us_is_told(callrouter: CommandLine, server: Server) -> None:
    callrouter.environment["CALLROUTER_SECRET_KEY"] = "t" * 32
    done = callrouter("call", NATIONAL)
    assert done.exit_code == 1
    assert "carrier's error 11200 at /twilio/voice: the server answered with status 403" in done.stdout
