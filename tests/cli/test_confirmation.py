"""Acts that cannot be undone: shown with `--dry-run`, asked about on a terminal, and told with their effect."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from callrouter.billing.ledger import COUNTS_NOW
from callrouter.privacy.vault import Vault
from callrouter.reconciliation.compare import MISSING_THERE, Finding
from callrouter.reconciliation.findings import store_finding
from tests.cli.running import CommandLine
from tests.cli.terminal import on_a_terminal
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import START, World

DRY_RUN = "Dry run, nothing is changed:\n"
CALLER = "+13105550188"
BAD_LINE = ("--reason", "the line was bad")


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """With the vault of the command line."""
    world = World(callrouter.settings.database_url)
    world.vault = Vault(callrouter.settings.vault_keys)
    world.starts_anew()
    yield world
    world.closes()


def answered(world: World) -> PlacedCall:
    call = world.caller(CALLER).dials(NATIONAL)
    world.center("sunrise-la").accepts()
    world.settles()
    return call


def stored(world: World) -> dict[str, object]:
    return {table: world.rows(table) for table in world.counts()}


def test_a_credit_that_makes_a_free_repeat_payable_says_so_before_and_after(
    callrouter: CommandLine, world: World
) -> None:
    first, repeat = answered(world), answered(world)
    words = ("billing", "credit", first.sid, *BAD_LINE)
    effect = [
        f"35.00 USD credited for {first.sid}.",
        f"  {first.sid} of sunrise becomes free: 35.00 USD before, 0.00 USD after (the line was bad)",
        f"  {repeat.sid} of sunrise becomes payable: 0.00 USD before, 35.00 USD after ({COUNTS_NOW})",
        "  balance of sunrise (simulated): 35.00 USD before, 35.00 USD after",
    ]
    before = stored(world)
    shown = callrouter(*words, "--dry-run")
    assert (shown.exit_code, shown.stdout.splitlines()) == (0, [DRY_RUN.strip(), *effect])
    assert stored(world) == before
    done = callrouter(*words)
    assert (done.exit_code, done.stdout.splitlines()) == (0, effect)
    assert repeat.costs("sunrise", "35.00 USD")


def test_a_decision_of_an_objection_tells_the_same_effect(callrouter: CommandLine, world: World) -> None:
    first, repeat = answered(world), answered(world)
    callrouter("disputes", "raise", first.sid, "--reason", "bad-line", "--evidence", "only noise")
    words = ("disputes", "decide", first.sid, "accept", "--note", "so it was")
    shown, done = callrouter(*words, "--dry-run"), callrouter(*words)
    assert shown.stdout == DRY_RUN + done.stdout
    assert f"{repeat.sid} of sunrise becomes payable: 0.00 USD before, 35.00 USD after" in done.stdout


def promised(world: World) -> str:
    call = world.caller(CALLER).presses("", "1").dials(NATIONAL)
    assert call.promised["state"] == "open"
    return call.sid


def charged(world: World) -> str:
    return answered(world).sid


def differing(world: World) -> str:
    sid = answered(world).sid
    finding = Finding(sid, MISSING_THERE, None, "ended", sid, "2026-03-04")
    world.database.transact(partial(store_finding, finding=finding, corrected=False, now=START))
    return sid


ACTS: list[tuple[Callable[[World], str], tuple[str, ...], str]] = [
    (charged, ("billing", "credit", "CALL", *BAD_LINE), "35.00 USD credited for CALL."),
    (charged, ("billing", "adjust", "sunrise", "1.00", *BAD_LINE), "1.00 USD added to what sunrise owes."),
    (
        charged,
        ("billing", "record-payment", "sunrise", "1.00", "--reference", "wire 17"),
        "1.00 USD of sunrise entered.",
    ),
    (promised, ("promises", "close", "CALL", *BAD_LINE), "The promise of CALL is closed as withdrawn."),
    (promised, ("callers", "do-not-call", CALLER), "  open promises that are withdrawn: 1"),
    (promised, ("privacy", "erase", CALLER), "  calls whose caller is erased: 1"),
    (differing, ("differences", "explain", "CALL", *BAD_LINE), "1 explained: missing there."),
]
each_act = pytest.mark.parametrize(
    ("prepare", "words", "told"), ACTS, ids=[" ".join(words[:2]) for _, words, _ in ACTS]
)


@each_act
def test_a_dry_run_shows_what_would_be_done_and_changes_nothing(
    callrouter: CommandLine, world: World, prepare: Callable[[World], str], words: tuple[str, ...], told: str
) -> None:
    sid = prepare(world)
    words, told = tuple(word.replace("CALL", sid) for word in words), told.replace("CALL", sid)
    before = stored(world)
    shown = callrouter(*words, "--dry-run")
    assert (shown.exit_code, shown.stdout.startswith(DRY_RUN)) == (0, True), shown.output
    assert told in shown.stdout.splitlines()
    assert stored(world) == before
    assert callrouter(*words).exit_code == 0
    assert stored(world) != before


@pytest.mark.parametrize(
    "words",
    [
        ("billing", "credit", "CALL", "--amount", "35.01", *BAD_LINE),
        ("billing", "adjust", "nobody", "1.00", *BAD_LINE),
        ("disputes", "decide", "CALL", "refuse", "--note", "nobody objected"),
        ("differences", "explain", "CALL", *BAD_LINE),
        ("messages", "delete", "CALL", *BAD_LINE),
        ("promises", "close", "CALL", *BAD_LINE),
        ("billing", "send", "INV-000001", "--to", "a@sunrise.example"),
    ],
)
def test_a_dry_run_is_refused_as_the_act_would_be(
    callrouter: CommandLine, world: World, words: tuple[str, ...]
) -> None:
    sid = answered(world).sid
    words = tuple(word.replace("CALL", sid) for word in words)
    shown, done = callrouter(*words, "--dry-run"), callrouter(*words)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert (shown.exit_code, shown.stderr) == (done.exit_code, done.stderr)


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04"])
def test_on_a_terminal_it_is_asked_and_no_changes_nothing(
    callrouter: CommandLine, world: World, answer: str
) -> None:
    sid = charged(world)
    before = stored(world)
    seen = on_a_terminal(callrouter, "billing", "credit", sid, *BAD_LINE, answer=answer)
    assert "This is what it does:" in seen.screen
    assert f"{sid} of sunrise becomes free: 35.00 USD before, 0.00 USD after" in seen.screen
    assert "Go ahead? It cannot be undone [y/N]:" in seen.screen
    assert (seen.exit_code, seen.screen.endswith("Nothing was changed.\n")) == (1, True)
    assert stored(world) == before


def test_on_a_terminal_yes_does_what_was_shown(callrouter: CommandLine, world: World) -> None:
    sid = charged(world)
    seen = on_a_terminal(callrouter, "billing", "credit", sid, *BAD_LINE, answer="y\n")
    assert (seen.exit_code, seen.screen.count(f"35.00 USD credited for {sid}.")) == (0, 2)
    assert [entry["entry_type"] for entry in world.rows("ledger_entry")] == ["charge", "credit"]


def test_what_would_do_something_else_by_the_time_of_the_yes_is_not_done(
    callrouter: CommandLine, world: World
) -> None:
    sid = charged(world)
    part = partial(callrouter, "billing", "credit", sid, "--amount", "5.00", *BAD_LINE)
    words = ("billing", "credit", sid, *BAD_LINE)
    seen = on_a_terminal(callrouter, *words, answer="y\n", meanwhile=part)
    assert (seen.exit_code, "meanwhile it would do something else" in seen.screen) == (1, True)
    assert [entry["amount"] for entry in world.rows("ledger_entry")] == [3500, 500]


def test_on_a_terminal_nobody_is_asked_who_has_said_yes(callrouter: CommandLine, world: World) -> None:
    sid = charged(world)
    seen = on_a_terminal(callrouter, "billing", "credit", sid, *BAD_LINE, "--yes")
    assert (seen.exit_code, "Go ahead?" in seen.screen) == (0, False)
    assert [entry["entry_type"] for entry in world.rows("ledger_entry")] == ["charge", "credit"]
