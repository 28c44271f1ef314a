"""A caller's number stands in the vault, sealed, and nowhere else: no table, no log, no document, no error."""

import io
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass

import pytest
import structlog

from config.logging import configure
from simulator import Faults
from tests.owner import as_owner
from tests.privacy.opening import opened_numbers
from tests.scenarios.conftest import ends_well
from tests.scenarios.places import HARBOR_PAGE, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import ACCOUNT, World
from tests.servers.databases import Databases

CALLERS = ("+13105550188", "+12125550123", "+442079460958")
ENTERED = "+14155550177"
"""the number that each wants to be called back at, as they press it on their keys"""
NUMBERS = (*CALLERS, ENTERED)
FAULTS = Faults(duplicate=2, shuffle=True, repeat=2, replay=True)


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What a process would write to its log."""
    written, hooks = io.StringIO(), (sys.excepthook, threading.excepthook)
    settings = structlog.get_config()
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        with redirect_stderr(written):
            configure("debug")
            yield written
    finally:
        structlog.configure(**settings)
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook = hooks
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with logged() as log:
        yield log


def lives(world: World) -> World:
    """A day of everything: answered, promised, left, repeated, shown, broken, down."""
    sunrise = world.center("sunrise-la")
    for number in CALLERS:
        caller = world.caller(number)
        for keys, dialled in (
            (("5",), NATIONAL),
            (("", "1"), NATIONAL),
            (("", "1", "1", ENTERED.removeprefix("+1"), "2"), NATIONAL),
            (("2", "1", ENTERED.removeprefix("+1") + "#"), SUNRISE_PAGE),
            (("", "2"), NATIONAL),
            (("2",), SUNRISE_PAGE),
            (("3",), SUNRISE_PAGE),
            ((), HARBOR_PAGE),
            ((), "+13235550199"),
        ):
            call = caller.presses(*keys).dials(dialled, FAULTS)
            sunrise.has_its_voicemail_pick_up()
            assert call.outcome is not None
        returns(world)
        answered = caller.presses("5").dials(NATIONAL, Faults(down=frozenset({2})))
        sunrise.accepts()
        assert answered.was_answered_by(sunrise)
        world.sends("/twilio/menu/1", [("From", number), ("CallSid", "no")])
    world.settles()
    return world


def returns(world: World) -> None:
    """What is owed is returned: to somebody who is not there, who is there, and once the numbers are gone."""
    world.faults_of_returns = FAULTS
    for _ in range(3):
        world.center("sunrise-la").accepts()
        world.caller(ENTERED).presses_when_called_back("1")
        world.rings_owners(most=2)
        world.passes(minutes=31)
    world.faults_of_returns = None


@dataclass(frozen=True)
class Day:
    """A day of everything, for tests that only read what is left of it."""

    world: World
    log: str


@pytest.fixture(scope="module")
def day(databases: Databases) -> Iterator[Day]:
    with databases.fresh() as url:
        with logged() as log:
            world = lives(World(url))
        yield Day(world, log.getvalue())
        ends_well(world)


def forms_of(number: str) -> re.Pattern[str]:
    """However its digits may be written: with a plus, national, with gaps, one by one."""
    digits = re.sub(r"\D", "", number)
    national = digits[1:] if digits.startswith("1") else digits[2:]
    return re.compile(r"[\s().+%-]{0,3}".join(national))


def everything_stored(world: World) -> Iterator[str]:
    """Every value of every row as text, the sealed bytes as they could be read."""
    for table in world.counts():
        for row in world.rows(table):
            for value in row.values():
                yield value.decode("latin-1") if isinstance(value, bytes) else str(value)


def test_a_number_stands_in_no_table_no_log_and_no_document(day: Day) -> None:
    stored = "\n".join(everything_stored(day.world))
    documents = "\n".join(row["answer"] or "" for row in day.world.rows("inbox"))
    for text, holds in ((stored, "+1 310 ••• ••88"), (day.log, '"voice"'), (documents, "<Dial")):
        assert holds in text
        assert all(forms_of(number).search(text) is None for number in NUMBERS)


def test_a_number_reaches_the_carrier_where_it_is_to_be_rung_and_nowhere_else(day: Day) -> None:
    """The document with which a center's key 1 is answered."""
    with_a_number = {
        request.path.rpartition("/")[2]
        for request in day.world.network.sent
        if any(forms_of(number).search(request.reply.body.decode()) for number in NUMBERS)
    }
    assert with_a_number == {"owner-key"}
    assert {row["outcome"] for row in day.world.rows("return_call")} >= {"kept"}


@pytest.mark.parametrize("table", ["promise", "sealed_number", "inbox"])
def test_an_error_while_a_number_is_entered_tells_none(
    database_url: str, log: io.StringIO, table: str
) -> None:
    world = World(database_url)
    broken = f'ALTER TABLE "{table}" RENAME TO hidden'

    def breaks() -> None:
        with as_owner(world.database) as connection:
            connection.exec_driver_sql(broken)

    world.network.on("entered", breaks)
    call = world.caller(CALLERS[0]).presses("", "1", "1", ENTERED.removeprefix("+1")).dials(NATIONAL)
    assert call.was_told("Please enter the ten digits of the number.")
    assert call.was_told("Nobody could take your call.")
    assert "callback failed" in log.getvalue()
    assert all(forms_of(number).search(log.getvalue()) is None for number in NUMBERS)
    world.closes()


def test_a_number_that_comes_again_or_too_late_is_kept_nowhere(database_url: str) -> None:
    """The keys of a document that was never asked for, or is asked for after the call has ended."""
    keys = [("Digits", ENTERED.removeprefix("+1")), ("CallStatus", "completed")]
    world = lives(World(database_url))
    calls = [row["sid"] for row in world.rows("call")] + ["CA" + "0" * 32]
    for call in calls:
        for number in (1, 5, 6, 7, 99):
            fields = [("AccountSid", ACCOUNT.sid), ("CallSid", call), ("To", NATIONAL), *keys]
            world.sends(f"/twilio/entered/{number}", fields)
    assert forms_of(ENTERED).search("\n".join(everything_stored(world))) is None
    world.closes()


def test_each_log_line_about_a_callback_names_its_call(day: Day) -> None:
    lines = [json.loads(line) for line in day.log.splitlines()]
    callbacks = [line for line in lines if line["event"] == "callback"]
    assert len(callbacks) > 100
    assert {line["call"] for line in callbacks} == {row["sid"] for row in day.world.rows("call")}


def test_an_error_tells_no_number(database_url: str, log: io.StringIO) -> None:
    world = World(database_url)
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("DROP TABLE inbox")
    call = world.caller(CALLERS[0]).dials(NATIONAL)
    assert call.was_told("Nobody could take your call.")
    assert "callback failed" in log.getvalue()
    assert forms_of(CALLERS[0]).search(log.getvalue()) is None
    world.closes()


def test_the_vault_can_open_what_it_sealed_and_only_for_its_call(day: Day) -> None:
    assert set(opened_numbers(day.world)) == set(NUMBERS)


def test_the_same_caller_has_the_same_match_value_and_another_has_another(day: Day) -> None:
    matches = {row["caller_pseudonym"] for row in day.world.rows("call")}
    assert len(matches) == len(CALLERS)
    assert all(not re.search(r"\d{7}", match) for match in matches)
