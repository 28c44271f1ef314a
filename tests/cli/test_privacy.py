"""`callrouter privacy`: what is kept, purge, and rotation. The tests of erasing stand in test_callers.py."""

from collections.abc import Iterator
from typing import Any

import pytest

from callrouter.privacy.vault import Vault
from tests.cli.running import CommandLine
from tests.cli.test_doctor import findings
from tests.owner import as_owner
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import World

CALLERS = ("+13105550188", "+14155550123")
OLD = "k1:" + "A" * 43 + "="
NEW = "k2:" + "B" * 43 + "="


@pytest.fixture
def world(callrouter: CommandLine) -> Iterator[World]:
    """Two callers, in a March that is long over for the command line; its vault."""
    ring(callrouter, OLD)
    world = World(callrouter.settings.database_url)
    world.vault = Vault(callrouter.settings.vault_keys)
    world.starts_anew()
    assert callrouter("db", "upgrade").exit_code == 0
    for number in CALLERS:
        world.caller(number).dials(NATIONAL)
    world.settles()
    yield world
    world.closes()


def status(callrouter: CommandLine) -> dict[str, Any]:
    return {row["what"]: row for row in callrouter.rows("privacy", "status")}


def ring(callrouter: CommandLine, text: str) -> None:
    callrouter.environment["CALLROUTER_VAULT_KEY"] = text


def test_the_status_says_what_is_kept_and_what_the_next_purge_takes(
    callrouter: CommandLine, world: World
) -> None:
    found = status(callrouter)
    assert found["sealed numbers"]["count"] == 2
    assert found["sealed numbers"]["oldest"] == "2026-03-04"
    assert found["match values"]["count"] == 2
    assert found["next purge: numbers"]["count"] == 2
    assert found["last purge"]["detail"].startswith("never; LATE")
    assert found["open in backups"]["count"] == 0
    assert "in use since" in found["vault key"]["detail"]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_no_form_of_the_status_has_the_key(callrouter: CommandLine, world: World, form: str) -> None:
    done = callrouter("privacy", "status", "--format", form)
    assert done.exit_code == 0
    assert "A" * 20 not in done.output
    assert "fingerprint" in done.stdout


def test_a_purge_is_shown_before_and_does_what_was_shown(callrouter: CommandLine, world: World) -> None:
    shown = callrouter.rows("privacy", "purge", "--dry-run")
    assert world.rows("sealed_number") != []
    done = callrouter.rows("privacy", "purge")
    assert [{**row, "dry_run": None} for row in shown] == [{**row, "dry_run": None} for row in done]
    assert (done[0]["numbers"], done[0]["keys"], done[0]["match_values"]) == (2, 1, 0)
    assert world.rows("sealed_number") == []
    again = callrouter("privacy", "purge")
    assert "  numbers: 0\n" in again.stdout
    assert "LATE" not in status(callrouter)["last purge"]["detail"]


def test_what_is_held_back_is_told_with_its_day_and_reason(callrouter: CommandLine, world: World) -> None:
    world.caller("+16195550144").presses("", "1").dials(NATIONAL)
    world.settles()
    done = callrouter("privacy", "purge")
    assert "held back of 2026-03-04: 1 for open promises" in done.stdout
    held = status(callrouter)["held back"]
    assert (held["count"], held["oldest"], held["detail"]) == (1, "2026-03-04", "open promises")


def test_doctor_tells_a_late_purge_and_how_to_mend_it(callrouter: CommandLine, world: World) -> None:
    late = findings(callrouter)["purge"]
    assert late["status"] == "not ok"
    assert "more than 2 days longer" in late["found"]
    assert "callrouter privacy purge" in late["mend"]
    assert callrouter("privacy", "purge").exit_code == 0
    assert findings(callrouter)["purge"]["status"] == "ok"


def test_doctor_tells_a_purge_that_failed(callrouter: CommandLine, world: World) -> None:
    assert callrouter("privacy", "purge").exit_code == 0
    failed = (
        "INSERT INTO privacy_act (at, act, keys, numbers, match_values, messages, salts, promises, held_back)"
        " VALUES (now(), 'purge failed', 0, 0, 0, 0, 0, 0, 0)"
    )
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(failed)
    assert "the latest purge failed" in findings(callrouter)["purge"]["found"]


def test_a_rotation_wraps_everything_again_and_is_recorded(callrouter: CommandLine, world: World) -> None:
    assert callrouter("privacy", "purge").exit_code == 0
    assert status(callrouter)["open in backups"]["count"] == 1
    ring(callrouter, f"{NEW},{OLD}")
    done = callrouter("privacy", "rotate", "--reason", "the yearly one")
    assert done.exit_code == 0, done.output
    assert "data keys are wrapped with 'k2'" in done.stdout
    assert "'k1' opens only backups of before" in done.stdout
    assert status(callrouter)["open in backups"]["count"] == 1
    ring(callrouter, NEW)
    assert status(callrouter)["open in backups"]["count"] == 0
    [act] = world.rows("privacy_act", act="rotation")
    assert act["reason"] == "the yearly one"
    assert act["keys"] == len(world.rows("data_key"))


def test_rotated_again_there_is_nothing_to_do(callrouter: CommandLine, world: World) -> None:
    ring(callrouter, f"{NEW},{OLD}")
    assert callrouter("privacy", "rotate").exit_code == 0
    again = callrouter("privacy", "rotate")
    assert again.stdout.startswith("Everything is wrapped with 'k2'")
    assert len(world.rows("privacy_act", act="rotation")) == 1


def test_a_new_key_that_is_not_in_use_yet_waits(callrouter: CommandLine, world: World) -> None:
    ring(callrouter, f"{NEW},{OLD}")
    rows = [row["detail"] for row in callrouter.rows("privacy", "status") if row["what"] == "vault key"]
    assert "waits for rotation" in rows[0]
    assert "in use since" in rows[1]
