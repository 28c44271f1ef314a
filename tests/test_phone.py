"""Numbers show no more than their area code and two digits, and tell the state they belong to."""

import re

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import geocoder

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.phone import WITHHELD, can_be_dialed, is_number, masked, number_from_keys, state_of
from callrouter.withheld import WITHHELD_NUMBERS, stands_for_withheld

CALLER = "+13105550188"
TOLL_FREE = "+18005550188"
LONDON = "+442079460018"

e164 = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
american = st.from_regex(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)

STATES = """
    Alabama AL, Alaska AK, Arizona AZ, Arkansas AR, California CA, Colorado CO, Connecticut CT, Delaware DE,
    Washington D.C. DC, Florida FL, Georgia GA, Hawaii HI, Idaho ID, Illinois IL, Indiana IN, Iowa IA, Kansas KS,
    Kentucky KY, Louisiana LA, Maine ME, Maryland MD, Massachusetts MA, Michigan MI, Minnesota MN, Mississippi MS,
    Missouri MO, Montana MT, Nebraska NE, Nevada NV, New Hampshire NH, New Jersey NJ, New Mexico NM, New York NY,
    North Carolina NC, North Dakota ND, Ohio OH, Oklahoma OK, Oregon OR, Pennsylvania PA, Rhode Island RI,
    South Carolina SC, South Dakota SD, Tennessee TN, Texas TX, Utah UT, Vermont VT, Virginia VA,
    Washington State WA, West Virginia WV, Wisconsin WI, Wyoming WY
"""
STATE_NAMED = dict(state.strip().rsplit(" ", 1) for state in STATES.split(","))


def test_a_masked_number_shows_its_area_code_and_two_digits() -> None:
    assert masked(CALLER) == "+1 310 ••• ••88"
    assert masked(LONDON) == "+44 ••• ••18"


@given(american)
def test_of_an_american_number_nothing_else_is_shown(number: str) -> None:
    assert re.sub(r"\D", "", masked(number)) == number[1:5] + number[-2:]


@given(e164)
def test_of_any_number_the_middle_is_hidden(number: str) -> None:
    digits = re.sub(r"\D", "", masked(number))
    assert len(number) - 1 - len(digits) >= 3
    assert number.endswith(digits[-2:])


@given(st.text())
@example("anonymous")
@example("+266696687")
@example("sip:somebody@example.org")
@example(CALLER + "\n")
def test_what_is_not_a_whole_number_is_never_shown(text: str) -> None:
    assert masked(text) == WITHHELD or is_number(text)


@given(e164)
def test_a_whole_number_is_one_and_with_anything_around_it_is_not(number: str) -> None:
    assert is_number(number)
    assert not any(map(is_number, (number[1:], f"{number}\n", f" {number}", f"{number};", number[:3])))


@pytest.mark.parametrize(
    "digits", ["+1３105550188", "+13105550１88", "+0310555018", "+1234567890123456", "", "+"]
)
def test_these_are_no_numbers(digits: str) -> None:
    assert not is_number(digits)


SPELLED = {
    "+266696687": "anonymous",
    "+7378742833": "restricted",
    "+86282452253": "unavailable",
    "+8656696": "unknown",
    "+2562533": "blocked",
    "+7748283": "private",
    "+94844353": "withheld",
}
COULD_BE_SOMEBODYS = "+17378742833"


@pytest.mark.parametrize("number", [*SPELLED, *(f"+1{number[1:]}" for number in SPELLED), "+7378742883"])
def test_a_word_spelled_in_digits_is_a_withheld_number(number: str) -> None:
    assert stands_for_withheld(number)
    assert not is_number(number)
    assert masked(number) == WITHHELD
    assert (state_of(number), state_of(number, "NY")) == ("", "NY")


@pytest.mark.parametrize("digits", ["7378742833", "17378742833#"])
def test_what_stands_for_withheld_is_no_number_by_hand_either(digits: str) -> None:
    assert number_from_keys(digits) is None


@pytest.mark.parametrize(
    "written",
    [
        *(
            "anonymous",
            "Anonymous",
            "ANONYMOUS",
            "unknown",
            "restricted",
            "unavailable",
            "blocked",
            "private",
        ),
        *("sip:anonymous@anonymous.invalid", "sip:+13105550188@carrier.example", "client:anonymous"),
        *("266696687", "1266696687", "7378742833", "+464", "464", "+8566", "", "+"),
    ],
)
def test_a_word_or_an_address_is_a_withheld_number_too(written: str) -> None:
    assert not is_number(written)
    assert masked(written) == WITHHELD


def test_all_of_these_are_known() -> None:
    assert {*SPELLED, *(f"+1{number[1:]}" for number in SPELLED), "+7378742883"} == WITHHELD_NUMBERS


@pytest.mark.parametrize("number", sorted(WITHHELD_NUMBERS - {COULD_BE_SOMEBODYS}))
def test_none_of_them_is_a_number_that_somebody_can_have(number: str) -> None:
    assert not phonenumbers.is_valid_number(phonenumbers.parse(number))


@pytest.mark.parametrize(
    "number",
    # Their neighbours, the same digits as numbers of Lesotho and Chengdu, and Austin's.
    [
        *("+17378742834", "+17378742883", "+17375550188", "+12666966871", "+12625550188"),
        *("+26626669668", "+862824522530", "+8628245225301", "+256253312345", "+73787428331"),
    ],
)
def test_what_only_resembles_them_is_somebodys_number(number: str) -> None:
    assert is_number(number)
    assert masked(number) != WITHHELD


@given(american)
def test_no_other_american_number_is_withheld(number: str) -> None:
    assert stands_for_withheld(number) == (number == COULD_BE_SOMEBODYS)


@pytest.mark.parametrize(
    "address", ["sip:desk@pbx.example.org", "sips:a-b.c@10.0.0.1:5061;transport=tls", CALLER]
)
def test_a_center_can_be_dialled_at_a_number_or_a_sip_address(address: str) -> None:
    assert can_be_dialed(address)


@pytest.mark.parametrize(
    "address",
    [
        "sip:",
        "sip:a@",
        "sip:a b@c",
        "sip:a@b</Sip>",
        'sip:a@b"',
        "sip:a@b?h=1",
        "http://a@b",
        "5550188",
        "sip:a@b\n",
    ],
)
def test_nothing_else_can_be_dialled(address: str) -> None:
    assert not can_be_dialed(address)


def test_the_area_code_tells_the_state_and_goes_before_what_the_carrier_says() -> None:
    assert state_of(CALLER) == "CA"
    assert state_of(CALLER, "NY") == "CA"
    assert state_of("+12025550100") == "DC"
    assert state_of("+17875550100") == "PR"


@pytest.mark.parametrize("number", [TOLL_FREE, LONDON, "+14165550100", "anonymous", ""])
def test_where_the_area_code_says_nothing_the_carrier_is_believed(number: str) -> None:
    assert state_of(number, "NY") == "NY"
    assert state_of(number) == ""


@pytest.mark.parametrize("said", ["", "ny", "New York", "N", "NYC", "N1", "NY\n", "<A"])
def test_only_two_capital_letters_of_the_carrier_are_a_state(said: str) -> None:
    assert state_of(TOLL_FREE, said) == ""


def told_by_the_library(area_code: str) -> str:
    """The state or territory that the library of telephone numbers knows of an area code; empty where it knows none.

    It names a state ("Texas"), or a place in one ("San Antonio, TX").
    """
    number = phonenumbers.parse(f"+1{area_code}5550100")
    region = phonenumbers.region_code_for_number(number) or ""
    place = geocoder.description_for_number(number, "en")
    if region != "US":
        return region if region in {"AS", "GU", "MP", "PR", "VI"} else ""
    return place.rsplit(", ", 1)[1] if ", " in place else STATE_NAMED.get(place, "")


def test_every_area_code_agrees_with_the_library_of_telephone_numbers() -> None:
    told = {str(code): told_by_the_library(str(code)) for code in range(200, 1000)}
    assert {code: state for code, state in told.items() if state} == STATE_OF_AREA_CODE
