"""Who was connected and what was agreed to is copied when a call has ended; a forgotten caller leaves nothing there."""

import hashlib
from typing import Any

import pytest
import sqlalchemy as sa

from callrouter.evidence.snapshots import copy_facts
from tests.evidence.logs import export, logs, records, verifies
from tests.owner import as_owner
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

CALLER = "+13105550000"


def ended_again(world: World, change: str = "") -> None:
    """All ends are settled once more, after a change."""
    with world.database.engine.begin() as connection:
        if change:
            connection.exec_driver_sql(change)
        connection.exec_driver_sql(
            "INSERT INTO outbox (fact, call, at, turn) SELECT 'ended', sid, ended_at, 0 FROM call"
        )
    world.settles()


def test_each_accepted_leg_is_a_connection(world: World) -> None:
    legs = [
        (leg["call"], leg["center"], leg["talk_seconds"]) for leg in world.rows("leg", outcome="accepted")
    ]
    copied = world.rows("connection_record")
    assert sorted((row["call"], row["center"], row["talk_seconds"]) for row in copied) == sorted(legs)
    assert legs


def test_a_kept_promise_is_a_connection(world: World) -> None:
    world.center("sunrise-la").accepts()
    world.caller("+13105559999").takes_the_return_call()
    world.rings_owners()
    world.settles()
    kept = [row["call"] for row in world.rows("return_call", outcome="kept")]
    assert [row["call"] for row in world.rows("connection_record", returned=True)] == kept
    assert len(kept) == 1


def test_a_consent_is_copied_with_the_words_before_the_key(world: World) -> None:
    [promise] = world.rows("promise")
    [consent] = world.rows("consent_record")
    assert (consent["what"], consent["words"], consent["key"], consent["at"]) == (
        "return-call",
        promise["consent_words"],
        promise["consent_key"],
        promise["consent_at"],
    )


def test_a_listing_s_caller_who_presses_for_the_helpline_consents(world: World) -> None:
    world.caller("+13105550007").presses("3").dials(SUNRISE_PAGE)
    world.settles()
    agreed = [row["sid"] for row in world.rows("call") if row["helpline_consent"]]
    assert [row["call"] for row in world.rows("consent_record", what="helpline")] == agreed


def test_an_end_that_is_settled_again_copies_nothing(world: World) -> None:
    before = world.counts()
    ended_again(world)
    assert world.counts() == before


def test_a_correction_is_a_further_row(world: World) -> None:
    [first, *_] = world.rows("connection_record")
    correct = "UPDATE leg SET talk_seconds = {} WHERE call = '{}' AND outcome = 'accepted'"
    for seconds in (1000, 1001, first["talk_seconds"]):
        ended_again(world, correct.format(seconds, first["call"]))
        ended_again(world)
    copied = [row["talk_seconds"] for row in world.rows("connection_record", call=first["call"])]
    assert copied == [first["talk_seconds"], 1000, 1001, first["talk_seconds"]]


def test_a_call_in_progress_is_not_copied(world: World) -> None:
    call = world.rows("connection_record")[0]["call"]
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE call SET ended_at = NULL WHERE sid = '{call}'")
        connection.exec_driver_sql(f"UPDATE leg SET talk_seconds = 1000 WHERE call = '{call}'")
    before = world.counts()
    world.database.transact(lambda session: copy_facts(session, [call]))
    assert world.counts() == before


def commitment_to(row: dict[str, Any], pseudonym: str) -> bytes:
    of_partner = hashlib.sha256(f"{pseudonym} {row['partner']}".encode()).digest()
    return hashlib.sha256(row["caller_salt"] + of_partner).digest()


def test_the_caller_is_a_commitment_that_only_the_salt_opens(world: World) -> None:
    for row in world.rows("connection_record"):
        [call] = world.rows("call", sid=row["call"])
        assert row["caller"] == commitment_to(row, call["caller_pseudonym"])


def test_no_record_has_a_match_value_or_a_salt(logged: World) -> None:
    told = "".join(export(logged.database))
    matches = {row["caller_pseudonym"] for row in logged.rows("call")}
    salts = {row["caller_salt"].hex() for row in logged.rows("connection_record")}
    assert matches
    assert salts
    assert not any(secret in told for secret in matches | salts)


def test_a_caller_who_is_forgotten_takes_the_salt_along_and_the_log_verifies(logged: World) -> None:
    calls = {row["sid"] for row in logged.rows("call", caller_pseudonym=logged.pseudonym(CALLER))}
    before = export(logged.database)
    logged.erases(CALLER)
    salts = {row["call"]: row["caller_salt"] for row in logged.rows("connection_record")}
    assert {call for call, salt in salts.items() if salt is None} == calls & salts.keys() != set()
    assert export(logged.database) == before
    found = logged.database.transact(verifies)
    # What waits is the record of the erasure.
    assert (found.faults, found.waiting) == (0, 1)
    logs(logged.database)
    assert logged.database.transact(verifies).faults == 0
    assert len(export(logged.database)) == len(before) + 1


def test_a_forgotten_caller_s_call_that_is_corrected_is_still_nobody_s(logged: World) -> None:
    [call, *_] = [row["sid"] for row in logged.rows("call", caller_pseudonym=logged.pseudonym(CALLER))]
    logged.erases(CALLER)
    ended_again(logged, f"UPDATE leg SET talk_seconds = 1000 WHERE call = '{call}'")
    logs(logged.database)
    latest = logged.rows("connection_record", call=call)[-1]
    assert (latest["caller"], latest["caller_salt"]) == (None, None)
    assert logged.pseudonyms(CALLER) == []
    assert logged.database.transact(verifies).faults == 0


def test_a_withheld_number_is_no_caller(world: World) -> None:
    world.caller("anonymous").dials(NATIONAL)
    world.center("sunrise-la").accepts()
    world.settles()
    latest = world.rows("connection_record")[-1]
    assert (latest["caller"], latest["caller_salt"]) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE connection_record SET center = 'other'",
        "UPDATE connection_record SET caller_salt = caller",
        "DELETE FROM connection_record",
        "UPDATE consent_record SET words = 'other'",
        "DELETE FROM consent_record",
        "UPDATE disclosure SET words = 'other'",
        "DELETE FROM audit_log",
        "UPDATE evidence_entry SET salt = commitment",
        "DELETE FROM evidence_head",
        "TRUNCATE evidence_entry CASCADE",
    ],
)
def test_the_triggers_refuse_the_owner_too(logged: World, change: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"only the salt can be destroyed|are only added"),
        as_owner(logged.database) as connection,
    ):
        connection.exec_driver_sql(change)


def test_records_are_of_each_table(logged: World) -> None:
    names = {record["source"] for record in records(export(logged.database))}
    assert names >= {"disclosure", "connection_record", "consent_record", "ledger_entry", "audit_log"}
