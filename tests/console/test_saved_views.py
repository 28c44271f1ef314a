"""Saved views: a filter under a name, for oneself or for all, above the list of calls."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callrouter.staff.accounts import StaffAct, add_account, remove_account
from callrouter.staff.model import SavedView
from callrouter.staff.roles import Role
from callrouter.staff.saved_views import ViewEditor, save_view, saved_views
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.scenarios.world import World

LIST = "/console/calls"
VIEWS = f"{LIST}/views"
FILTER = "outcome=unserved&columns=arrived,call,line"


@pytest.fixture
def people(world: World) -> StaffAct:
    """Accounts for Ada, who is number 1 like everybody who opens a page here, and for Bob."""
    act = StaffAct("Ada Okafor", world.clock.now())
    for name in ("ada", "bob"):
        world.database.transact(lambda session, name=name: add_account(session, name, Role.ADMIN, act))  # type: ignore[misc]
    return act


@pytest.fixture
def page(as_role: OpenConsole, people: StaffAct) -> FlaskClient:
    return as_role(Role.OPERATIONS)


def saves(page: FlaskClient, name: str, who: str, query: str = FILTER) -> None:
    answer = page.post(f"{VIEWS}/new?{query}", data={"name": name, "who": who})
    assert answer.status_code == 302, answer.text


def above(page: FlaskClient, query: str = "") -> dict[str, str]:
    """The views above the list: address by name."""
    [views] = re.findall(
        '<nav aria-label="Saved views">(.*?)</nav>', page.get(f"{LIST}?{query}").text, re.S
    ) or [""]
    return {
        re.sub("<[^>]+>", "", name): unescape(there)
        for there, name in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a></li>', views)
        if there != VIEWS
    }


def of_bob(world: World) -> FlaskClient:
    person = KnownPerson(Role.OPERATIONS, name="bob", account=2)
    return console(world.database, world.vault, world.clock.now, person).test_client()


def test_a_view_has_the_filter_and_the_columns(page: FlaskClient) -> None:
    saves(page, "lost", "me")
    assert above(page) == {"lost, your own": f"{LIST}?columns=arrived,call,line&outcome=unserved"}
    text = page.get(above(page)["lost, your own"]).text
    assert 'aria-current="page">lost' in text
    assert 'value="unserved" selected' in text


def test_views_for_oneself_are_seen_by_nobody_else(page: FlaskClient, world: World) -> None:
    saves(page, "mine", "me")
    saves(page, "ours", "all")
    assert list(above(page)) == ["ours", "mine, your own"]
    assert list(above(of_bob(world))) == ["ours"]
    [mine] = [row["id"] for row in world.rows("staff_saved_view") if row["name"] == "mine"]
    assert of_bob(world).post(f"{VIEWS}/{mine}", data={"act": "delete"}).status_code == 404


def test_only_views_for_all_are_in_the_audit_log_with_before_and_after(
    page: FlaskClient, world: World
) -> None:
    saves(page, "mine", "me")
    saves(page, "ours", "all")
    [ours] = [row["id"] for row in world.rows("staff_saved_view") if row["name"] == "ours"]
    page.post(f"{VIEWS}/{ours}", data={"act": "rename", "name": "lost calls"})
    page.post(f"{VIEWS}/{ours}", data={"act": "delete"})
    there = "columns=arrived%2Ccall%2Cline&outcome=unserved"
    names = ("person", "action", "subject", "before", "after")
    assert [tuple(row[name] for name in names) for row in world.rows("audit_log")][2:] == [
        ("Pat Example", "view saved for all", "ours", None, there),
        ("Pat Example", "view for all renamed", "ours", "ours", "lost calls"),
        ("Pat Example", "view for all deleted", "lost calls", there, None),
    ]
    assert list(above(page)) == ["mine, your own"]


def test_a_viewer_saves_for_oneself_alone(as_role: OpenConsole, people: StaffAct, world: World) -> None:
    viewer = as_role(Role.VIEWER)
    assert 'value="all"' not in viewer.get(f"{VIEWS}/new").text
    assert viewer.post(f"{VIEWS}/new", data={"name": "ours", "who": "all"}).status_code == 400
    saves(viewer, "mine", "me")
    saves(as_role(Role.OPERATIONS), "ours", "all")
    [ours] = [row["id"] for row in world.rows("staff_saved_view") if row["name"] == "ours"]
    for act in ("rename", "delete"):
        answer = viewer.post(f"{VIEWS}/{ours}", data={"act": act, "name": "x"})
        assert "you may not change views for all" in answer.text
    assert list(above(viewer)) == ["ours", "mine, your own"]


def test_who_is_removed_leaves_the_views_for_all(page: FlaskClient, world: World, people: StaffAct) -> None:
    for name, shared in (("his own", False), ("of the team", True)):
        editor = ViewEditor(2, "bob", True, world.clock.now())
        world.database.transact(
            lambda session, name=name, shared=shared, editor=editor: save_view(  # type: ignore[misc]
                session, name, "outcome=answered", editor, shared=shared
            )
        )
    world.database.transact(lambda session: remove_account(session, "bob", people))
    assert [row["name"] for row in world.rows("staff_saved_view")] == ["of the team"]
    assert list(above(page)) == ["of the team"]
    assert "bob" in page.get(VIEWS).text


@pytest.mark.parametrize(
    ("query", "form", "words"),
    [
        ("", {"name": " ", "who": "me"}, "a name has 1 to 60 characters"),
        ("", {"name": "x" * 61, "who": "me"}, "a name has 1 to 60 characters"),
        ("", {"name": "x"}, "Choose for whom the view is"),
        ("", {"name": "known", "who": "me"}, "there is a view of this name already"),
        ("caller=abc", {"name": "x", "who": "me"}, "of one caller are not saved"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field(
    page: FlaskClient, world: World, query: str, form: dict[str, str], words: str
) -> None:
    saves(page, "known", "me")
    answer = page.post(f"{VIEWS}/new?{query}", data=form)
    assert answer.status_code == 400
    assert words in answer.text
    assert form["name"].strip() in answer.text
    assert len(world.rows("staff_saved_view")) == 1


def test_a_view_is_not_renamed_to_another_ones_name(page: FlaskClient, world: World) -> None:
    saves(page, "one", "me")
    saves(page, "two", "me")
    number = world.rows("staff_saved_view")[1]["id"]
    answer = page.post(f"{VIEWS}/{number}", data={"act": "rename", "name": "one"})
    assert answer.status_code == 400
    assert "there is a view of this name already" in answer.text
    assert list(above(page)) == ["one, your own", "two, your own"]


def test_the_same_name_may_be_for_all_and_for_oneself(page: FlaskClient) -> None:
    saves(page, "lost", "me")
    saves(page, "lost", "all")
    assert list(above(page)) == ["lost", "lost, your own"]


def test_a_number_is_no_name(page: FlaskClient, world: World) -> None:
    saves(page, "calls of (310) 555-0188", "me")
    assert [row["name"] for row in world.rows("staff_saved_view")] == ["calls of [number]"]


def test_the_list_stays_short(page: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callrouter.staff.saved_views.MOST", 2)
    saves(page, "one", "me")
    saves(page, "two", "me")
    assert "delete one of them first" in page.post(f"{VIEWS}/new", data={"name": "three", "who": "me"}).text
    saves(page, "three", "all")


def test_the_database_keeps_no_view_of_a_caller(people: StaffAct, world: World) -> None:
    values = {"name": "x", "address": "a=1&caller=abc", "account": 1, "shared": False, "saved_at": people.at}
    with pytest.raises(sa.exc.IntegrityError, match="no_caller"), world.database.engine.begin() as connection:
        connection.execute(sa.insert(SavedView), values)


def test_a_view_that_the_list_does_not_know_any_more_can_be_deleted(page: FlaskClient, world: World) -> None:
    editor = ViewEditor(1, "ada", True, world.clock.now())
    world.database.transact(lambda session: save_view(session, "old", "outcome=gone", editor, shared=False))
    assert "outcome cannot be" in unescape(page.get(VIEWS).text)
    number = world.rows("staff_saved_view")[0]["id"]
    page.post(f"{VIEWS}/{number}", data={"act": "delete"})
    assert world.database.transact(lambda session: saved_views(session, 1)) == []


def test_a_view_by_charge_is_offered_to_whoever_may_see_charges(
    as_role: OpenConsole, page: FlaskClient
) -> None:
    saves(as_role(Role.BILLING), "unpaid", "all", "charge=not+charged")
    saves(as_role(Role.BILLING), "amounts", "all", "columns=call,charge")
    assert set(above(as_role(Role.COMPLIANCE))) == {"unpaid", "amounts"}
    assert set(above(page)) == {"amounts"}
    assert "unpaid" not in page.get(VIEWS).text
