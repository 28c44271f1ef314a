"""The pages Promises and A promise: the queue by due time, what a promise rests on, and what staff do about it."""

import csv
import io
import re
from functools import partial

import pytest
from flask.testing import FlaskClient

from callrouter.reports.promises.pages import WantedPromises, count_promises
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from tests.at_once import at_once
from tests.console.conftest import OpenConsole
from tests.console.pages import KnownPerson, console
from tests.console.walking import link
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

ALICE, BOB, CAROL = "+13105550188", "+16175550123", "+13235550177"
LIST = "/console/promises"
ROW = re.compile(r'class="mono" href="/console/promises/(CA[0-9a-f]{32})')
CENTERS = ("sunrise-la", "harbor-sd", "meadow-bos")


@pytest.fixture
def promised(world: World) -> list[PlacedCall]:
    """Alice was promised a call by the helpline; an hour later Bob; and Carol by Sunrise, on its listing."""
    return [
        promised_by_helpline(world, ALICE),
        promised_by_helpline(world, BOB),
        promised_by_listing(world, CAROL),
    ]


def promised_by_helpline(world: World, number: str) -> PlacedCall:
    call = world.caller(number).presses("", "1").dials(NATIONAL)
    for center in CENTERS:
        world.center(center).does_not_answer()
    world.settles()
    world.passes(hours=1)
    return call


def promised_by_listing(world: World, number: str) -> PlacedCall:
    call = world.caller(number).presses("2").dials(SUNRISE_PAGE)
    world.center("sunrise-la").does_not_answer()
    world.settles()
    return call


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.OPERATIONS)


def shown(page: FlaskClient, calls: list[PlacedCall], query: str = "") -> list[int]:
    """Which of the calls' promises the list shows, in its order."""
    answer = page.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.text
    return [[call.sid for call in calls].index(sid) for sid in ROW.findall(answer.text)]


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_what_is_due_first_stands_at_the_top(page: FlaskClient, promised: list[PlacedCall]) -> None:
    assert shown(page, promised) == [0, 1, 2]


def test_the_queue_is_narrowed_down_by_its_address(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    owner = world.rows("promise", call=promised[0].sid)[0]["owner"]
    assert 0 in shown(page, promised, f"owner={owner}")
    assert shown(page, promised, "owner=nobody") == []
    assert shown(page, promised, "helpline=national") == [0, 1]
    assert shown(page, promised, "state=kept") == []
    assert shown(page, promised, "state=all") == [0, 1, 2]
    assert page.get(f"{LIST}?state=fine").status_code == 400


def test_a_late_promise_is_marked_and_found(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    assert 2 not in shown(page, promised, "late=1")
    world.passes(hours=26)
    assert shown(page, promised, "late=1") == [0, 1, 2]
    assert plain(page.get(LIST).text).count("late by") == 3


def test_every_promise_is_on_one_page_in_both_directions(
    page: FlaskClient, promised: list[PlacedCall], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.promises.PAGE", 1)
    forward, address, last = [], LIST, LIST
    while address:
        text = page.get(address).text
        assert "1 of 3 are on this page" in text
        forward += ROW.findall(text)
        last, address = address, link(address, text, "next")
    backward, address = [], last
    while address:
        text = page.get(address).text
        backward += ROW.findall(text)
        address = link(address, text, "prev")
    assert forward == [call.sid for call in promised]
    assert backward == forward[::-1]


def test_page_export_and_question_have_the_same_number(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    rows = list(csv.DictReader(io.StringIO(page.get(f"{LIST}/export.csv").text)))
    assert [row["call"] for row in rows] == [call.sid for call in promised]
    with reading(world.database.engine) as connection:
        assert count_promises(connection, WantedPromises()) == len(rows)
    assert "3 promises, what is due first" in plain(page.get(LIST).text)
    assert re.search(r'figure">3</span> open promises', page.get("/console/now").text)


def test_a_promise_shows_its_consent_and_every_attempt(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    owner = world.rows("promise", call=promised[0].sid)[0]["owner"]
    world.center(owner).accepts()
    world.caller(ALICE).takes_the_return_call()
    world.rings_owners(1)
    world.settles()
    text = plain(page.get(f"{LIST}/{promised[0].sid}").text)
    assert "The caller pressed 1 at" in text
    assert "a paid advertiser" in text
    assert "kept" in text
    assert "Nobody was rung for it yet" not in text
    assert "3105550188" not in text
    assert page.get(f"{LIST}/CA{'0' * 32}").status_code == 404


def test_handing_on_changes_the_owner_and_is_kept_with_its_reason(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    before = world.rows("promise", call=promised[0].sid)[0]["owner"]
    other = next(center for center in CENTERS if center != before)
    form = {"center": other, "reason-assign": "they asked for it, call (310) 555-0199"}
    answer = page.post(f"{LIST}/{promised[0].sid}/assign", data=form)
    assert answer.status_code == 302
    assert world.rows("promise", call=promised[0].sid)[0]["owner"] == other
    [entry] = world.rows("audit_log")
    assert (entry["person"], entry["action"]) == ("Pat Example", "promise assigned")
    assert entry["reason"] == "they asked for it, call [number]"
    assert (entry["before"], entry["after"]) == (before, other)
    assert f"({before} → {other})" in plain(page.get(f"{LIST}/{promised[0].sid}").text)


def test_a_listings_promise_is_handed_on_to_nobody(page: FlaskClient, promised: list[PlacedCall]) -> None:
    there = f"{LIST}/{promised[2].sid}"
    assert "nobody else may" in page.get(there).text
    answer = page.post(f"{there}/assign", data={"center": "harbor-sd", "reason-assign": "closer"})
    assert answer.status_code == 400
    assert "nobody else may call back" in answer.text


def test_closing_ends_it_and_a_second_time_is_refused(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    there, form = f"{LIST}/{promised[0].sid}/close", {"as": "kept", "reason-close": "our staff called back"}
    assert page.post(there, data=form).status_code == 302
    promise = world.rows("promise", call=promised[0].sid)[0]
    assert (promise["state"], promise["end_reason"]) == ("kept", "by staff: our staff called back")
    again = page.post(there, data=form)
    assert again.status_code == 400
    assert "has ended" in again.text
    assert len(world.rows("audit_log")) == 1
    assert shown(page, promised) == [1, 2]


def test_a_claim_is_seen_in_the_queue_and_a_note_with_the_promise(
    page: FlaskClient, promised: list[PlacedCall]
) -> None:
    there = f"{LIST}/{promised[1].sid}"
    page.post(f"{there}/claim")
    page.post(f"{there}/note", data={"reason-note": "asked the center twice"})
    assert page.get(LIST).text.count("<td>Pat Example</td>") == 1
    assert "asked the center twice" in page.get(there).text


def somebody_else(world: World, name: str) -> FlaskClient:
    person = KnownPerson(Role.OPERATIONS, name=name)
    return console(world.database, world.vault, world.clock.now, person).test_client()


def test_what_a_colleague_looks_after_is_taken_over_only_by_saying_so(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    there, robin = f"{LIST}/{promised[1].sid}", somebody_else(world, "Robin Other")
    robin.post(f"{there}/claim")
    refused = page.post(f"{there}/claim")
    assert refused.status_code == 400
    assert "Robin Other looks after it already" in refused.text
    assert re.search(r"Robin Other has looked after it since 20\d\d-\d\d-\d\d \d\d:\d\d", plain(refused.text))
    [taken_from] = re.findall('name="instead-of" value="([^"]+)"', refused.text)
    assert [entry["person"] for entry in world.rows("audit_log")] == ["Robin Other"]
    assert page.post(f"{there}/claim", data={"instead-of": taken_from}).status_code == 302
    assert "You have looked after it since" in page.get(there).text
    last = max(world.rows("audit_log"), key=lambda entry: entry["id"])
    assert (last["action"], last["before"], last["after"]) == (
        "promise claimed",
        "Robin Other",
        "Pat Example",
    )


def test_a_promise_is_taken_over_from_nobody_but_whoever_was_shown(
    page: FlaskClient, promised: list[PlacedCall], world: World
) -> None:
    there, robin = f"{LIST}/{promised[1].sid}", somebody_else(world, "Robin Other")
    robin.post(f"{there}/claim")
    somebody_else(world, "Kim Third").post(f"{there}/claim", data={"instead-of": "Robin Other"})
    late = page.post(f"{there}/claim", data={"instead-of": "Robin Other"})
    assert late.status_code == 400
    assert "Kim Third looks after it already" in late.text


def test_of_two_claims_at_the_same_moment_one_is_asked(promised: list[PlacedCall], world: World) -> None:
    there = f"{LIST}/{promised[1].sid}/claim"
    people = [somebody_else(world, name) for name in ("Robin Other", "Kim Third", "Kim Third")]
    lock = "SELECT 1 FROM promise FOR UPDATE"
    answers = at_once(world.database, lock, *(partial(person.post, there) for person in people))
    claims = [entry["person"] for entry in world.rows("audit_log")]
    assert len(claims) == 1
    refused = {"Robin Other": 2, "Kim Third": 1}[claims[0]]
    assert [answer.status_code for answer in answers].count(400) == refused


@pytest.mark.parametrize(
    ("act", "form", "says"),
    [
        ("assign", {"center": "", "reason-assign": "why"}, "Choose the center"),
        ("assign", {"center": "harbor-sd", "reason-assign": ""}, "Say why"),
        ("assign", {"center": "no-such", "reason-assign": "<b>typed</b>"}, "there is no center"),
        ("close", {"as": "fine", "reason-close": "<b>typed</b>"}, "Say how it ended"),
        ("note", {"reason-note": "x" * 501}, "characters"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(
    page: FlaskClient, promised: list[PlacedCall], world: World, act: str, form: dict[str, str], says: str
) -> None:
    answer = page.post(f"{LIST}/{promised[0].sid}/{act}", data=form)
    assert answer.status_code in (400, 404)
    assert says in answer.text
    if "<b>typed</b>" in form.values() and answer.status_code == 400:
        assert "&lt;b&gt;typed&lt;/b&gt;" in answer.text
    assert world.rows("audit_log") == []


def test_a_viewer_sees_and_does_nothing(as_role: OpenConsole, promised: list[PlacedCall]) -> None:
    viewer, there = as_role(Role.VIEWER), f"{LIST}/{promised[0].sid}"
    assert "Hand it on" not in viewer.get(there).text
    assert viewer.post(f"{there}/close", data={"as": "kept", "reason-close": "x"}).status_code == 403
