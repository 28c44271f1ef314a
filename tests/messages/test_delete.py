"""Deleting messages: here at once, at the carrier by the worker, and that there was one stays."""

import pytest

from callrouter.erasure import erase_caller
from callrouter.errors import Fault, NotKnown
from callrouter.telephony import Unclear
from tests.messages.mailroom import Mailroom
from tests.messages.sounds import NOBODY_SPEAKS, SOMEBODY_SPEAKS
from tests.scenarios.places import NATIONAL


def test_a_message_is_kept_for_its_days_and_no_longer(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.works()
    mailroom.world.passes(days=29, hours=23)
    assert mailroom.deletes_old() == 0
    mailroom.world.passes(hours=1)
    assert mailroom.deletes_old() == 1
    stored = mailroom.of(call)
    assert (stored["state"], stored["sealed"], stored["key_id"]) == ("deleted", None, None)
    assert stored["deleted_at"] == mailroom.world.clock.now()
    assert call.outcome == "voicemail"


def test_deleting_old_ones_again_deletes_nothing(mailroom: Mailroom) -> None:
    mailroom.leaves()
    mailroom.works()
    mailroom.world.passes(days=31)
    mailroom.deletes_old()
    before = mailroom.world.rows("recording")
    mailroom.world.passes(days=1)
    assert (mailroom.deletes_old(), mailroom.works(), mailroom.world.rows("recording")) == (0, 0, before)


def test_what_could_not_be_fetched_in_its_days_is_deleted_unheard_and_at_the_carrier(
    mailroom: Mailroom,
) -> None:
    call = mailroom.leaves(b"damaged")
    mailroom.works()
    mailroom.world.passes(days=31)
    assert mailroom.deletes_old() == 1
    assert mailroom.works() == 1
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("deleted", False)
    assert mailroom.tapes.asked.count("sound") == 1


def test_a_silent_one_stays_noted_as_silent(mailroom: Mailroom) -> None:
    call = mailroom.leaves(NOBODY_SPEAKS)
    mailroom.works()
    mailroom.world.passes(days=31)
    assert mailroom.deletes_old() == 0
    assert mailroom.state_of(call) == "silent"


def test_somebody_may_have_it_deleted_before(mailroom: Mailroom) -> None:
    call, other = mailroom.leaves(), mailroom.leaves(number="+13105550101")
    mailroom.works()
    mailroom.has_deleted(call)
    assert (mailroom.state_of(call), mailroom.state_of(other)) == ("deleted", "kept")
    assert mailroom.works() == 0
    assert [(row["action"], row["subject"]) for row in mailroom.world.rows("audit_log")] == [
        ("message deleted", call.sid)
    ]


def test_a_deleted_one_is_heard_no_more(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.works()
    mailroom.has_deleted(call)
    with pytest.raises(Fault, match="is deleted"):
        mailroom.plays(call)


def test_deleting_it_again_says_that_it_is_and_is_no_deed(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.has_deleted(call)
    with pytest.raises(Fault, match=r"nothing to delete: the message of CA[0-9a-f]+ is deleted"):
        mailroom.has_deleted(call)
    assert len(mailroom.world.rows("audit_log")) == 1


def test_where_there_is_none_nothing_is_deleted(mailroom: Mailroom) -> None:
    call = mailroom.world.caller().presses("9").dials(NATIONAL)
    with pytest.raises(NotKnown, match="no message was left"):
        mailroom.has_deleted(call)


def test_what_was_not_fetched_yet_is_deleted_at_the_carrier(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.has_deleted(call)
    assert mailroom.works() == 1
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("deleted", False)
    assert mailroom.tapes.asked == ["delete"]


@pytest.mark.parametrize("sound", [SOMEBODY_SPEAKS, NOBODY_SPEAKS, b"damaged"])
def test_what_is_deleted_while_it_is_fetched_is_not_kept(mailroom: Mailroom, sound: bytes) -> None:
    call = mailroom.leaves(sound)
    assert call.outcome == "voicemail"
    mailroom.tapes.meanwhile("sound", lambda: mailroom.has_deleted(call))
    mailroom.works()
    stored = mailroom.of(call)
    assert (stored["state"], stored["sealed"], mailroom.at_carrier(call)) == ("deleted", None, False)


def test_what_is_deleted_while_the_carrier_fails_is_deleted_there_later(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    assert call.outcome == "voicemail"
    mailroom.tapes.meanwhile("recording", lambda: mailroom.has_deleted(call))
    mailroom.tapes.fails("recording", Unclear("503"))
    mailroom.works()
    mailroom.world.passes(minutes=1)
    mailroom.works()
    assert (mailroom.state_of(call), mailroom.at_carrier(call)) == ("deleted", False)


def test_what_is_deleted_between_the_seal_and_the_carrier_is_deleted_at_both(mailroom: Mailroom) -> None:
    call = mailroom.leaves()
    mailroom.takes_a_step()
    mailroom.has_deleted(call)
    mailroom.works()
    assert (mailroom.of(call)["sealed"], mailroom.at_carrier(call)) == (None, False)


def test_a_caller_who_is_forgotten_takes_the_messages_along(mailroom: Mailroom) -> None:
    number = "+13105550147"
    kept, waiting = mailroom.leaves(number=number), mailroom.leaves(number=number)
    mailroom.takes_a_step()
    other = mailroom.leaves()
    match, now = mailroom.world.vault.match(number), mailroom.world.clock.now()
    mailroom.world.database.transact(lambda session: erase_caller(session, match, now))
    assert [mailroom.state_of(call) for call in (kept, waiting, other)] == ["deleted", "deleted", "waiting"]
    mailroom.works()
    assert [mailroom.at_carrier(call) for call in (kept, waiting)] == [False, False]
    assert mailroom.plays(other)
