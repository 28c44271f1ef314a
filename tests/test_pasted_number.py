"""A number is understood however a person types or pastes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.pasted_number import pasted_number
from callrouter.phone import is_number, telephone_number

CALLER = "+17545550160"


@pytest.mark.parametrize(
    "pasted",
    [
        "+17545550160",
        "7545550160",
        "1 754 555 0160",
        "(754) 555-0160",
        "754.555.0160",
        "754/555/0160",
        "tel:+17545550160",
        "TEL:754-555-0160",
        "754–555–0160",
        "754‑555‑0160",
        "754−555−0160",
        "754·555·0160",
        "\u202a+17545550160\u202c",
        "\u2068(754) 555-0160\u2069\ufeff",
        "754\u00ad555\u200b0160",
        "001 754 555 0160",
        "00 1 754 555 0160",
        "011 1 754 555 0160",
        "011-1-754-555-0160",
        "７５４５５５０１６０",
        "＋１７５４５５５０１６０",
        "٧٥٤٥٥٥٠١٦٠",
        "754\u00a0555\u202f0160",
        " \t754 555 0160\n",
        "+1 (754) 555-0160",
    ],
)
def test_a_number_is_understood_however_it_was_copied(pasted: str) -> None:
    assert pasted_number(pasted) == CALLER


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("0044 20 7946 0018", "+442079460018"),
        ("011 44 20 7946 0018", "+442079460018"),
        ("tel:+44-20-7946-0018", "+442079460018"),
    ],
)
def test_a_number_of_another_country_is_too(pasted: str, meant: str) -> None:
    assert pasted_number(pasted) == meant


@pytest.mark.parametrize(
    "pasted",
    [
        "754-555-0160 ext. 12",
        "754-555-0160x12",
        "754-555-0160 #12",
        "tel:+17545550160;ext=12",
        "+1 754 555 0160 12",
        "+17545550160,12",
        "754-555-0160 or 754-555-0161",
        "555-0160",
        "0114 496 0000",
        "1-800-FLOWERS",
        "anonymous",
        "",
        "²²²",
        "+0 754 555 0160",
    ],
)
def test_an_extension_is_never_swallowed_and_what_is_no_number_becomes_none(pasted: str) -> None:
    assert not is_number(pasted_number(pasted))


@given(st.from_regex(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}|\+44[0-9]{10}", fullmatch=True))
def test_what_is_complete_stays(number: str) -> None:
    assert pasted_number(number) == telephone_number(number) == number


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    found = pasted_number(text)
    assert found == text or found.startswith("+")
