"""`callrouter directory`: what changes prices waits for a second person."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import callrouter.cli.user as whoever
from callrouter.directory.dump import dump_directory
from tests.cli.running import CommandLine
from tests.directories import a_directory, helpline, partner, rate

DIRECTORY = a_directory(partner("ash", rates=(rate(),)), helpline("ash-home"))
COMING = rate(price_minor=4000, begins=date(2027, 1, 1))
DEARER = a_directory(partner("ash", rates=(rate(), COMING)), helpline("ash-home"))


@pytest.fixture(autouse=True)
def nobody_logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(whoever, "LOGIN_UID", tmp_path / "no-login")


@pytest.fixture
def ann(callrouter: CommandLine) -> CommandLine:
    """On a database with a directory, by a person of this name."""
    callrouter.loads(DIRECTORY)
    file = callrouter.place / "directory.yaml"
    file.write_text(dump_directory(DEARER))
    return person(callrouter, "ann")


@pytest.fixture
def bob(ann: CommandLine) -> CommandLine:
    return person(ann, "bob")


def person(callrouter: CommandLine, name: str) -> CommandLine:
    return CommandLine(callrouter.place, **callrouter.environment | {"SUDO_USER": name})


def test_a_change_of_price_is_told_in_words_and_waits(ann: CommandLine) -> None:
    done = ann("directory", "load", "directory.yaml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Nothing of it is in force: it changes what partners pay, and that takes two persons.",
        "  ash: helpline 35.00 USD -> 40.00 USD from 2027-01-01",
        "The whole file waits as proposal 1 of ann. Another person has to approve it:",
        "  callrouter directory approve 1",
    ]
    assert ann.directory() == replace(DIRECTORY, version=1)


def test_another_person_approves_it(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    refused = ann("directory", "approve", "1")
    assert (refused.exit_code, "is your own (ann)" in refused.stderr) == (1, True)
    done = bob("directory", "approve", "1")
    assert (done.exit_code, "Version 2 is now in force" in done.stderr) == (0, True)
    assert "partners   -      ash" in done.stdout
    assert ann.directory() == replace(DEARER, version=2)


def test_proposals_are_listed_with_what_they_change(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    [waiting] = bob.rows("directory", "proposals")
    assert (waiting["number"], waiting["state"], waiting["proposed_by"]) == (1, "waiting", "ann")
    assert waiting["rate_changes"] == ["ash: helpline 35.00 USD -> 40.00 USD from 2027-01-01"]
    assert bob("directory", "withdraw", "1").stdout == "Proposal 1 is withdrawn.\n"
    assert bob.rows("directory", "proposals") == []
    [decided] = bob.rows("directory", "proposals", "--all")
    assert (decided["state"], decided["decided_by"]) == ("withdrawn", "bob")


def test_loading_it_again_makes_no_second_proposal(ann: CommandLine) -> None:
    for _ in range(2):
        assert "waits as proposal 1 of ann" in ann("directory", "load", "directory.yaml").stderr
    assert len(ann.rows("directory", "proposals")) == 1


@pytest.mark.parametrize(
    ("login", "sudo", "told"),
    [("0", "ann", "root"), ("4294967295", "ann", "ann"), ("4000000001", "", "user 4000000001")],
)
def test_whoever_logged_in_counts_before_what_sudo_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, login: str, sudo: str, told: str
) -> None:
    file = tmp_path / "loginuid"
    file.write_text(login)
    monkeypatch.setattr(whoever, "LOGIN_UID", file)
    monkeypatch.setenv("SUDO_USER", sudo)
    assert whoever.user() == told


def test_what_is_withdrawn_is_told_for_programs(ann: CommandLine, bob: CommandLine) -> None:
    ann("directory", "load", "directory.yaml")
    assert bob.rows("directory", "withdraw", "1") == [{"proposal": 1, "state": "withdrawn"}]
