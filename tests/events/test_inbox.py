"""What is stored of a callback: a fixed list of fields, without any number in them."""

import json

import pytest

from callrouter.events.inbox import KEPT_FIELDS, without_persons

NUMBER = "+13105550188"
NOTATIONS = (NUMBER, "13105550188", "(310) 555-0188", "%2B13105550188", "001 310 555 0188", "442079460958")


@pytest.mark.parametrize("written", NOTATIONS)
def test_a_text_of_the_carrier_that_speaks_of_a_number_is_stored_without_it(written: str) -> None:
    stored = json.loads(without_persons(dict.fromkeys(KEPT_FIELDS, f"about {written}")))
    assert set(stored) == KEPT_FIELDS
    assert set(stored.values()) == {"about [number]"}


def test_fields_about_persons_are_not_stored() -> None:
    fields = {"From": NUMBER, "CallerName": "ADA", "StirPassportToken": "eyJ0bi", "FromCity": "LOS ANGELES"}
    assert without_persons({**fields, "CallStatus": "ringing"}) == '{"CallStatus":"ringing"}'


@pytest.mark.parametrize("keys", ["3105550188", "3105550188#", "31"])
def test_several_keys_are_not_stored_whatever_the_request(keys: str) -> None:
    assert without_persons({"Digits": keys}) == "{}"


@pytest.mark.parametrize(
    "fields", [{"Digits": "1"}, {"Digits": "hangup"}, {"Timestamp": "2026-11-30T13:04:28Z"}]
)
def test_what_a_call_was_answered_by_stays(fields: dict[str, str]) -> None:
    assert json.loads(without_persons(fields)) == fields
