"""The page Wordings: every text with where it is heard, and changes that take two people."""

import re
from hashlib import sha256
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from callrouter.staff.roles import Role
from callrouter.wordings.wordings import KEYS, SHIPPED
from tests.browser import fits_the_window, has_no_violation, served, window
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.scenarios.world import World
from tests.server.running import free_port
from tests.wordings.changing import CONNECTING, changes, proposes
from tests.wordings.test_audio import recorded, sound

LIST = "/console/wordings"
EDIT = f"{LIST}/goodbye/edit"
THANKS = "Thank you for calling. Goodbye."
WHY = "It thanks everybody."


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.ADMIN)


@pytest.fixture
def other(world: World) -> FlaskClient:
    """A second person."""
    return console(
        world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN, name="Robin Other")
    ).test_client()


def typed(act: str, english: str = THANKS, **fields: str) -> dict[str, str]:
    spanish = SHIPPED.texts["goodbye", "es"]
    return {"text-en": english, "text-es": spanish, "reason": WHY, "act": act, **fields}


def version(page: FlaskClient) -> int:
    found = re.search(r"version (\d+)", page.get(LIST).text)
    assert found
    return int(found[1])


def test_every_text_is_listed_with_where_it_is_heard(page: FlaskClient) -> None:
    shown = page.get(LIST).text
    assert f"{len(SHIPPED.texts)} texts" in shown
    assert all(f'href="{LIST}/{key}"' in shown for key in KEYS)
    assert "before a center of the rotation is rung" in shown
    assert "whoever picks up at the caller" in shown


def test_the_address_is_the_filter(page: FlaskClient) -> None:
    shown = page.get(f"{LIST}?language=es&route=listing").text
    assert "Usted está llamando a {center}" in shown
    assert "You are calling {center}" not in shown
    assert "Le conectamos con" not in shown
    assert page.get(f"{LIST}?language=xx&route=yy").status_code == 200


def test_a_wording_shows_its_rules_its_texts_and_its_document(page: FlaskClient) -> None:
    shown = page.get(f"{LIST}/connecting").text
    assert "the center&#39;s name, and directly after it that it pays" in shown
    assert "&lt;Say language=&#34;es-MX&#34;&gt;Le conectamos con Sunrise Recovery Los Angeles" in shown
    assert "the software" in shown
    assert page.get(f"{LIST}/nothing").status_code == 404
    assert page.get(f"{LIST}/nothing/edit").status_code == 404


def test_the_effect_is_shown_and_nothing_is_stored_by_looking(page: FlaskClient) -> None:
    shown = page.post(EDIT, data=typed("look")).text
    assert "<del>The call has ended. Goodbye.</del>" in shown
    assert f"<ins>{THANKS}</ins>" in shown
    assert "No caller waits longer or shorter" in shown
    assert "Propose it" in shown
    assert "waits for a second person" not in page.get(LIST).text


def test_a_longer_greeting_shows_what_callers_wait(page: FlaskClient) -> None:
    longer = "Welcome. " * 12 + SHIPPED.texts["greeting", "en"]
    fields = {"text-en": longer, "text-es": SHIPPED.texts["greeting", "es"], "reason": WHY, "act": "look"}
    shown = page.post(f"{LIST}/greeting/edit", data=fields).text
    assert "Callers of helpline national" in shown
    assert "s before," in shown


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("The best. Goodbye.", "“best” promises something"),
        ("Goodbye {center}.", "{center} is not known here"),
        ("", "the text is empty"),
        (SHIPPED.texts["goodbye", "en"], "This is what is spoken already"),
    ],
)
def test_a_fault_is_told_beside_the_field_and_what_was_typed_stays(
    page: FlaskClient, english: str, told: str
) -> None:
    answer = page.post(EDIT, data=typed("propose", english))
    assert answer.status_code == 400
    assert answer.text.count(told) == 2
    assert f">{english}</textarea>" in answer.text
    assert f'value="{WHY}"' in answer.text
    assert "<title>Error:" in answer.text
    assert "waits for a second person" not in page.get(LIST).text


def test_a_change_needs_a_reason(page: FlaskClient) -> None:
    answer = page.post(EDIT, data=typed("propose", reason=""))
    assert (answer.status_code, "Say why" in answer.text) == (400, True)


def test_a_change_takes_two_people(page: FlaskClient, other: FlaskClient) -> None:
    answer = page.post(EDIT, data=typed("propose"))
    assert answer.location.endswith("/wordings/proposals/1")
    assert version(page) == 1
    waiting = page.get(f"{LIST}/proposals/1").text
    assert "You proposed it" in waiting
    assert "Approve: put it in force" not in waiting
    own = page.post(f"{LIST}/proposals/1", data={"act": "approve"})
    assert (own.status_code, "your own" in own.text) == (400, True)
    assert "Approve: put it in force" in other.get(f"{LIST}/proposals/1").text
    other.post(f"{LIST}/proposals/1", data={"act": "approve"})
    assert version(page) == 2
    assert THANKS in page.get(f"{LIST}/goodbye").text
    assert "Robin Other" in page.get(f"{LIST}/versions").text
    assert WHY in page.get(f"{LIST}/versions/2").text
    assert THANKS not in page.get(f"{LIST}/versions/1").text


def test_a_change_comes_into_force_at_a_later_time(
    page: FlaskClient, other: FlaskClient, world: World
) -> None:
    over = page.post(EDIT, data=typed("propose", effective="2020-01-01T08:00"))
    assert (over.status_code, "This time is over" in over.text) == (400, True)
    odd = page.post(EDIT, data=typed("propose", effective="soon"))
    assert (odd.status_code, "is no time" in odd.text) == (400, True)
    looked = page.post(EDIT, data=typed("look", effective="2027-01-01T08:00")).text
    assert 'value="2027-01-01T08:00"' in looked
    proposed = page.post(EDIT + "?zone=UTC", data=typed("propose", effective="2027-01-01T08:00"))
    proposal = proposed.headers["Location"]
    assert "Approve it for its time" in other.get(proposal).text
    done = other.post(proposal, data={"act": "approve"}, follow_redirects=True).text
    assert "It comes into force at 2027-01-01 08:00 UTC" in done
    assert "goodbye en will be changed at" in done
    assert version(page) == 1
    assert "Until then it can be withdrawn" in other.get(proposal).text
    page.post(proposal, data={"act": "withdraw"})
    assert "will be changed" not in page.get(LIST).text


def test_an_audio_file_is_added_and_heard_before_it_is_in_force(
    page: FlaskClient, other: FlaskClient
) -> None:
    assert f"{LIST}/audio?key=goodbye" in page.get(f"{LIST}/goodbye").text
    assert "It is spoken by a voice." in page.get(f"{LIST}/audio?key=goodbye").text
    content = sound(2)
    done = add_audio(page, content)
    shown = other.get(done.headers["Location"]).text
    digest = sha256(content).hexdigest()
    assert f"{LIST}/audio/{digest}.wav" in shown
    assert other.get(f"{LIST}/audio/{digest}.wav").data == content
    other.post(done.headers["Location"], data={"act": "approve"})
    assert f"{LIST}/audio/{digest}.wav" in page.get(f"{LIST}/goodbye").text


@pytest.mark.parametrize(
    ("content", "fields", "told"),
    [
        (b"", {}, "Choose a WAV file"),
        (b"RIFF", {}, "is no WAV file in PCM"),
        (bytes(2_000_001), {}, "The file is larger than 2 MB"),
        (sound(2), {"key": "connecting"}, "audio cannot stand for a text with names in it"),
        (sound(2), {"reason": ""}, "Say why"),
        (sound(2), {"language": "xx"}, "Choose the language"),
        (sound(2), {"effective": "2020-01-01T08:00"}, "This time is over"),
    ],
)
def test_audio_that_cannot_be_played_is_not_stored(
    page: FlaskClient, world: World, content: bytes, fields: dict[str, str], told: str
) -> None:
    done = add_audio(page, content, **fields)
    assert (done.status_code, told in unescape(done.text)) == (400, True)
    assert world.rows("wording_audio") == world.rows("wording_proposal") == []


def add_audio(page: FlaskClient, content: bytes, **fields: str) -> Any:
    file = (BytesIO(content), "goodbye.wav")
    data = {"key": "goodbye", "language": "en", "reason": WHY, "file": file, **fields}
    return page.post(f"{LIST}/audio", data=data, content_type="multipart/form-data")


def test_an_unknown_act_does_not_approve_a_proposal(page: FlaskClient, other: FlaskClient) -> None:
    page.post(EDIT, data=typed("propose"))
    for act in ({}, {"act": "Approve"}):
        assert other.post(f"{LIST}/proposals/1", data=act).status_code == 400
    assert version(page) == 1


def test_a_proposal_is_withdrawn_and_stays_to_be_seen(page: FlaskClient, other: FlaskClient) -> None:
    page.post(EDIT, data=typed("propose"))
    other.post(f"{LIST}/proposals/1", data={"act": "withdraw"})
    assert version(page) == 1
    shown = page.get(f"{LIST}/proposals/1").text
    assert "withdrawn" in shown
    assert "Withdraw it" not in shown
    assert page.get(f"{LIST}/proposals/7").status_code == 404


def test_what_people_did_stands_in_the_audit_log(page: FlaskClient, other: FlaskClient) -> None:
    page.post(EDIT, data=typed("propose"))
    other.post(f"{LIST}/proposals/1", data={"act": "approve"})
    shown = page.get("/console/audit").text
    assert "wordings change proposed" in shown
    assert "wordings change approved" in shown
    assert WHY in shown


@pytest.mark.parametrize(
    ("role", "may_change"),
    [
        (Role.VIEWER, False),
        (Role.BILLING, False),
        (Role.OPERATIONS, True),
        (Role.COMPLIANCE, True),
        (Role.ADMIN, True),
    ],
)
def test_everybody_reads_and_who_may_changes(as_role: OpenConsole, role: Role, may_change: bool) -> None:
    browser = as_role(role)
    assert browser.get(LIST).status_code == 200
    assert ("Change it" in browser.get(f"{LIST}/goodbye").text) == may_change
    assert (browser.get(EDIT).status_code == 200) == may_change
    assert (browser.post(EDIT, data=typed("propose")).status_code == 302) == may_change


def test_a_number_in_the_reason_is_masked(page: FlaskClient) -> None:
    page.post(EDIT, data=typed("propose", reason="asked by +13105550188"))
    assert "+13105550188" not in page.get(f"{LIST}/proposals/1").text


def test_the_pages_have_no_violation_and_fit_a_telephone(chromium: Browser, world: World) -> None:
    proposes(world.database, CONNECTING)
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    port = free_port()
    paths = ("", "/connecting", "/connecting/edit", "/proposals/1", "/versions", "/versions/1")
    with (
        served(app, port),
        window(chromium, f"http://127.0.0.1:{port}", viewport={"width": 390, "height": 844}) as tab,
    ):
        for path in paths:
            tab.goto(LIST + path)
            for details in tab.locator("details > summary").all():
                details.click()
            has_no_violation(tab)
            fits_the_window(tab)


def test_a_fault_is_found_by_keyboard_in_a_browser(chromium: Browser, world: World) -> None:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.ADMIN))
    port = free_port()
    with served(app, port), window(chromium, f"http://127.0.0.1:{port}") as tab:
        tab.goto(EDIT)
        tab.get_by_label("English").fill("The best.")
        tab.get_by_role("button", name="Show what it does").click()
        assert tab.locator(".errors").is_visible()
        tab.locator(".errors a").first.click()
        assert tab.evaluate("document.activeElement.id") == "f-text-en"
        has_no_violation(tab)
        tab.get_by_label("English").fill(THANKS)
        tab.get_by_role("button", name="Show what it does").click()
        tab.get_by_label("Why").fill(WHY)
        tab.get_by_role("button", name="Propose it").click()
        assert tab.get_by_role("heading", name="Proposal 1 for the wordings").is_visible()
        has_no_violation(tab)


def test_audio_is_played_on_the_page_and_a_new_text_says_that_it_goes(
    world: World, page: FlaskClient
) -> None:
    change = recorded(world.database, "goodbye")
    changes(world.database, change)
    shown = page.get(f"{LIST}/goodbye").text
    assert f'src="{LIST}/audio/{change.audio}.wav"' in shown
    assert page.get(f"{LIST}/audio/{change.audio}.wav").mimetype == "audio/wav"
    assert page.get(f"{LIST}/audio/{'0' * 64}.wav").status_code == 404
    assert "It will be spoken by a voice" in page.post(EDIT, data=typed("look")).text
