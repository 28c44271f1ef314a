"""The forms of single entries of the directory: their effect, their faults, two people at once, and what is kept."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from callrouter.staff.roles import Role
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.directories import NATIONAL, put_in_force
from tests.scenarios.places import SUNRISE_PAGE
from tests.scenarios.world import World

DIRECTORY = "/console/directory/"
CENTER = f"{DIRECTORY}centers/harbor-sd"
SEAT = f"{DIRECTORY}helplines/national/seats/harbor-sd"
RATE = f"{DIRECTORY}partners/harbor/rates/helpline:2026-01-01"
_INPUT = re.compile(r'<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"')
_TEXTAREA = re.compile(r'<textarea [^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>')
_SELECT = re.compile(r'<select [^>]*?name="([^"]+)"(.*?)</select>', re.DOTALL)


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.OPERATIONS)


def form_on(text: str) -> dict[str, str]:
    """The form of a page as a browser would send it."""
    text = text[text.index('id="f-form"') :]
    text = text[: text.index("</form>")]
    radios = {"hours-as": "text" if 'value="text" checked' in text else "week"} if "hours-as" in text else {}
    chosen = {
        name: found[1] if (found := re.search(r'value="([^"]*)" selected', options)) else ""
        for name, options in _SELECT.findall(text)
    }
    typed = {**dict(_INPUT.findall(text)), **dict(_TEXTAREA.findall(text)), **chosen, **radios}
    return {name: html.unescape(value) for name, value in typed.items() if name != "hours-as" or radios}


def opened(page: FlaskClient, address: str) -> dict[str, str]:
    return form_on(page.get(address).text)


def looks(page: FlaskClient, address: str, form: dict[str, str], **typed: str) -> Any:
    return page.post(address, data={**form, "act": "look", **typed})


def saves(page: FlaskClient, address: str, form: dict[str, str], **typed: str) -> Any:
    """What somebody does who looks at the effect, gives a reason and saves."""
    looked = looks(page, address, form, **typed)
    return page.post(address, data={**form_on(looked.text), "act": "save", "reason": "they called us"})


def version(page: FlaskClient) -> int:
    found = re.search(r"version (\d+)", page.get("/console/directory").text)
    assert found
    return int(found[1])


def test_a_center_is_changed_in_two_steps_and_who_and_why_is_kept(page: FlaskClient) -> None:
    form = opened(page, CENTER)
    looked = looks(page, CENTER, form, name="Harbor Downtown")
    assert "What saving does" in looked.text
    assert version(page) == 1
    assert saves(page, CENTER, form, name="Harbor Downtown").status_code == 302
    assert version(page) == 2
    history = page.get(f"{CENTER}/history").text
    for text in ("they called us", "Pat Example", "Harbor Sd", "Harbor Downtown"):
        assert text in history


def test_saving_what_was_not_shown_shows_it_first(page: FlaskClient) -> None:
    form = opened(page, CENTER)
    shown = form_on(looks(page, CENTER, form, name="Harbor Downtown").text)
    again = page.post(CENTER, data={**shown, "act": "save", "reason": "they called us", "ring_seconds": "30"})
    assert "ring_seconds" in again.text
    assert version(page) == 1
    without_reason = page.post(CENTER, data={**shown, "act": "save", "reason": ""})
    assert without_reason.status_code == 400
    assert "Say why" in without_reason.text
    assert version(page) == 1


def test_the_effect_says_who_loses_turns_and_which_hours_have_nobody(page: FlaskClient) -> None:
    seat = f"{DIRECTORY}helplines/national/seats/meadow-bos"
    shown = looks(page, seat, opened(page, seat), tier="1").text
    assert "loses turns" in shown
    assert "takes a second person" in shown
    for key in ("sunrise-la", "harbor-sd", "meadow-bos"):
        address = f"{DIRECTORY}centers/{key}"
        form = opened(page, address) | {"hours-Mo": "09:00-17:00"}
        looked = looks(page, address, form)
        saves(page, address, form)
    assert "hours of this week with nobody" in looked.text
    assert re.search(
        r"\d+ hours of this week have no open center", page.get(f"{DIRECTORY}helplines/national").text
    )


def test_a_field_that_nobody_touched_keeps_its_value(page: FlaskClient) -> None:
    saves(page, CENTER, opened(page, CENTER) | {"hours-as": "text", "hours-text": "24/7; PH off"})
    saves(page, CENTER, opened(page, CENTER), ring_seconds="30")
    assert "24/7; PH off" in page.get(f"{DIRECTORY}file").text


def test_faults_stand_beside_their_fields_and_what_was_typed_is_kept(page: FlaskClient) -> None:
    typed = {"phone": NATIONAL, "hours-Mo": "8am", "ring_seconds": "soon", "languages": "en, english"}
    answer = looks(page, CENTER, opened(page, CENTER), **typed)
    assert answer.status_code == 400
    for text in (
        "Rings for",
        "cannot be read as opening hours",
        "is not a language code",
        "number of helpline",
    ):
        assert text in html.unescape(answer.text), text
    assert form_on(answer.text) | typed == form_on(answer.text)
    assert 'id="e-phone"' in answer.text
    assert "in line" not in answer.text


@pytest.mark.parametrize(
    ("name", "says"),
    [("H" * 20_000, "Name has 20000 characters: write at most 100"), ("Harbor \u202eogeiD", "(U+202E)")],
)
def test_a_name_that_nobody_can_speak_is_refused(page: FlaskClient, name: str, says: str) -> None:
    answer = looks(page, CENTER, opened(page, CENTER), name=name)
    assert answer.status_code == 400
    assert says in answer.text


def test_an_older_version_with_such_a_name_is_shown_and_its_other_entries_are_changed(
    page: FlaskClient, world: World
) -> None:
    odd = replace(world.directory.centers["harbor-sd"], name="Harbor \u202e" + "H" * 200)
    put_in_force(world.database, replace(world.directory, centers={**world.directory.centers, odd.key: odd}))
    assert "H" * 200 in page.get(CENTER).text
    other = f"{DIRECTORY}centers/sunrise-la"
    assert saves(page, other, opened(page, other), ring_seconds="25").status_code == 302
    assert "H" * 200 in page.get(f"{DIRECTORY}file").text
    assert saves(page, CENTER, opened(page, CENTER), name="Harbor").status_code == 302


def test_two_people_change_different_fields_and_both_changes_survive(page: FlaskClient) -> None:
    mine, theirs = opened(page, CENTER), opened(page, CENTER)
    saves(page, CENTER, theirs, phone="+1 (619) 555-0123")
    answer = looks(page, CENTER, mine, name="Harbor Downtown")
    assert answer.status_code == 409
    assert "Somebody changed this center while you worked" in answer.text
    assert version(page) == 2
    saves(page, CENTER, form_on(answer.text))
    file = page.get(f"{DIRECTORY}file").text
    assert "+16195550123" in file
    assert "Harbor Downtown" in file


def test_two_people_change_the_same_field_and_see_all_three_values(page: FlaskClient) -> None:
    mine, theirs = opened(page, CENTER), opened(page, CENTER)
    saves(page, CENTER, theirs, name="Harbor Uptown")
    answer = page.post(
        CENTER, data={**mine, "name": "Harbor Downtown", "act": "save", "reason": "they moved"}
    )
    assert version(page) == 2
    for text in ("You both changed Name", "Harbor Sd", "Harbor Uptown", "Harbor Downtown"):
        assert text in answer.text
    assert form_on(answer.text)["name"] == "Harbor Downtown"


def test_a_change_of_another_entry_is_no_conflict(page: FlaskClient) -> None:
    mine = opened(page, CENTER)
    other = f"{DIRECTORY}centers/sunrise-la"
    saves(page, other, opened(page, other), ring_seconds="25")
    assert saves(page, CENTER, mine, ring_seconds="30").status_code == 302
    assert version(page) == 3


def test_what_was_taken_out_meanwhile_is_told_and_what_was_typed_stays(page: FlaskClient) -> None:
    address = f"{DIRECTORY}listings/harbor-sd-page"
    mine = opened(page, address)
    retire(page, address)
    answer = looks(page, address, mine, helpline="national")
    assert "took this listing out" in answer.text
    assert form_on(answer.text)["helpline"] == "national"
    assert version(page) == 2


def retire(page: FlaskClient, address: str) -> Any:
    shown = page.get(f"{address}/retire").text
    looked = re.search(r'name="looked" value="([^"]+)"', shown)
    assert looked, shown
    return page.post(f"{address}/retire", data={"looked": looked[1], "act": "save", "reason": "they left"})


def test_what_others_name_cannot_be_taken_out(page: FlaskClient) -> None:
    shown = page.get(f"{CENTER}/retire").text
    assert "cannot be taken out yet" in shown
    assert "listings/harbor-sd-page" in shown
    assert page.post(f"{CENTER}/retire", data={"act": "save", "reason": "they left"}).status_code == 400


def test_an_empty_installation_is_filled_entry_by_entry(page: FlaskClient) -> None:
    new = {
        "partners": {
            "key": "cedar", "name": "Cedar Ridge", "status": "verified", "timezone": "America/Denver",
            "license-number": "CO-1", "license-state": "CO", "license-expires": "2040-01-01",
            "rates-0-price": "35.00", "rates-1-price": "20.00", "rates-0-from": "2026-01-01", "rates-0-currency": "USD",
        },
        "centers": {
            "key": "cedar-den", "partner": "cedar", "name": "Cedar Denver", "phone": "(303) 555-0140",
            "timezone": "America/Denver", "hours-as": "week", **{f"hours-{day}": "08:00-20:00" for day in ("Mo", "Tu")},
        },
        "listings": {"key": "cedar-page", "center": "cedar-den", "numbers": "(303) 555-0141, (303) 555-0142"},
        "helplines": {
            "key": "west", "name": "West Line", "numbers": "844 561 0700", "timezone": "America/Denver",
            "seats-0-center": "cedar-den", "max_wait_seconds": "150",
        },
        "helplines/west/seats": {"center": "harbor-sd", "states": "ca, nv"},
        "numbers": {"number": "844 561 0701", "helpline": "west"},
    }  # fmt: skip
    for number, (kind, values) in enumerate(new.items(), start=2):
        address = f"{DIRECTORY}{kind}/new"
        answer = saves(page, address, opened(page, address), **values)
        assert answer.status_code == 302, (kind, re.findall(r'class="error"[^>]*>([^<]+)', answer.text))
        assert version(page) == number
    file = page.get(f"{DIRECTORY}file").text
    for text in (
        "Mo-Tu 08:00-20:00",
        "+13035550142",
        '"+18445610700", "+18445610701"',
        "[CA, NV]",
        "cedar-den",
    ):
        assert text in file


def test_the_key_of_another_entry_and_the_word_new_are_refused(page: FlaskClient) -> None:
    address = f"{DIRECTORY}listings/new"
    form = opened(page, address) | {"center": "harbor-sd", "numbers": "(619) 555-0177"}
    for key, text in (("harbor-sd-page", "the key is used already"), ("new", "Give the entry another key")):
        answer = looks(page, address, form, key=key)
        assert answer.status_code == 400
        assert text in answer.text.replace("The key", "the key")


def test_who_has_to_confirm_first_loses_nothing(world: World) -> None:
    person = KnownPerson(Role.OPERATIONS, confirmed=False)
    careful = console(world.database, world.vault, world.clock.now, person).test_client()
    assert careful.get(CENTER).status_code == 200
    for address in (CENTER, f"{CENTER}/retire", f"{DIRECTORY}centers/new", f"{DIRECTORY}import"):
        assert "/confirm" in careful.post(address, data={"act": "save"}).location
    assert "/confirm" in careful.get(f"{DIRECTORY}import").location
    assert version(careful) == 1


def test_a_number_moves_to_another_listing_in_one_change(page: FlaskClient) -> None:
    address = f"{DIRECTORY}numbers/{SUNRISE_PAGE}"
    answer = looks(page, address, opened(page, address), listing="harbor-sd-page")
    assert "is an empty list" in answer.text
    both = looks(page, address, opened(page, address), helpline="national")
    assert "one listing or one helpline" in both.text


def test_a_price_and_a_weight_wait_for_another_person(page: FlaskClient, world: World) -> None:
    for address, typed in ((RATE, {"price": "36.00"}), (SEAT, {"weight": "5"})):
        form = opened(page, address)
        assert "takes a second person" in looks(page, address, form, **typed).text
        answer = saves(page, address, form, **typed)
        assert "/proposals/" in answer.location
        assert "they called us" in page.get(answer.location).text
        assert version(page) == 1
    other = KnownPerson(Role.OPERATIONS, name="Robin Other")
    another = console(world.database, world.vault, world.clock.now, other).test_client()
    another.post(answer.location, data={"act": "approve"})
    assert version(page) == 2
    history = page.get(f"{DIRECTORY}helplines/national/history").text
    for text in ("Robin Other", "they called us", "seats harbor-sd weight"):
        assert text in history


def test_a_proposal_that_was_overtaken_is_made_again(page: FlaskClient, world: World) -> None:
    proposal = saves(page, SEAT, opened(page, SEAT), weight="5").location
    saves(page, CENTER, opened(page, CENTER), ring_seconds="30")
    assert "Another version is in force by now" in page.get(proposal).text
    assert page.post(proposal, data={"act": "approve"}).status_code == 400
    page.post(proposal, data={"act": "again"})
    other = KnownPerson(Role.OPERATIONS, name="Robin Other")
    another = console(world.database, world.vault, world.clock.now, other).test_client()
    another.post(f"{DIRECTORY}proposals/2", data={"act": "approve"})
    assert version(page) == 3
    file = page.get(f"{DIRECTORY}file").text
    assert "weight: 5" in file
    assert "ring_seconds: 30" in file


def test_a_proposal_is_not_made_again_over_the_change_of_somebody_else(page: FlaskClient) -> None:
    proposal = saves(page, SEAT, opened(page, SEAT), weight="5").location
    helpline = f"{DIRECTORY}helplines/national"
    saves(page, helpline, opened(page, helpline), max_wait_seconds="320")
    refused = page.post(proposal, data={"act": "again"})
    assert refused.status_code == 400
    assert "somebody has changed helplines national since" in refused.text


def test_lists_are_searched_and_say_how_many_there_are(page: FlaskClient) -> None:
    listed = {"centers": "harbor-sd", "partners": "harbor", "listings": SUNRISE_PAGE, "helplines": NATIONAL}
    for kind, text in {**listed, "numbers": SUNRISE_PAGE}.items():
        assert text in page.get(f"{DIRECTORY}{kind}").text
    found = page.get(f"{DIRECTORY}centers?search=harbor").text
    assert "1 of 3 center" in found
    assert "sunrise-la" not in found
    assert "3 seats" in page.get(f"{DIRECTORY}helplines/national/seats").text


def test_a_viewer_sees_values_and_no_form(as_role: OpenConsole) -> None:
    viewer = as_role(Role.VIEWER)
    shown = viewer.get(CENTER)
    assert shown.status_code == 200
    assert "Show what saving does" not in shown.text
    assert "America/Los_Angeles" in shown.text
    for address in (CENTER, f"{CENTER}/retire", f"{DIRECTORY}centers/new", SEAT):
        assert viewer.post(address, data={"act": "save"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "centers/nowhere",
        "helplines/national/seats/nowhere",
        "partners/nowhere/rates",
        "partners/harbor/seats",
        "clinics",
    ],
)
def test_what_is_not_there_is_not_found(page: FlaskClient, address: str) -> None:
    assert page.get(f"{DIRECTORY}{address}").status_code == 404


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; DROP TABLE center; --", "a\0b", "\u202e", "{{ 7*7 }}"]
)
def test_odd_texts_in_every_field_do_no_harm(page: FlaskClient, text: str) -> None:
    for address in (CENTER, SEAT, RATE, f"{DIRECTORY}listings/new", f"{DIRECTORY}numbers/new"):
        form = opened(page, address)
        typed = {name: text for name in form if name not in ("base", "csrf_token", "looked", "reason", "act")}
        answer = looks(page, address, form, **typed)
        assert answer.status_code == 400
        assert "<script>alert" not in answer.text
    searched = page.get(CENTER, query_string={"search": text})
    assert searched.status_code == (400 if "\0" in text else 200)
