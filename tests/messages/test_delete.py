"""Deleting messages: here at once, at the carrier by the worker, and that there was one stays."""

import pytest

from callrouter.errors import Fault, NotKnown
from callrouter.telephony import Unclear
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS
from tests.messages.voicemail import Voicemail
from tests.scenarios.places import NATIONAL


def test_a_message_is_kept_for_its_days_and_no_longer(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.works()
    voicemail.world.passes(days=29, hours=23)
    assert voicemail.deletes_old() == 0
    voicemail.world.passes(hours=1)
    assert voicemail.deletes_old() == 1
    stored = voicemail.of(call)
    assert (stored["state"], stored["sealed"], stored["day"]) == ("deleted", None, None)
    assert stored["deleted_at"] == voicemail.world.clock.now()
    assert call.outcome == "voicemail"


def test_deleting_old_ones_again_deletes_nothing(voicemail: Voicemail) -> None:
    voicemail.leaves()
    voicemail.works()
    voicemail.world.passes(days=31)
    voicemail.deletes_old()
    before = voicemail.world.rows("recording")
    voicemail.world.passes(days=1)
    assert (voicemail.deletes_old(), voicemail.works(), voicemail.world.rows("recording")) == (0, 0, before)


def test_what_could_not_be_fetched_in_its_days_is_deleted_unheard_and_at_the_carrier(
    voicemail: Voicemail,
) -> None:
    call = voicemail.leaves(b"damaged")
    voicemail.works()
    voicemail.world.passes(days=31)
    assert voicemail.deletes_old() == 1
    assert voicemail.works() == 1
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("deleted", False)
    assert voicemail.recordings.asked.count("sound") == 1


def test_a_silent_one_stays_noted_as_silent(voicemail: Voicemail) -> None:
    call = voicemail.leaves(NOBODY_SPEAKS)
    voicemail.works()
    voicemail.world.passes(days=31)
    assert voicemail.deletes_old() == 0
    assert voicemail.state_of(call) == "silent"


def test_somebody_may_have_it_deleted_before(voicemail: Voicemail) -> None:
    call, other = voicemail.leaves(), voicemail.leaves(number="+13105550101")
    voicemail.works()
    voicemail.has_deleted(call)
    assert (voicemail.state_of(call), voicemail.state_of(other)) == ("deleted", "kept")
    assert voicemail.works() == 0
    assert [(row["action"], row["subject"]) for row in voicemail.world.rows("audit_log")] == [
        ("message deleted", call.sid)
    ]


def test_a_deleted_one_is_heard_no_more(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.works()
    voicemail.has_deleted(call)
    with pytest.raises(Fault, match="is deleted"):
        voicemail.plays(call)


def test_deleting_it_again_says_that_it_is_and_is_no_deed(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.has_deleted(call)
    with pytest.raises(Fault, match=r"nothing to delete: the message of CA[0-9a-f]+ is deleted"):
        voicemail.has_deleted(call)
    assert len(voicemail.world.rows("audit_log")) == 1


def test_where_there_is_none_nothing_is_deleted(voicemail: Voicemail) -> None:
    call = voicemail.world.caller().presses("9").dials(NATIONAL)
    with pytest.raises(NotKnown, match="no message was left"):
        voicemail.has_deleted(call)


def test_what_was_not_fetched_yet_is_deleted_at_the_carrier(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.has_deleted(call)
    assert voicemail.works() == 1
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("deleted", False)
    assert voicemail.recordings.asked == ["delete"]


@pytest.mark.parametrize("sound", [SOMEBODY_SPEAKS, NOBODY_SPEAKS, b"damaged"])
def test_what_is_deleted_while_it_is_fetched_is_not_kept(voicemail: Voicemail, sound: bytes) -> None:
    call = voicemail.leaves(sound)
    assert call.outcome == "voicemail"
    voicemail.recordings.meanwhile("sound", lambda: voicemail.has_deleted(call))
    voicemail.works()
    stored = voicemail.of(call)
    assert (stored["state"], stored["sealed"], voicemail.at_carrier(call)) == ("deleted", None, False)


def test_what_is_deleted_while_the_carrier_fails_is_deleted_there_later(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    assert call.outcome == "voicemail"
    voicemail.recordings.meanwhile("recording", lambda: voicemail.has_deleted(call))
    voicemail.recordings.fails("recording", Unclear("503"))
    voicemail.works()
    voicemail.world.passes(minutes=1)
    voicemail.works()
    assert (voicemail.state_of(call), voicemail.at_carrier(call)) == ("deleted", False)


def test_what_is_deleted_between_the_seal_and_the_carrier_is_deleted_at_both(voicemail: Voicemail) -> None:
    call = voicemail.leaves()
    voicemail.takes_a_step()
    voicemail.has_deleted(call)
    voicemail.works()
    assert (voicemail.of(call)["sealed"], voicemail.at_carrier(call)) == (None, False)


def test_a_caller_who_is_forgotten_takes_the_messages_along(voicemail: Voicemail) -> None:
    number = "+13105550147"
    kept, waiting = voicemail.leaves(number=number), voicemail.leaves(number=number)
    voicemail.takes_a_step()
    other = voicemail.leaves()
    voicemail.world.erases(number)
    assert [voicemail.state_of(call) for call in (kept, waiting, other)] == ["deleted", "deleted", "waiting"]
    voicemail.works()
    assert [voicemail.at_carrier(call) for call in (kept, waiting)] == [False, False]
    assert voicemail.plays(other)
