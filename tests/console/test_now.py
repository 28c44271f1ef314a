"""The page Now: calls in progress and where they stand, who answers next, centers, promises, and the work behind."""

import gzip
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callrouter.events.heartbeat import WORKER, mark_seen
from callrouter.staff.roles import Role
from console.shared import SharedAnswer
from tests.console.conftest import OpenConsole
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import START, World

NOW = "/console/now"
PART = {"HX-Request": "true"}


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.VIEWER)


def still_rings(world: World, call: PlacedCall) -> PlacedCall:
    """Nothing is heard of what came of the first leg."""
    world.network.holds("dialled", "status", "leg", "whisper", "taken")
    world.catch_up()
    world.network.holds_no_more()
    return call


def row_of(text: str, call: PlacedCall) -> str:
    found = re.search(rf'<tr id="row-{call.sid}".*?</tr>', text, re.DOTALL)
    assert found, "the call is not shown"
    return re.sub(r"<[^>]+>|\s+", " ", found[0])


def test_a_call_is_shown_with_its_stage_its_center_and_its_latest_ending(
    world: World, page: FlaskClient
) -> None:
    talking = world.caller("+16175550123").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts(600)
    world.goes_on(talking)
    waiting = still_rings(world, world.caller().dials(NATIONAL))
    text = page.get(NOW).text
    assert "waits" in row_of(text, waiting)
    assert "sunrise-la is rung, leg 1" in " ".join(row_of(text, waiting).split())
    assert "talks" in row_of(text, talking)
    assert re.search(r"3:4\d:\d\d", row_of(text, talking)), "the talk ends within the carrier's limit"
    assert "5550123" not in text


def test_a_call_that_has_ended_is_gone(world: World, page: FlaskClient) -> None:
    call = world.caller().dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.settles()
    assert call.sid not in page.get(NOW).text
    assert "No call is in progress" in page.get(NOW).text


def test_a_caller_who_waits_too_long_is_marked(world: World, page: FlaskClient) -> None:
    call = world.caller().dials(NATIONAL)
    arrived = world.clock.now()
    still_rings(world, call)
    world.is_now(arrived + timedelta(seconds=140))
    assert "data-at-risk" not in page.get(NOW).text
    world.is_now(arrived + timedelta(seconds=160))
    assert "waits too long" in row_of(page.get(NOW).text, call)
    world.is_now(arrived + timedelta(seconds=310))
    text = page.get(NOW).text
    assert "past its latest ending" in row_of(text, call)
    assert text.count("data-at-risk") == 1
    assert "1 caller is at risk" in text


def test_the_poll_is_answered_with_the_part_alone(page: FlaskClient) -> None:
    part = page.get(NOW, headers=PART).text
    assert part.lstrip().startswith('<div id="live" data-live')
    assert "<html" not in part
    assert part.strip() in page.get(NOW).text


def test_who_would_answer_next_is_who_is_rung(world: World, page: FlaskClient) -> None:
    text = page.get(NOW, headers=PART).text
    first = re.search(r'id="next-national-1".*?</tr>', text, re.DOTALL)
    assert first
    assert "is owed most" in first[0]
    [center] = re.findall(r'<td class="nowrap">([a-z-]+)</td>', first[0])
    call = world.caller().dials(NATIONAL)
    world.center(center).accepts()
    assert call.was_answered_by(world.center(center))


def test_centers_are_counted_by_what_they_are(world: World, page: FlaskClient) -> None:
    sunrise, harbor = world.center("sunrise-la").entry, world.center("harbor-sd").entry
    world.edits(replace(sunrise, max_concurrent=1), replace(harbor, hours="Mo 03:00-03:30"))
    call = world.caller().dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts(600)
    world.goes_on(call)
    for state, center in (("open", "meadow-bos"), ("busy", "sunrise-la"), ("closed", "harbor-sd")):
        listed = page.get(f"{NOW}/centers?state={state}").text
        assert re.findall(r'<th scope="row" class="nowrap">([a-z-]+)</th>', listed) == [center]
        assert f"{state} 1</a>" in listed
    assert page.get(f"{NOW}/centers?state=fine").status_code == 400


def test_open_promises_are_counted_with_the_next_due(world: World, page: FlaskClient) -> None:
    world.caller().presses("", "1").dials(NATIONAL)
    for center in ("sunrise-la", "harbor-sd", "meadow-bos"):
        world.center(center).does_not_answer()
    world.settles()
    text = page.get(NOW).text
    assert re.search(r'figure">1</span> open promise', text)
    assert "next due" in text
    world.passes(hours=30)
    assert "1 late" in page.get(NOW).text


def test_processes_and_the_outbox_are_seen(world: World, page: FlaskClient) -> None:
    world.caller().dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.catch_up()
    world.database.transact(lambda session: mark_seen(session, world.clock.now(), WORKER))
    text = page.get(NOW).text
    assert re.search(r'id="process-worker".*?at work', text, re.DOTALL)
    assert re.search(r'id="process-beat".*?not seen.*?unavailable', text, re.DOTALL)
    assert "facts wait in the outbox" in re.sub(r"\s+", " ", text.replace("</span>", ""))
    world.settles()
    world.passes(seconds=2)
    assert "all is settled" in page.get(NOW).text


def test_those_who_watch_share_an_answer() -> None:
    asked: list[datetime] = []

    def ask(now: datetime) -> int:
        asked.append(now)
        return len(asked)

    answer = SharedAnswer(ask, timedelta(seconds=1))
    assert [answer.at(START), answer.at(START + timedelta(milliseconds=999))] == [1, 1]
    assert answer.at(START + timedelta(seconds=1)) == 2
    assert answer.at(START) == 3, "a clock that was set back asks again"


def test_twenty_who_watch_cost_as_few_statements_as_one(world: World, page: FlaskClient) -> None:
    for number in range(20):
        still_rings(world, world.caller(f"+131055501{number:02}").dials(SUNRISE_PAGE))
    page.get(NOW)
    world.passes(seconds=5)
    statements: list[str] = []
    sa.event.listen(
        world.database.engine, "before_cursor_execute", lambda *about: statements.append(about[2])
    )
    for _ in range(20):
        assert page.get(NOW, headers=PART).status_code == 200
    assert len(statements) < 25, statements


def test_many_centers_are_on_pages(page: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.now.MOST_LISTED", 2)
    first = page.get(f"{NOW}/centers").text
    assert "2 of 3 are on this page" in first
    more = re.search(r'rel="next" href="([^"]+)"', first)
    assert more
    rest = page.get(more[1].replace("&amp;", "&")).text
    keys = [re.findall(r'<th scope="row" class="nowrap">([a-z-]+)</th>', text) for text in (first, rest)]
    assert keys == [["harbor-sd", "meadow-bos"], ["sunrise-la"]]
    assert 'rel="next"' not in rest


def test_the_part_travels_compressed_where_the_browser_takes_it_so(page: FlaskClient) -> None:
    plain = page.get(NOW, headers=PART)
    packed = page.get(NOW, headers={**PART, "Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "csrf" not in plain.text
