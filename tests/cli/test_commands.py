"""What all commands have in common: help with examples, formats, and errors without a traceback."""

import csv
import io
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click
import pytest

from callrouter.cli import SOURCES, main
from callrouter.cli.billing import SOURCES as OF_BILLING
from callrouter.cli.summaries import SUMMARIES, Summary
from callrouter.cli.tables import in_words, readable
from callrouter.cli.zones import this_month, zone_named
from callrouter.phone import telephone_number
from callrouter.routing.lines import pause, release_line, take_line
from tests.cli.running import PATIENCE, SECRETS, CommandLine
from tests.databases import open_database
from tests.directories import NATIONAL, a_directory, helpline
from tests.evidence.logs import logs
from tests.owner import as_owner
from tests.server.running import free_port


def single_commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that is no group, with its name as it is typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from single_commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def example(command: click.Command) -> str:
    """The first line of a command's examples."""
    _, _, after = (command.help or "").partition("Example:")
    return after.strip().partition("\n")[0]


COMMANDS = dict(single_commands(main))
FORMATS = ("table", "json", "jsonl", "csv")
OTHER_FORMATS = {
    "audit blindness": "it prints a report of several parts: text, json",
    "billing print": "it prints documents: pdf, csv, xlsx, zip",
    "export": "it streams rows: jsonl, json, csv, xlsx",
}
WITHOUT_FORMATS = {
    "audit export": "it writes a file that `audit blindness` reads",
    "db upgrade": "it is run once, by whoever installs or by `make run`, before there is anything to ask for",
    "directory dump": "it prints the directory file, which `directory load` reads",
    "disclosure export": "it writes a file that the offline verifier reads",
    "disclosure prove": "it writes a file that the offline verifier reads",
    "disclosure watch": "it prints a line for each look, until it is stopped",
}
WITH_ZONES = {
    "privacy status",
    "alerts deliveries",
    "alerts list",
    "billing deliveries",
    "billing invoices",
    "billing report",
    "calls list",
    "center resume",
    "differences list",
    "directory proposals",
    "directory versions",
    "disclosure head",
    "disputes list",
    "drain",
    "explain",
    "export",
    "messages list",
    "outbox list",
    "promises assign",
    "promises list",
    "promises show",
    "reconcile",
    "show",
    "staff add",
    "staff list",
    "staff remove",
    "staff reset",
    "wordings proposals",
    "wordings show",
    "wordings versions",
}


def test_the_contract_s_commands_are_there() -> None:
    assert set(COMMANDS) == {
        "alerts deliveries",
        "alerts list",
        "alerts retry",
        "audit blindness",
        "audit export",
        "billing adjust",
        "billing balance",
        "billing close",
        "billing credit",
        "billing deliveries",
        "billing invoices",
        "billing record-payment",
        "billing print",
        "billing rates",
        "billing report",
        "billing send",
        "billing statement",
        "call",
        "callers do-not-call",
        "calls list",
        "center resume",
        "db accept-vault-key",
        "db upgrade",
        "differences explain",
        "differences list",
        "directory approve",
        "directory check",
        "directory diff",
        "directory dump",
        "directory load",
        "directory proposals",
        "directory versions",
        "directory withdraw",
        "disclosure export",
        "disclosure head",
        "disclosure prove",
        "disclosure verify",
        "disclosure watch",
        "disputes decide",
        "disputes figures",
        "disputes list",
        "disputes raise",
        "doctor",
        "drain",
        "explain",
        "export",
        "figures recount",
        "messages delete",
        "messages play",
        "messages list",
        "messages retry",
        "numbers sync",
        "outbox list",
        "outbox retry",
        "privacy erase",
        "privacy purge",
        "privacy rotate",
        "privacy status",
        "promises assign",
        "promises close",
        "promises list",
        "promises show",
        "reconcile",
        "rotation verify",
        "settings",
        "show",
        "staff add",
        "staff list",
        "staff remove",
        "staff reset",
        "wordings approve",
        "wordings check",
        "wordings diff",
        "wordings list",
        "wordings proposals",
        "wordings propose",
        "wordings show",
        "wordings versions",
        "wordings withdraw",
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_shown_with_an_example(name: str, fresh: CommandLine) -> None:
    shown = fresh("--help").stdout
    assert f"$ {example(COMMANDS[name])}" in " ".join(shown.split())
    assert example(COMMANDS[name]).startswith(f"callrouter {name}")
    assert "Example:" in fresh(*name.split(), "--help").stdout


HELP_AND_MODULES = """
import sys
from callrouter.cli import main
main(standalone_mode=False)
print(*sys.modules)
"""


def test_help_tells_of_each_command_as_it_tells_itself() -> None:
    told = {
        name: Summary(command.get_short_help_str(200), example(command)) for name, command in COMMANDS.items()
    }
    assert told == SUMMARIES
    assert list(told) == list(SUMMARIES)


@pytest.mark.parametrize(
    ("words", "imported"),
    [
        ("--help", set()),
        ("billing --help", {"billing"}),
        ("billing adjust --help", {"billing", "billing.account"}),
        ("show --help", {"show"}),
    ],
)
def test_help_imports_no_other_command(words: str, imported: set[str]) -> None:
    """The modules with a command that a process has imported when it has shown this help."""
    shown = subprocess.run(
        [sys.executable, "-c", HELP_AND_MODULES, *words.split()], capture_output=True, text=True, check=True
    ).stdout
    modules = set(shown.splitlines()[-1].split())
    with_commands = {source.partition(":")[0] for source in (*SOURCES.values(), *OF_BILLING.values())}
    assert modules & with_commands == {f"callrouter.cli.{name}" for name in imported}
    assert ("sqlalchemy" in modules) == (words != "--help")


def test_billing_lists_its_commands_with_their_help(fresh: CommandLine) -> None:
    shown = " ".join(fresh("billing", "--help").stdout.split())
    for name, summary in SUMMARIES.items():
        if name.startswith("billing "):
            assert f"{name.removeprefix('billing ')} {summary.help}" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_each_example_is_understood(name: str) -> None:
    words = shlex.split(example(COMMANDS[name]).split(" > ")[0].split(" && ")[0])
    given = words[1 + len(name.split()) :]
    with COMMANDS[name].make_context(name, given) as context:
        assert not context.args


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - OTHER_FORMATS.keys() - WITHOUT_FORMATS.keys()))
def test_what_each_command_prints_it_prints_for_programs_too(name: str) -> None:
    assert choices(name) == FORMATS


def test_the_exceptions_have_formats_of_their_own_or_none() -> None:
    assert {name: choices(name) for name in OTHER_FORMATS} == {
        "audit blindness": ("text", "json"),
        "billing print": ("pdf", "csv", "xlsx", "zip"),
        "export": ("jsonl", "json", "csv", "xlsx"),
    }
    assert [choices(name) for name in WITHOUT_FORMATS] == [()] * len(WITHOUT_FORMATS)


def choices(name: str) -> tuple[str, ...]:
    """What may be given as --format."""
    formats = [option for option in COMMANDS[name].params if "--format" in option.opts]
    return tuple(
        choice
        for option in formats
        if isinstance(option.type, click.Choice)
        for choice in option.type.choices
    )


def test_commands_that_print_times_print_them_in_a_zone() -> None:
    assert {
        name for name in COMMANDS if any("--zone" in option.opts for option in COMMANDS[name].params)
    } == WITH_ZONES


def test_a_table_is_the_same_in_each_format(fresh: CommandLine) -> None:
    rows = fresh.rows("settings")
    lines = fresh("settings", "--format", "jsonl").stdout.splitlines()
    table = csv.DictReader(io.StringIO(fresh("settings", "--format", "csv").stdout))
    assert [json.loads(line) for line in lines] == rows == list(table)
    for row in rows:
        assert f"{row['name']}  " in fresh("settings").stdout


def test_settings_show_no_secret(callrouter: CommandLine) -> None:
    shown = callrouter("settings").stdout
    assert all(secret not in shown for secret in SECRETS.values())
    assert any(line.split()[:2] == ["CALLROUTER_SECRET_KEY", "••••••••"] for line in shown.splitlines())


def test_a_wrong_setting_is_told_with_an_example(fresh: CommandLine) -> None:
    fresh.environment["PORT"] = "80a"
    done = fresh("settings")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "PORT is '80a'\n  expected: a port from 1 to 65535\n  example:  PORT=8000" in done.stderr


WORDS = [
    ("show", "CA12"),
    ("explain", "+18445610606"),
    ("export", "calls"),
    ("drain",),
    ("directory", "dump"),
    ("outbox", "retry"),
    ("db", "upgrade"),
]


@pytest.mark.parametrize("words", WORDS)
def test_a_database_that_is_down_is_told_in_one_line(fresh: CommandLine, words: tuple[str, ...]) -> None:
    url = f"postgresql://callrouter:secret@127.0.0.1:{free_port()}/callrouter"
    fresh.environment |= {"DATABASE_URL": url, **SECRETS}
    done = fresh(*words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert "the database cannot be used" in done.stderr
    assert "secret" not in done.output


@pytest.mark.parametrize("words", WORDS)
def test_an_embedded_database_that_does_not_run_is_told_in_one_line(
    not_started: CommandLine, words: tuple[str, ...]
) -> None:
    done = not_started(*words)
    home = not_started.settings.data_dir
    message = (
        f"the embedded database in {home} does not run:"
        " start `make run` in this directory, or set DATABASE_URL\n"
    )
    assert (done.exit_code, done.stderr) == (1, message)


@pytest.mark.parametrize("words", WORDS[:-1])
def test_a_database_without_our_tables_is_told(fresh: CommandLine, words: tuple[str, ...]) -> None:
    done = fresh(*words)
    message = "the database's schema is not up to date: run `callrouter db upgrade`\n"
    assert (done.exit_code, done.stderr) == (1, message)


def test_a_schema_of_a_later_release_is_told(callrouter: CommandLine) -> None:
    database = callrouter.database()
    with as_owner(database) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    done = callrouter("db", "upgrade")
    assert done.exit_code == 1
    assert "is of another release" in done.stderr


@pytest.mark.parametrize(
    "words",
    [("show", "CA\udcff"), ("billing", "record-payment", "sunrise", "1.00", "--reference", "wire \udcff")],
)
def test_bytes_that_are_no_text_are_refused(fresh: CommandLine, words: tuple[str, ...]) -> None:
    done = fresh(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith("?' is not written in UTF-8\n")


def test_it_runs_as_a_process(fresh: CommandLine) -> None:
    with fresh.starts("settings", "--format", "nonsense", stderr=-1) as process:
        _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert b"Invalid value for '--format'" in told


def test_a_center_is_rung_again_when_somebody_says_so(callrouter: CommandLine) -> None:
    callrouter.loads(a_directory(helpline("ash-home")))
    database = callrouter.database()
    ash = callrouter.directory().centers["ash-home"]
    database.transact(lambda session: take_line(session, ash))
    database.transact(lambda session: release_line(session, "ash-home"))
    database.transact(lambda session: pause(session, "ash-home", datetime.now(UTC)))
    database.close()
    assert callrouter.rows("explain", NATIONAL)[0]["status"] == "paused after missed calls"
    assert callrouter("center", "resume", "ash-home").stdout == "ash-home is rung again.\n"
    assert callrouter.rows("explain", NATIONAL)[0]["status"] == "would be rung"
    assert "was not pausing" in callrouter("center", "resume", "ash-home").stdout


def test_a_center_that_is_not_there_cannot_be_resumed(callrouter: CommandLine) -> None:
    done = callrouter("center", "resume", "ash-home")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no center 'ash-home'" in done.stderr


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("(844) 561-0606", "+18445610606"),
        ("1-844-561-0606", "+18445610606"),
        ("+49 30 123456", "+4930123456"),
        ("anonymous", "anonymous"),
        ("sip:a@b.example", "sip:a@b.example"),
        ("911", "911"),
    ],
)
def test_a_number_is_read_as_people_write_it(written: str, meant: str) -> None:
    assert telephone_number(written) == meant


def test_a_terminal_is_commanded_by_nobody() -> None:
    assert readable("a\x1b[2J\u202eb\u200bñ家") == "a\\x1b[2J\\u202eb\\u200bñ家"


def test_values_are_told_as_people_read_them() -> None:
    assert [in_words(value) for value in (None, True, [], ["a", None], 7)] == ["-", "yes", "-", "a, -", "7"]


def test_times_are_told_in_utc_or_with_the_offset_of_a_zone() -> None:
    moment = datetime(2026, 11, 24, 17, 0, 0, 999999, tzinfo=UTC)
    assert in_words(moment) == "2026-11-24T17:00:00Z"
    assert in_words(moment, zone_named("America/Los_Angeles")) == "2026-11-24T09:00:00-08:00"
    assert in_words([moment], zone_named("Europe/London")) == "2026-11-24T17:00:00+00:00"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("America/Los_Angelos", "did you mean America/Los_Angeles?"),
        ("los angelos", "did you mean America/Los_Angeles?"),
        ("europe/berlin", "did you mean Europe/Berlin?"),
        ("../etc/passwd", "write an IANA name, such as America/Los_Angeles, or UTC"),
        ("", "write an IANA name"),
    ],
)
def test_a_zone_that_is_none_is_told_with_the_closest(fresh: CommandLine, written: str, told: str) -> None:
    done = fresh("alerts", "list", "--zone", written)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no time zone" in done.stderr
    assert told in done.stderr


def test_a_date_begins_in_the_zone_that_is_asked_for() -> None:
    since = ["--since", "2026-11-24"]
    for words in ([*since, "--zone", "America/Los_Angeles"], ["--zone=America/Los_Angeles", *since]):
        with COMMANDS["alerts list"].make_context("list", words) as context:
            assert context.params["since"] == datetime(2026, 11, 24, 8, tzinfo=UTC)
    with COMMANDS["alerts list"].make_context("list", since) as context:
        assert context.params["since"] == datetime(2026, 11, 24, tzinfo=UTC)


def test_this_month_is_that_of_the_zone() -> None:
    moment = datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert (this_month(moment, UTC), this_month(moment, zone_named("America/Los_Angeles"))) == (
        "2026-12",
        "2026-11",
    )


def test_what_came_of_a_command_is_one_row_for_programs(callrouter: CommandLine) -> None:
    callrouter.loads(a_directory(helpline("ash-home")))
    assert callrouter.rows("center", "resume", "ash-home") == [{"center": "ash-home", "paused_until": None}]
    assert callrouter.rows("outbox", "retry") == [{"facts": 0}]
    with open_database(callrouter.settings.database_url) as database:
        logs(database)
    drained = callrouter("drain", "--timeout", "0", "--format", "csv")
    assert drained.stdout == "facts,since,set_aside,records\n0,,0,0\n"
