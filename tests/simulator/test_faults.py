"""Callbacks may come twice, late, shuffled or never; requests for documents keep their order all the same."""

from collections import Counter
from datetime import timedelta

import pytest

from simulator import CenterBehaviors, Faults, RequestKind, SimulatedCall, center_behaviors
from tests.simulator.ringing import SCREENED, leg_statuses, rings
from tests.simulator.scripted_server import response
from tests.simulator.simulation import HELPLINE, START, SUNRISE, Played, play, stage

ANSWERS = CenterBehaviors({SUNRISE: center_behaviors("answer:90")})
DOCUMENTS = (RequestKind.VOICE, RequestKind.WHISPER, RequestKind.WHISPER_KEYS, RequestKind.DIAL)
IN_ORDER = ["initiated", "ringing", "in-progress", "completed"]


def callbacks(played: Played) -> list[tuple[str, str]]:
    told = played.call.sent(RequestKind.LEG_STATUS, RequestKind.CALL_STATUS)
    return [(sent.kind, sent.values["CallStatus"]) for sent in told]


def asked(call: SimulatedCall) -> list[RequestKind]:
    return [sent.kind for sent in call.sent(*DOCUMENTS)]


def test_without_faults_each_callback_comes_once_and_in_order() -> None:
    assert leg_statuses(rings("answer:90")) == IN_ORDER


@pytest.mark.parametrize("times", [2, 5])
def test_a_duplicated_callback_comes_that_often(times: int) -> None:
    plain, doubled = rings("answer:90"), rings("answer:90", faults=Faults(duplicate=times))
    assert Counter(callbacks(doubled)) == Counter(callbacks(plain) * times)


def test_shuffled_callbacks_all_come_but_not_in_order() -> None:
    shuffled = [rings("answer:90", faults=Faults(seed=seed, shuffle=True)) for seed in range(20)]
    assert all(Counter(leg_statuses(played)) == Counter(IN_ORDER) for played in shuffled)
    assert any(leg_statuses(played) != IN_ORDER for played in shuffled)


def test_a_shuffled_callback_may_come_after_the_end_of_the_call() -> None:
    shuffled = [rings("answer:90", faults=Faults(seed=seed, shuffle=True)) for seed in range(20)]
    assert any(callbacks(played)[-1][0] == RequestKind.LEG_STATUS for played in shuffled)


def test_the_same_seed_shuffles_alike() -> None:
    faults = Faults(seed=7, shuffle=True, duplicate=2, drop=0.3)
    assert callbacks(rings("answer:90", faults=faults)) == callbacks(rings("answer:90", faults=faults))


def test_shuffling_leaves_the_requests_for_documents_in_their_order() -> None:
    plain = rings("answer:90").call
    shuffled = rings("answer:90", faults=Faults(seed=3, shuffle=True, duplicate=5)).call
    assert asked(shuffled) == asked(plain) == list(DOCUMENTS)


def test_dropped_callbacks_never_come() -> None:
    assert callbacks(rings("answer:90", faults=Faults(drop=1.0))) == []


def test_some_callbacks_are_dropped_with_some_probability() -> None:
    come = [len(callbacks(rings("answer:90", faults=Faults(seed=seed, drop=0.5)))) for seed in range(20)]
    assert 0 < sum(come) < 20 * 5


def test_a_late_callback_comes_when_it_is_due_and_tells_the_time_of_the_event() -> None:
    carrier, server = stage(SCREENED, Faults(seed=1, delay=5 * 86_400))
    carrier.place_call(HELPLINE, centers=ANSWERS, settled=False)
    assert server.at("/twilio/status") == []
    carrier.settle()
    assert "15:0" in server.at("/twilio/status")[0]["Timestamp"]
    assert carrier.clock.now() > START + timedelta(hours=12)


def test_a_late_callback_of_one_call_may_come_during_next() -> None:
    carrier, server = stage(SCREENED, Faults(delay=100.0))
    first = carrier.place_call(HELPLINE, centers=ANSWERS, settled=False)
    before = len(server.received)
    second = carrier.place_call(HELPLINE, centers=ANSWERS, settled=False)
    later = server.received[before:]
    assert {received.values.get("CallSid") for received in later} >= {first.sid, second.sid}


def test_a_repeated_request_that_is_answered_alike_is_no_discrepancy() -> None:
    played = rings("answer:90", faults=Faults(repeat=3))
    assert len(played.server.at("/twilio/voice")) == 3
    assert played.call.heard == ["Connecting you.", "Goodbye."]
    assert played.call.discrepancies == []


def test_a_repeated_request_that_is_answered_differently_is_a_discrepancy() -> None:
    documents = {"/twilio/voice": [response("<Say>One.</Say>"), response("<Say>Two.</Say>")]}
    call = play(documents, faults=Faults(repeat=2)).call
    assert call.heard == ["One."]
    assert [(d.path, d.again.body) for d in call.discrepancies] == [
        ("/twilio/voice", response("<Say>Two.</Say>").encode())
    ]


def test_a_replay_sends_every_request_for_a_document_again_when_all_is_over() -> None:
    played = rings("answer:90", faults=Faults(replay=True))
    kinds = [sent.kind for sent in played.call.requests]
    after = kinds[kinds.index(RequestKind.CALL_STATUS) + 1 :]
    assert sorted(after) == sorted(DOCUMENTS)
    assert played.call.discrepancies == []


def test_a_replay_that_is_answered_differently_is_a_discrepancy() -> None:
    documents = {"/twilio/voice": [response(), response("<Say>Again you?</Say>")]}
    assert len(play(documents, faults=Faults(replay=True)).call.discrepancies) == 1


def test_faults_may_be_those_of_one_call_alone() -> None:
    carrier, server = stage(SCREENED)
    carrier.place_call(HELPLINE, faults=Faults(drop=1.0))
    assert server.at("/twilio/status") == []
    carrier.place_call(HELPLINE)
    assert len(server.at("/twilio/status")) == 1
