"""The pages Rotation: shares and the picks behind them, who would be rung, past picks recomputed, and pauses."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from callrouter.directory.directory import Seat
from callrouter.reports.period import Period
from callrouter.reports.reading import reading
from callrouter.reports.rotation.shares import SeatShare, shares
from callrouter.staff.roles import Role
from console.rotation.share_chart import MOST_BARS, share_chart
from tests.console.conftest import OpenConsole
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import World

ROTATION = "/console/rotation/helplines/national"
CENTER = "/console/rotation/centers/harbor-sd"
EVERYTHING = "since=2026-01-01"
CENTERS = ("sunrise-la", "harbor-sd", "meadow-bos")


@pytest.fixture
def world(world: World) -> World:
    """All three centers in one tier; eight calls, of which two found Sunrise busy."""
    helpline = DIRECTORY.helplines["national"]
    seats = (Seat("sunrise-la", weight=2), Seat("harbor-sd"), Seat("meadow-bos", states=("CA",)))
    world.edits(replace(helpline, seats=seats))
    for number in range(8):
        world.caller(f"+131055501{number:02}").dials(NATIONAL)
        for center in CENTERS:
            world.center(center).accepts() if number % 4 else world.center(center).is_busy()
        world.settles()
    world.passes(minutes=5)
    return world


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.OPERATIONS)


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_shares_are_what_the_decisions_add_up_to(world: World, page: FlaskClient) -> None:
    decisions = world.rows("decision")
    with reading(world.database.engine) as connection:
        found = shares(connection, "national", Period())
    picked = [row for row in decisions if row["center"] and row["undone_after"] is None]
    undone = [row for row in decisions if row["undone_after"] is not None]
    for seat in found.seats:
        assert seat.actual == sum(row["center"] == seat.center for row in picked)
        assert seat.undone == sum(row["center"] == seat.center for row in undone)
        assert abs(seat.difference) < 1
    assert sum(seat.fair for seat in found.seats) == pytest.approx(found.picks)
    assert found.nobody == sum(row["center"] is None for row in decisions)
    assert undone
    assert "within the bound" in page.get(f"{ROTATION}?{EVERYTHING}").text


def test_every_figure_opens_as_many_picks(page: FlaskClient) -> None:
    text = page.get(f"{ROTATION}?{EVERYTHING}").text
    figures = re.findall(r'href="([^"]*/picks\?[^"]*only=(?:counted|undone)[^"]*)">([\d,]+)</a>', text)
    assert len(figures) > 3
    for address, figure in figures:
        listed = page.get(address.replace("&amp;", "&")).text
        assert plain(listed).count("CA") > 0
        assert re.search(rf"\b{figure} picks?, the latest first", plain(listed)), address
    [nobody] = re.findall(r'href="([^"]*only=nobody[^"]*)">In (\d+) decisions', text)
    listed = page.get(nobody[0].replace("&amp;", "&")).text
    assert listed.count("nobody was eligible") == int(nobody[1])


def test_a_period_counts_its_own_decisions(world: World, page: FlaskClient) -> None:
    middle = world.rows("decision")[3]["decided_at"]
    with reading(world.database.engine) as connection:
        before = shares(connection, "national", Period(until=middle))
        after = shares(connection, "national", Period(since=middle))
        whole = shares(connection, "national", Period())
    assert before.picks + after.picks == whole.picks
    assert before.numbers.last == after.numbers.above == 3


def test_picks_are_listed_page_by_page(
    page: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.rotation.picks.PAGE", 2)
    numbers, address = [], f"{ROTATION}/picks?{EVERYTHING}"
    while address:
        text = page.get(address).text
        numbers += [int(each) for each in re.findall(r"/picks/(\d+)", text)]
        older = re.search(r'rel="next" href="([^"]+)"', text)
        address = older[1].replace("&amp;", "&") if older else ""
    assert numbers == [row["number"] for row in reversed(world.rows("decision"))]


def test_every_pick_is_recomputed_and_is_the_stored_one(page: FlaskClient, world: World) -> None:
    for row in world.rows("decision"):
        there = f"{ROTATION}/picks/{row['number']}"
        assert "Recompute this pick" in page.get(there).text
        text = plain(page.post(there).text)
        assert f"it is the same: {row['center'] or 'nobody was eligible'}" in text
    assert page.get(f"{ROTATION}/picks/999").status_code == 404
    assert page.post(f"{ROTATION}/picks/999").status_code == 404


def test_all_picks_are_recomputed_with_one_button(page: FlaskClient, world: World) -> None:
    count = len(world.rows("decision"))
    assert f"All {count} picks follow" in plain(page.post(f"{ROTATION}/verify").text)


def test_too_many_picks_are_left_to_the_command_line(
    page: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.rotation.picks.MOST_RECOMPUTED", 2)
    answer = page.post(f"{ROTATION}/verify")
    assert answer.status_code == 400
    assert "callrouter rotation verify" in answer.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("state=CA", "3 seats"),
        ("state=TX", "meadow-bos state not served"),
        ("state=CA&at=2026-03-05T12:00&language=es", "at 2026-03-05 12:00:00"),
    ],
)
def test_who_would_be_rung_for_a_caller_that_is_described(page: FlaskClient, query: str, says: str) -> None:
    assert says in plain(page.get(f"{ROTATION}?{query}").text)


@pytest.mark.parametrize("query", ["state=ZZ", "language=xx", "at=noon", "since=soon"])
def test_what_cannot_be_read_is_explained(page: FlaskClient, query: str) -> None:
    answer = page.get(f"{ROTATION}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[2] in answer.text


def test_a_paused_center_is_not_rung_until_the_end(world: World, page: FlaskClient) -> None:
    form = {"length": "60", "reason": "power failure"}
    assert "1 of 3 seats" not in page.get(CENTER).text
    assert page.post(f"{CENTER}/pause", data=form).status_code == 302
    call = world.caller("+13105550177").dials(NATIONAL)
    for center in CENTERS:
        world.center(center).does_not_answer()
    world.settles()
    assert "harbor-sd" not in [leg["center"] for leg in world.rows("leg", call=call.sid)]
    assert '"paused by staff"' in world.rows("decision", call=call.sid)[0]["passed_over"]
    assert "paused by staff" in plain(page.get(f"{ROTATION}?state=CA").text)
    assert "paused" in plain(page.get("/console/now/centers?state=paused").text)
    world.passes(hours=2)
    assert "paused by staff" not in plain(page.get(f"{ROTATION}?state=CA").text)


def test_a_pause_while_a_call_is_in_progress_leaves_it_alone(world: World, page: FlaskClient) -> None:
    world.edits(replace(DIRECTORY.helplines["national"], seats=(Seat("harbor-sd"),)))
    call = world.caller("+13105550177").dials(NATIONAL)
    world.center("harbor-sd").accepts(600)
    world.goes_on(call)
    page.post(f"{CENTER}/pause", data={"length": "60", "reason": "power failure"})
    world.talks_end()
    assert call.was_answered_by(world.center("harbor-sd"))


def test_pauses_are_audited_with_before_and_after_and_taken_back(world: World, page: FlaskClient) -> None:
    page.post(f"{CENTER}/pause", data={"length": "at", "until": "2026-03-05T12:00", "reason": "storm"})
    page.post(f"{CENTER}/resume", data={"reason": "over"})
    assert [row["paused_until"] for row in world.rows("availability", center="harbor-sd")] == [None]
    names = ("action", "subject", "reason", "before", "after")
    until = "until 2026-03-05 12:00 UTC"
    assert [tuple(row[name] for name in names) for row in world.rows("audit_log")] == [
        ("center paused", "harbor-sd", "storm", "not paused", f"paused {until}"),
        ("center resumed", "harbor-sd", "over", f"paused by staff {until}", "not paused"),
    ]
    assert "storm" in page.get(CENTER).text


def test_a_pause_of_staff_is_not_shortened_by_missed_calls(world: World, page: FlaskClient) -> None:
    world.edits(replace(world.center("harbor-sd").entry, pause_after_missed=1))
    world.edits(replace(DIRECTORY.helplines["national"], seats=(Seat("harbor-sd"),)))
    call = world.caller("+13105550177").dials(NATIONAL)
    world.center("harbor-sd").does_not_answer()
    world.network.holds("dialled")
    world.catch_up()
    page.post(f"{CENTER}/pause", data={"length": "1440", "reason": "storm"})
    world.talks_end()
    [row] = world.rows("availability", center="harbor-sd")
    assert row["pause_reason"] == "paused by staff"
    assert row["paused_until"] - world.clock.now() > timedelta(hours=20), call


def test_the_effect_of_a_pause_is_shown_before(world: World, page: FlaskClient) -> None:
    world.edits(replace(DIRECTORY.helplines["national"], seats=(Seat("harbor-sd"),)))
    text = plain(page.get(CENTER).text)
    assert "1 of 1 seats" in text
    assert "nobody is rung: callers are offered a return call" in text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"length": "", "reason": "x"}, "Choose how long"),
        ({"length": "60", "reason": ""}, "Say why"),
        ({"length": "at", "until": "", "reason": "x"}, "Choose the day and the time"),
        ({"length": "at", "until": "2020-01-01T10:00", "reason": "<b>x"}, "is past"),
        ({"length": "at", "until": "2036-01-01T10:00", "reason": "<b>x"}, "31 days"),
    ],
)
def test_a_pause_that_is_wrong_says_so(
    page: FlaskClient, world: World, form: dict[str, str], says: str
) -> None:
    answer = page.post(f"{CENTER}/pause", data=form)
    assert answer.status_code == 400
    assert says in answer.text
    assert ("<b>" in form["reason"]) == ("&lt;b&gt;x" in answer.text)
    assert world.rows("audit_log") == []


def test_a_center_that_there_is_not_is_neither_paused_nor_resumed(page: FlaskClient, world: World) -> None:
    for act in ("pause", "resume"):
        form = {"length": "60", "reason": "x"}
        assert page.post(f"/console/rotation/centers/harbour/{act}", data=form).status_code == 404
    assert world.rows("audit_log") == []


def test_a_viewer_pauses_nobody(as_role: OpenConsole) -> None:
    viewer = as_role(Role.VIEWER)
    assert viewer.post(f"{CENTER}/pause", data={"length": "60", "reason": "x"}).status_code == 403
    assert "How long?" not in viewer.get(CENTER).text


def test_a_chart_of_many_seats_shows_the_largest_and_says_of_how_many() -> None:
    seats = [SeatShare(f"center-{number:03}", number / 7, number // 7, 0) for number in range(100)]
    chart = share_chart(seats)
    assert len(chart.bars) == MOST_BARS
    assert chart.of == 100
    assert chart.bars[0].seat.center == "center-099"
    assert [words for _, words in chart.ticks] == ["0", "5", "10"]
    assert share_chart([]).bars == []


def test_the_callers_of_a_paused_centers_listing_still_reach_it(world: World, page: FlaskClient) -> None:
    page.post("/console/rotation/centers/sunrise-la/pause", data={"length": "60", "reason": "staff meeting"})
    call = world.caller("+13105550166").dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    assert call.was_answered_by(world.center("sunrise-la"))


def test_many_seats_are_not_cut_off_silently(page: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.rotation.pages.MOST_SEATS", 2)
    text = page.get(f"{ROTATION}?{EVERYTHING}").text
    assert "2 are shown, the furthest from their fair share first" in plain(text)
    address = re.search(r'href="([^"]*all=1[^"]*)#shares"', text)
    assert address
    assert EVERYTHING in address[1]
    assert "are shown" not in page.get(address[1].replace("&amp;", "&")).text
