"""`callrouter wordings`: one person proposes texts, another puts them in force, and every fault is told."""

import json
from pathlib import Path
from pwd import getpwuid
from types import SimpleNamespace

import pytest
from click.testing import Result

import callrouter.cli.user as whoever
from tests.cli.running import CommandLine
from tests.directories import a_directory, helpline
from tests.wordings.test_audio import sound

GOODBYE = ("--text", "goodbye", "en", "Thank you for calling. Goodbye.")
WHY = ("--reason", "thanks everybody")
LOGINS = {4_000_000_001: "ann", 4_000_000_002: "bob"}


class StaffMember(CommandLine):
    """`callrouter` by somebody who has logged in."""

    def __init__(self, callrouter: CommandLine, login: int) -> None:
        super().__init__(callrouter.place, **callrouter.environment)
        self.login = login

    def __call__(self, *words: str, given: str | bytes | None = None) -> Result:
        whoever.LOGIN_UID.write_text(str(self.login))
        return super().__call__(*words, given=given)


@pytest.fixture(autouse=True)
def logins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = {uid: SimpleNamespace(pw_name=name) for uid, name in LOGINS.items()}
    monkeypatch.setattr(whoever, "LOGIN_UID", tmp_path / "loginuid")
    monkeypatch.setattr("pwd.getpwuid", lambda uid: known.get(uid) or getpwuid(uid))


@pytest.fixture
def ann(callrouter: CommandLine) -> CommandLine:
    callrouter.loads(a_directory(helpline("ash-home")))
    return StaffMember(callrouter, 4_000_000_001)


@pytest.fixture
def bob(ann: CommandLine) -> CommandLine:
    return StaffMember(ann, 4_000_000_002)


def rows(done: Result) -> list[dict]:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_two_people_change_a_text(ann: CommandLine, bob: CommandLine) -> None:
    proposed = ann("wordings", "propose", *GOODBYE, *WHY)
    assert proposed.exit_code == 0
    assert "- The call has ended. Goodbye.\n  + Thank you for calling. Goodbye." in proposed.stdout
    assert "callrouter wordings approve 1" in proposed.stderr
    own = ann("wordings", "approve", "1")
    assert (own.exit_code, "your own (ann)" in own.stderr) == (1, True)
    assert bob("wordings", "diff", "1").stdout == proposed.stdout
    approved = bob("wordings", "approve", "1")
    assert (approved.exit_code, "Version 2 is in force" in approved.stderr) == (0, True)
    listed = rows(bob("wordings", "list", "--language", "en", "--format", "json"))
    [goodbye] = [row for row in listed if row["key"] == "goodbye"]
    assert (goodbye["text"], goodbye["version"], goodbye["seconds"]) == (GOODBYE[3], 2, 2)


def test_a_change_comes_into_force_at_a_later_time(ann: CommandLine, bob: CommandLine) -> None:
    later = ("--effective", "2098-01-01T12:00:00Z")
    assert ann("wordings", "propose", *GOODBYE, *WHY, "--effective", "2020-01-01").exit_code == 1
    ann("wordings", "propose", *GOODBYE, *WHY, *later)
    approved = bob("wordings", "approve", "1")
    assert "It comes into force at 2098-01-01 12:00 UTC. Until then it can be withdrawn." in approved.stderr
    assert (
        "goodbye en will be changed at 2098-01-01 12:00 UTC by proposal 1 of ann, approved by bob."
        in bob("wordings", "list").stdout
    )
    [coming] = rows(bob("wordings", "proposals", "--format", "json"))
    assert (coming["state"], coming["effective_at"], coming["version"]) == (
        "coming",
        "2098-01-01T12:00:00.000000Z",
        None,
    )
    assert ann("wordings", "withdraw", "1").exit_code == 0
    assert "will be changed" not in bob("wordings", "list").stdout


def test_a_proposal_is_withdrawn_by_anybody(ann: CommandLine, bob: CommandLine) -> None:
    ann("wordings", "propose", *GOODBYE, *WHY)
    [waiting] = rows(bob("wordings", "proposals", "--format", "json"))
    assert (waiting["state"], waiting["texts"], waiting["reason"]) == ("waiting", ["goodbye en"], WHY[1])
    assert bob("wordings", "withdraw", "1").stdout == "Proposal 1 is withdrawn.\n"
    assert rows(bob("wordings", "proposals", "--format", "json")) == []
    [decided] = rows(bob("wordings", "proposals", "--all", "--format", "json"))
    assert (decided["state"], decided["decided_by"]) == ("withdrawn", "bob")
    assert bob("wordings", "approve", "1").exit_code == 1
    assert bob("wordings", "approve", "9").exit_code == 1


def test_every_fault_is_told_and_nothing_is_stored(ann: CommandLine) -> None:
    bad = (
        "--text",
        "connecting",
        "en",
        "Connecting you to {center}, our best.",
        "--text",
        "goodbye",
        "en",
        "Bye",
    )
    for command in (("check", *bad), ("propose", *bad, *WHY)):
        refused = ann("wordings", *command)
        assert refused.exit_code == 1
        assert "“best” promises something" in refused.stderr
        assert "leaves out the center's name" in refused.stderr
        assert (
            "goodbye en: the text has to end with a period, a question mark or an exclamation point"
            in refused.stderr
        )
    assert rows(ann("wordings", "proposals", "--all", "--format", "json")) == []


def test_a_check_shows_the_effect_and_stores_nothing(ann: CommandLine) -> None:
    longer = (
        json.loads(ann("wordings", "list", "--format", "json").stdout)[0]["text"] + " Welcome. Please wait."
    )
    done = ann("wordings", "check", "--text", "greeting", "en", longer)
    assert (done.exit_code, "No rule refuses it." in done.stderr) == (0, True)
    assert "national: greeting" in done.stdout
    assert rows(ann("wordings", "versions", "--format", "json"))[0]["version"] == 1


def test_a_wording_is_shown_with_its_place_its_rules_and_its_document(ann: CommandLine) -> None:
    shown = ann("wordings", "show", "connecting", "--language", "es").stdout
    for said in (
        "Le conectamos con {center}, un anunciante que paga.",
        "States: ringing. Routes: helpline.",
        "it says the center's name",
        '<Say language="es-MX">Le conectamos con Sunrise Recovery Los Angeles',
        "the software",
    ):
        assert said in shown
    assert ann("wordings", "show", "nothing").exit_code == 1


def test_the_versions_tell_who_and_why(ann: CommandLine, bob: CommandLine) -> None:
    ann("wordings", "propose", *GOODBYE, *WHY)
    bob("wordings", "approve", "1")
    latest, shipped = rows(ann("wordings", "versions", "--format", "json"))
    assert (
        latest["version"],
        latest["author"],
        latest["approved_by"],
        latest["reason"],
        latest["texts"],
    ) == (
        2,
        "ann",
        "bob",
        WHY[1],
        ["goodbye en"],
    )
    assert (shipped["version"], shipped["author"], shipped["in_force_since"]) == (1, "the software", None)


def test_audio_stands_for_the_text_in_force(ann: CommandLine, bob: CommandLine) -> None:
    (ann.place / "stay.wav").write_bytes(sound())
    (ann.place / "bad.wav").write_bytes(b"no sound")
    assert (
        ann("wordings", "propose", "--audio", "or-stay", "en", str(ann.place / "bad.wav"), *WHY).exit_code
        == 1
    )
    assert (
        ann("wordings", "propose", "--audio", "or-go", "en", str(ann.place / "stay.wav"), *WHY).exit_code == 1
    )
    proposed = ann("wordings", "propose", "--audio", "or-stay", "en", str(ann.place / "stay.wav"), *WHY)
    assert proposed.exit_code == 0, proposed.output
    assert "+ Or stay on the line. (audio " in proposed.stdout
    bob("wordings", "approve", "1")
    listed = rows(ann("wordings", "list", "--language", "en", "--format", "json"))
    [stay] = [row for row in listed if row["key"] == "or-stay"]
    assert (stay["text"], len(stay["audio"])) == ("Or stay on the line.", 64)
