"""Playing a message: with an entry in the audit, by the key it was sealed with, and for its own call."""

import pytest
import sqlalchemy as sa

from callrouter.errors import Fault, NotKnown
from callrouter.messages.model import MessageRecording
from callrouter.privacy.vault import Vault
from tests.messages.mailroom import REASON, Mailroom
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL

NOBODY_IN_THE_AUDIT: list[str] = []


def audit(mailroom: Mailroom) -> list[str]:
    return [f"{row['person']} {row['action']} {row['subject']}" for row in mailroom.world.rows("audit_log")]


@pytest.fixture
def kept(mailroom: Mailroom) -> PlacedCall:
    call = mailroom.leaves()
    mailroom.works()
    return call


def test_a_kept_message_is_played_as_it_was_left(mailroom: Mailroom, kept: PlacedCall) -> None:
    assert mailroom.plays(kept) == SOMEBODY_SPEAKS


def test_who_played_it_when_and_why_is_in_the_audit(mailroom: Mailroom, kept: PlacedCall) -> None:
    mailroom.plays(kept)
    [entry] = mailroom.world.rows("audit_log")
    assert (entry["person"], entry["action"], entry["subject"]) == ("dora", "message played", kept.sid)
    assert (entry["at"], entry["reason"]) == (mailroom.world.clock.now(), REASON)


def test_playing_it_again_is_another_entry(mailroom: Mailroom, kept: PlacedCall) -> None:
    mailroom.plays(kept)
    mailroom.plays(kept, "emil")
    assert audit(mailroom) == [f"dora message played {kept.sid}", f"emil message played {kept.sid}"]


def test_what_is_not_kept_is_not_heard_and_says_why(mailroom: Mailroom) -> None:
    call = mailroom.leaves(NOBODY_SPEAKS)
    with pytest.raises(Fault, match="is still to be fetched"):
        mailroom.plays(call)
    mailroom.works()
    with pytest.raises(Fault, match="was silent, and not kept"):
        mailroom.plays(call)
    assert audit(mailroom) == NOBODY_IN_THE_AUDIT


def test_a_call_without_a_message_says_so(mailroom: Mailroom) -> None:
    call = mailroom.world.caller().presses("9").dials(NATIONAL)
    with pytest.raises(NotKnown, match="no message was left on CA"):
        mailroom.plays(call)


def test_without_the_key_that_sealed_it_nothing_is_played(mailroom: Mailroom, kept: PlacedCall) -> None:
    for keys in ({"k2": b"2" * 32}, {"k1": b"another key of the same name...."}):
        mailroom.world.vault = Vault(keys)
        with pytest.raises(Fault, match=r"the vault key k1 .* is not in CALLROUTER_VAULT_KEY"):
            mailroom.plays(kept)
    assert audit(mailroom) == NOBODY_IN_THE_AUDIT


def test_a_sound_opens_for_its_own_call_alone(mailroom: Mailroom, kept: PlacedCall) -> None:
    other = mailroom.leaves(number="+13105550101")
    mailroom.works()
    sealed = mailroom.of(kept)["sealed"]
    with mailroom.world.database.engine.begin() as connection:
        connection.execute(
            sa.update(MessageRecording).where(MessageRecording.call == other.sid).values(sealed=sealed)
        )
    with pytest.raises(Fault):
        mailroom.plays(other)
