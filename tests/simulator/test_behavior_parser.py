"""Behavior is written on a command line in words that a person would try."""

import pytest

from callrouter.errors import Fault
from simulator import NOTHING, CenterBehavior, RingOutcome, center_behavior, center_behaviors, keys_pressed


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("21", ("2", "1")),
        ("2,1", ("2", "1")),
        ("2, 1", ("2", "1")),
        ("-1", (NOTHING, "1")),
        ("2,.,1", ("2", NOTHING, "1")),
        ("2,5551234#", ("2", "5551234#")),
        ("", ()),
    ],
)
def test_keys_are_one_for_each_prompt(text: str, keys: tuple[str, ...]) -> None:
    assert keys_pressed(text) == keys


@pytest.mark.parametrize("text", ["a", "1,x", "1;2", "\u0661"])
def test_what_is_no_key_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Fault, match="2,1"):
        keys_pressed(text)


@pytest.mark.parametrize(
    ("text", "behavior"),
    [
        ("answer:45", CenterBehavior(RingOutcome.A_PERSON, 45.0)),
        ("answer:45:caller", CenterBehavior(RingOutcome.A_PERSON, 45.0, hangs_up="caller")),
        ("answer:after=12:7.5:key=2", CenterBehavior(RingOutcome.A_PERSON, 7.5, 12.0, "2")),
        ("answer:key=-", CenterBehavior(RingOutcome.A_PERSON, key=NOTHING)),
        ("answer:60:keys=-19", CenterBehavior(RingOutcome.A_PERSON, 60.0, keys=(NOTHING, "1", "9"))),
        ("answer:keys=2/5551234#", CenterBehavior(RingOutcome.A_PERSON, keys=("2", "5551234#"))),
        ("busy", CenterBehavior(RingOutcome.BUSY)),
        ("failed", CenterBehavior(RingOutcome.FAILED)),
        ("no-answer", CenterBehavior(RingOutcome.NOBODY)),
        ("voicemail:20:after=15", CenterBehavior(RingOutcome.A_MACHINE, 20.0, 15.0)),
        ("left:5", CenterBehavior(RingOutcome.THE_CALLER_LEAVES, 5.0)),
        ("decline", CenterBehavior(RingOutcome.A_PERSON, 0.0, declines=True)),
    ],
)
def test_a_behavior_is_a_word_and_its_details(text: str, behavior: CenterBehavior) -> None:
    assert center_behavior(text) == behavior


@pytest.mark.parametrize(
    "text",
    ["", "sleeps", "answer:", "answer:-5", "answer:soon", "answer:keys=", "answer:keys=x", "answer:key=x"],
)
def test_what_no_center_does_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Fault, match="answer:90"):
        center_behavior(text)


def test_several_behaviors_are_for_one_ringing_after_another() -> None:
    assert [behavior.picks for behavior in center_behaviors("no-answer, busy,answer:90")] == [
        RingOutcome.NOBODY,
        RingOutcome.BUSY,
        RingOutcome.A_PERSON,
    ]
