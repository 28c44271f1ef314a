"""`callrouter staff`."""

from tests.cli.running import CommandLine
from tests.directories import a_directory, center


def test_a_person_is_added_with_a_link_that_only_its_hash_is_stored_of(callrouter: CommandLine) -> None:
    done = callrouter("staff", "add", "Ada@Example.org", "--role", "admin")
    assert done.exit_code == 0, done.output
    assert "ada@example.org chooses a password here, once, within 72 hours:" in done.stdout
    assert f"{callrouter.settings.public_url}/console/invitation/" in done.stdout
    (row,) = callrouter.rows("staff", "list")
    assert (row["name"], row["role"], row["state"]) == ("ada@example.org", "admin", "invited")


def test_each_reset_prints_another_link(callrouter: CommandLine) -> None:
    links = {callrouter.rows("staff", "add", "ada", "--role", "viewer")[0]["link"]}
    links |= {callrouter.rows("staff", "reset", "ada")[0]["link"] for _ in range(2)}
    assert len(links) == 3


def test_a_removed_person_is_listed_no_more(callrouter: CommandLine) -> None:
    callrouter("staff", "add", "ada", "--role", "viewer")
    assert callrouter("staff", "remove", "ADA").exit_code == 0
    assert callrouter.rows("staff", "list") == []


def test_what_cannot_be_done_is_said(callrouter: CommandLine) -> None:
    callrouter("staff", "add", "ada", "--role", "viewer")
    for words, said in [
        (("add", "ada", "--role", "viewer"), "has an account already"),
        (("add", "a b", "--role", "viewer"), "cannot be a sign-in name"),
        (("reset", "bob"), "no staff account has the name 'bob'"),
        (("remove", "bob"), "no staff account has the name 'bob'"),
    ]:
        done = callrouter("staff", *words)
        assert done.exit_code == 1
        assert said in done.stderr
    assert callrouter("staff", "add", "bob", "--role", "partner").exit_code == 2


def test_a_person_of_a_partner_is_added_with_the_partner(callrouter: CommandLine) -> None:
    callrouter.loads(a_directory(center("sunrise-la")))
    done = callrouter("staff", "add", "pat", "--role", "partner", "--partner", "sunrise")
    assert done.exit_code == 0, done.output
    (row,) = callrouter.rows("staff", "list")
    assert (row["role"], row["partner"]) == ("partner", "sunrise")
    unknown = callrouter("staff", "add", "sam", "--role", "partner", "--partner", "sunrize")
    assert unknown.exit_code == 1
    assert "did you mean sunrise?" in unknown.stderr
    for words in (("--role", "partner"), ("--role", "admin", "--partner", "sunrise")):
        assert callrouter("staff", "add", "sam", *words).exit_code == 2
