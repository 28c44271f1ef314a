"""Playing a message: with an entry in the audit, by the key it was sealed with, and for its own call."""

import pytest
import sqlalchemy as sa

from callrouter.errors import Fault, NotKnown
from callrouter.messages.model import MessageRecording
from callrouter.privacy.vault import Vault
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS
from tests.messages.voicemail import REASON, Voicemail
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL

NOBODY_IN_THE_AUDIT: list[str] = []


def audit(voicemail: Voicemail) -> list[str]:
    return [f"{row['person']} {row['action']} {row['subject']}" for row in voicemail.world.rows("audit_log")]


@pytest.fixture
def kept(voicemail: Voicemail) -> PlacedCall:
    call = voicemail.leaves()
    voicemail.works()
    return call


def test_a_kept_message_is_played_as_it_was_left(voicemail: Voicemail, kept: PlacedCall) -> None:
    assert voicemail.plays(kept) == SOMEBODY_SPEAKS


def test_who_played_it_when_and_why_is_in_the_audit(voicemail: Voicemail, kept: PlacedCall) -> None:
    voicemail.plays(kept)
    [entry] = voicemail.world.rows("audit_log")
    assert (entry["person"], entry["action"], entry["subject"]) == ("dora", "message played", kept.sid)
    assert (entry["at"], entry["reason"]) == (voicemail.world.clock.now(), REASON)


def test_playing_it_again_is_another_entry(voicemail: Voicemail, kept: PlacedCall) -> None:
    voicemail.plays(kept)
    voicemail.plays(kept, "emil")
    assert audit(voicemail) == [f"dora message played {kept.sid}", f"emil message played {kept.sid}"]


def test_what_is_not_kept_is_not_heard_and_says_why(voicemail: Voicemail) -> None:
    call = voicemail.leaves(NOBODY_SPEAKS)
    with pytest.raises(Fault, match="is still to be fetched"):
        voicemail.plays(call)
    voicemail.works()
    with pytest.raises(Fault, match="was silent, and not kept"):
        voicemail.plays(call)
    assert audit(voicemail) == NOBODY_IN_THE_AUDIT


def test_a_call_without_a_message_says_so(voicemail: Voicemail) -> None:
    call = voicemail.world.caller().presses("9").dials(NATIONAL)
    with pytest.raises(NotKnown, match="no message was left on CA"):
        voicemail.plays(call)


def test_without_the_key_that_sealed_it_nothing_is_played(voicemail: Voicemail, kept: PlacedCall) -> None:
    for keys, told in (
        ({"k2": b"2" * 32}, "the vault key 'k1' is not in the ring"),
        ({"k1": b"another key of the same name...."}, "the vault key 'k1' does not open"),
    ):
        voicemail.world.vault = Vault(keys)
        with pytest.raises(Fault, match=told):
            voicemail.plays(kept)
    assert audit(voicemail) == NOBODY_IN_THE_AUDIT


def test_a_sound_opens_for_its_own_call_alone(voicemail: Voicemail, kept: PlacedCall) -> None:
    other = voicemail.leaves(number="+13105550101")
    voicemail.works()
    sealed = voicemail.of(kept)["sealed"]
    with voicemail.world.database.engine.begin() as connection:
        connection.execute(
            sa.update(MessageRecording).where(MessageRecording.call == other.sid).values(sealed=sealed)
        )
    with pytest.raises(Fault):
        voicemail.plays(other)
