"""The page Directory: every change is shown with its effect before it is saved, and nobody's work is lost."""

import re
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from callrouter.staff.roles import Role
from tests.at_once import at_once
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.scenarios.world import World

EDIT = "/console/directory/edit"
LOCK_HEAD = "SELECT 1 FROM directory_head FOR UPDATE"


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.ADMIN)


@pytest.fixture
def text(page: FlaskClient) -> str:
    """The file of the directory in force."""
    return page.get("/console/directory/file").text


def looks(page: FlaskClient, text: str, base: int = 1) -> str:
    return page.post(EDIT, data={"text": text, "base": base, "act": "look"}).text


def shown_form(page: FlaskClient, text: str) -> dict[str, str]:
    """The form of somebody who has looked at what the text does, and says why."""
    shown = looks(page, text)
    looked, base = (re.search(rf'name="{name}" value="([^"]+)"', shown) for name in ("looked", "base"))
    assert looked
    assert base
    return {"text": text, "base": base[1], "looked": looked[1], "act": "save", "reason": "they called us"}


def saves(page: FlaskClient, text: str) -> Any:
    return page.post(EDIT, data=shown_form(page, text))


def version(page: FlaskClient) -> int:
    found = re.search(r"version (\d+)", page.get("/console/directory").text)
    assert found
    return int(found[1])


def test_the_page_has_every_entry(page: FlaskClient, world: World) -> None:
    shown = page.get("/console/directory").text
    for key in (*world.directory.partners, *world.directory.centers, *world.directory.listings):
        assert key in shown


def test_the_whole_file_is_opened_without_a_way_to_save_it_yet(page: FlaskClient) -> None:
    opened = page.get(EDIT).text
    assert "max_wait_seconds: 300" in opened
    assert 'value="save"' not in opened


def test_the_effect_is_shown_and_nothing_is_saved_by_looking(page: FlaskClient, text: str) -> None:
    changed = text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1)
    assert changed != text
    shown = looks(page, changed)
    assert "max_wait_seconds 300 -&gt; 320" in shown
    assert "longest wait" in shown
    assert version(page) == 1


def test_a_change_that_one_person_may_make_is_saved(page: FlaskClient, text: str) -> None:
    saves(page, text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1))
    assert version(page) == 2
    versions = page.get("/console/directory/versions").text
    assert "Pat Example" in versions
    assert "they called us" in versions
    assert "max_wait_seconds 300 -&gt; 320" in page.get("/console/directory/versions/2").text


def test_what_was_not_shown_is_shown_before_it_is_saved(page: FlaskClient, text: str) -> None:
    changed = text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1)
    never_shown = {"text": changed, "base": "1", "act": "save", "reason": "they called us"}
    assert "max_wait_seconds 300 -&gt; 320" in page.post(EDIT, data=never_shown).text
    changed_since = {**shown_form(page, changed), "text": changed.replace(": 320", ": 330", 1)}
    assert "max_wait_seconds 300 -&gt; 330" in page.post(EDIT, data=changed_since).text
    assert version(page) == 1


def test_without_a_reason_nothing_is_saved(page: FlaskClient, text: str) -> None:
    form = shown_form(page, text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1))
    answer = page.post(EDIT, data={**form, "reason": " "})
    assert answer.status_code == 400
    assert "Say why" in answer.text
    assert "max_wait_seconds: 320" in answer.text
    assert version(page) == 1


def test_a_file_with_faults_is_kept_as_it_was_typed(page: FlaskClient, text: str) -> None:
    answer = page.post(
        EDIT, data={"text": text.replace("weight: 1", "weight: two", 1), "base": 1, "act": "save"}
    )
    assert answer.status_code == 400
    assert "weight: two" in answer.text
    assert "Nothing of it is saved" in answer.text
    assert version(page) == 1


def test_two_people_who_edit_lose_nothing_and_see_the_difference(page: FlaskClient, text: str) -> None:
    mine = text.replace("pause_after_missed: 0", "pause_after_missed: 4", 1)
    form = shown_form(page, mine)
    saves(page, text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1))
    shown = page.post(EDIT, data=form).text
    assert version(page) == 2
    assert "Somebody changed the directory while you worked" in shown
    assert "max_wait_seconds 300 -&gt; 320" in shown
    assert "pause_after_missed: 4" in shown
    assert 'value="they called us"' in shown


def test_of_two_who_save_at_the_same_moment_one_is_shown_what_the_other_changed(
    as_role: OpenConsole, page: FlaskClient, text: str, world: World
) -> None:
    changes = (
        text.replace("max_wait_seconds: 300", "max_wait_seconds: 320", 1),
        text.replace("pause_after_missed: 0", "pause_after_missed: 4", 1),
    )
    browsers = [as_role(Role.ADMIN) for _ in changes]
    sent = [shown_form(browser, text) for browser, text in zip(browsers, changes, strict=True)]
    answers = at_once(
        world.database,
        LOCK_HEAD,
        *(partial(browser.post, EDIT, data=form) for browser, form in zip(browsers, sent, strict=True)),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert version(page) == 2
    [refused] = [number for number, answer in enumerate(answers) if answer.status_code == 409]
    shown = answers[refused].text
    assert "Somebody changed the directory while you worked" in shown
    for changed in ("max_wait_seconds: 320", "pause_after_missed: 4"):
        assert (changed in shown) == (changed in changes[refused])


def test_what_takes_two_waits_for_another_person(page: FlaskClient, text: str, world: World) -> None:
    dearer = text.replace('"35.00"', '"36.00"', 1)
    assert dearer != text
    assert "takes a second person" in looks(page, dearer)
    saves(page, dearer)
    assert version(page) == 1
    own = page.post("/console/directory/proposals/1", data={"act": "approve"})
    assert own.status_code == 400
    assert "your own" in own.text
    other = KnownPerson(Role.ADMIN, name="Robin Other")
    another = console(world.database, world.vault, world.clock.now, other).test_client()
    another.post("/console/directory/proposals/1", data={"act": "approve"})
    assert version(page) == 2


@pytest.mark.parametrize("act", ["", "Approve", "reject"])
def test_an_unknown_act_does_not_approve_a_proposal(
    page: FlaskClient, text: str, world: World, act: str
) -> None:
    saves(page, text.replace('"35.00"', '"36.00"', 1))
    other = KnownPerson(Role.ADMIN, name="Robin Other")
    another = console(world.database, world.vault, world.clock.now, other).test_client()
    answer = another.post("/console/directory/proposals/1", data={"act": act} if act else {})
    assert answer.status_code == 400
    assert version(page) == 1
    assert "You proposed it" in page.get("/console/directory/proposals/1").text


def test_a_viewer_changes_nothing(as_role: OpenConsole) -> None:
    viewer = as_role(Role.VIEWER)
    assert viewer.get("/console/directory").status_code == 200
    assert viewer.get(EDIT).status_code == 403
    assert viewer.post(EDIT, data={"text": "", "base": 1, "act": "save"}).status_code == 403
