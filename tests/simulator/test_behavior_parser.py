"""Behaviour is written on a command line in words that a person would try."""

import pytest

from callrouter.errors import Fault
from simulator import (
    NOTHING,
    CenterBehaviour,
    Picks,
    center_behaviour,
    center_behaviours,
    keys_pressed,
)


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
    ("text", "behaviour"),
    [
        ("answer:45", CenterBehaviour(Picks.A_PERSON, 45.0)),
        ("answer:45:caller", CenterBehaviour(Picks.A_PERSON, 45.0, hangs_up="caller")),
        ("answer:after=12:7.5:key=2", CenterBehaviour(Picks.A_PERSON, 7.5, 12.0, "2")),
        ("answer:key=-", CenterBehaviour(Picks.A_PERSON, key=NOTHING)),
        ("answer:60:keys=-19", CenterBehaviour(Picks.A_PERSON, 60.0, keys=(NOTHING, "1", "9"))),
        ("answer:keys=2/5551234#", CenterBehaviour(Picks.A_PERSON, keys=("2", "5551234#"))),
        ("busy", CenterBehaviour(Picks.BUSY)),
        ("failed", CenterBehaviour(Picks.FAILED)),
        ("no-answer", CenterBehaviour(Picks.NOBODY)),
        ("voicemail:20:after=15", CenterBehaviour(Picks.A_MACHINE, 20.0, 15.0)),
        ("left:5", CenterBehaviour(Picks.THE_CALLER_LEAVES, 5.0)),
        ("decline", CenterBehaviour(Picks.A_PERSON, 0.0, declines=True)),
    ],
)
def test_a_behaviour_is_a_word_and_its_details(text: str, behaviour: CenterBehaviour) -> None:
    assert center_behaviour(text) == behaviour


@pytest.mark.parametrize(
    "text",
    ["", "sleeps", "answer:", "answer:-5", "answer:soon", "answer:keys=", "answer:keys=x", "answer:key=x"],
)
def test_what_no_center_does_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Fault, match="answer:90"):
        center_behaviour(text)


def test_several_behaviours_are_for_one_ringing_after_another() -> None:
    assert [behaviour.picks for behaviour in center_behaviours("no-answer, busy,answer:90")] == [
        Picks.NOBODY,
        Picks.BUSY,
        Picks.A_PERSON,
    ]
