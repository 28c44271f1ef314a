"""`callrouter directory`: what changes prices waits for a second person."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from pwd import getpwuid
from types import SimpleNamespace

import pytest
from click.testing import Result

import callrouter.cli.user as whoever
from callrouter.directory.directory_file.dump import dump_directory
from tests.cli.running import CommandLine
from tests.directories import a_directory, helpline, partner, rate

DIRECTORY = a_directory(partner("ash", rates=(rate(),)), helpline("ash-home"))
COMING = rate(price_minor=4000, begins=date(2027, 1, 1))
DEARER = a_directory(partner("ash", rates=(rate(), COMING)), helpline("ash-home"))


DIFFERENCE = (
    'partners ash: rates helpline 2027-01-01 none -> {kind: helpline, from: 2027-01-01, price: "40.00",'
    " currency: USD, minimum_seconds: 30, repeat_days: 30, free_calls: 0}"
)
LOGINS = {4_000_000_001: "ann", 4_000_000_002: "bob"}


class Person(CommandLine):
    """`callrouter` by somebody who has logged in."""

    def __init__(self, callrouter: CommandLine, login: int) -> None:
        super().__init__(callrouter.place, **callrouter.environment)
        self.login = login

    def __call__(self, *words: str, given: str | bytes | None = None) -> Result:
        whoever.LOGIN_UID.write_text(str(self.login))
        return super().__call__(*words, given=given)


@pytest.fixture(autouse=True)
def logins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What Linux keeps of each login stands in a file of the test's own; nobody has logged in yet."""
    known = {uid: SimpleNamespace(pw_name=name) for uid, name in LOGINS.items()}
    monkeypatch.setattr(whoever, "LOGIN_UID", tmp_path / "loginuid")
    monkeypatch.setattr("pwd.getpwuid", lambda uid: known.get(uid) or getpwuid(uid))


@pytest.fixture
def ann(callrouter: CommandLine) -> CommandLine:
    """On a database with a directory, by a person of this name."""
    callrouter.loads(DIRECTORY)
    file = callrouter.place / "directory.yaml"
    file.write_text(dump_directory(DEARER))
    return Person(callrouter, 4_000_000_001)


@pytest.fixture
def bob(ann: CommandLine) -> CommandLine:
    return Person(ann, 4_000_000_002)


def test_a_change_of_price_is_told_in_words_and_waits(ann: CommandLine) -> None:
    done = ann("directory", "load", "directory.yaml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Nothing of it is in force: it changes who pays what, or who gets the calls, and that takes two persons.",
        "  ash: helpline 35.00 USD -> 40.00 USD from 2027-01-01",
        "The whole file waits as proposal 1 of ann. Another person has to approve it:",
        "  callrouter directory approve 1",
        "All that it changes:",
        DIFFERENCE,
    ]
    assert ann.directory() == replace(DIRECTORY, version=1)


def test_another_person_approves_it(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    refused = ann("directory", "approve", "1")
    assert (refused.exit_code, "is your own (ann)" in refused.stderr) == (1, True)
    done = bob("directory", "approve", "1")
    assert (done.exit_code, "Version 2 is now in force" in done.stderr) == (0, True)
    assert "partners   -      ash" in done.stdout
    assert done.stdout.startswith(f"{DIFFERENCE}\n")
    assert ann.directory() == replace(DEARER, version=2)


def test_proposals_are_listed_with_what_they_change(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    [waiting] = bob.rows("directory", "proposals")
    assert (waiting["number"], waiting["state"], waiting["proposed_by"]) == (1, "waiting", "ann")
    assert waiting["changes_to_approve"] == ["ash: helpline 35.00 USD -> 40.00 USD from 2027-01-01"]
    assert bob("directory", "withdraw", "1").stdout == "Proposal 1 is withdrawn.\n"
    assert bob.rows("directory", "proposals") == []
    [decided] = bob.rows("directory", "proposals", "--all")
    assert (decided["state"], decided["decided_by"]) == ("withdrawn", "bob")


def test_what_a_proposal_changes_is_shown_before_it_is_approved(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    assert bob("directory", "diff", "--proposal", "1").stdout == f"{DIFFERENCE}\n"
    bob("directory", "approve", "1")
    assert bob("directory", "diff", "--proposal", "1").stdout == f"{DIFFERENCE}\n"
    assert ann("directory", "diff", "--proposal", "2").exit_code == 1
    [latest, first] = ann.rows("directory", "versions")
    assert (latest["version"], latest["loaded_by"], latest["approved_by"]) == (2, "ann", "bob")
    assert (first["loaded_by"], first["added"]) == (
        None,
        ["partners ash", "centers ash-home", "helplines national"],
    )


def test_loading_it_again_makes_no_second_proposal(ann: CommandLine) -> None:
    for _ in range(2):
        assert "waits as proposal 1 of ann" in ann("directory", "load", "directory.yaml").stderr
    assert len(ann.rows("directory", "proposals")) == 1


@pytest.mark.parametrize(
    ("login", "name"), [("0", "root"), ("4000000001", "ann"), ("4000000009", "user 4000000009")]
)
def test_a_person_is_whoever_logged_in(login: str, name: str) -> None:
    whoever.LOGIN_UID.write_text(login)
    assert whoever.user() == name


@pytest.mark.parametrize("login", [None, "4294967295", "no number"])
def test_where_nobody_logged_in_it_is_the_user_of_the_process(login: str | None) -> None:
    if login is not None:
        whoever.LOGIN_UID.write_text(login)
    assert whoever.user() == getpwuid(os.getuid()).pw_name


def test_what_the_environment_says_makes_nobody_a_second_person(
    callrouter: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    callrouter.loads(DIRECTORY)
    callrouter("directory", "load", "-", given=dump_directory(DEARER))
    for name in ("SUDO_USER", "SUDO_UID", "USER", "LOGNAME"):
        monkeypatch.setenv(name, "bob")
    refused = callrouter("directory", "approve", "1")
    assert (refused.exit_code, "proposal 1 is your own" in refused.stderr) == (1, True)
    assert callrouter.directory().version == 1


def test_what_is_withdrawn_is_told_for_programs(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    assert bob.rows("directory", "withdraw", "1") == [{"proposal": 1, "state": "withdrawn"}]
