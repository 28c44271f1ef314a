"""A caller's number is shown with a right, a reason and a fresh proof, once, after the evidence log has it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callrouter.evidence.append import BrokenEvidenceLog
from callrouter.reveals.model import NumberReveal
from callrouter.reveals.reveal import NotShown, show_number
from callrouter.staff.roles import Right, Role, may
from tests.at_once import at_once
from tests.console.conftest import OpenConsole
from tests.console.pages import CONFIRM_PAGE, KnownPerson, console
from tests.console.revealing import (
    ADA,
    ALICE,
    OTHER,
    WHY,
    Act,
    actions,
    acts,
    asks,
    browser,
    looks,
    placed,
    sees,
    shown,
)
from tests.evidence.logs import OTHER_KEY, logs
from tests.owner import as_owner
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL
from tests.scenarios.purging import purges
from tests.scenarios.world import World

MAY = {Role.COMPLIANCE, Role.ADMIN}


@pytest.fixture
def call(world: World) -> PlacedCall:
    return placed(world, ALICE)


@pytest.fixture
def page(world: World) -> FlaskClient:
    return browser(world)


def test_a_number_is_shown_after_its_reason_is_in_the_evidence_log(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    assert acts(world) == [Act(ADA, "number asked for", call.sid, WHY)]
    waits = looks(page, answer)
    assert (waits.status_code, waits.headers["Refresh"], shown(waits)) == (200, "1", None)
    assert ALICE not in waits.text
    logs(world.database)
    assert shown(looks(page, answer)) == ALICE
    assert acts(world)[1] == Act(ADA, "number shown", call.sid, "as asked for with entry 1")
    [row] = world.rows("number_reveal")
    [logged] = world.rows("evidence_entry", source="audit_log", key=1)
    assert row["evidence_position"] == logged["position"]


def test_it_is_shown_once_and_no_reload_shows_it_again(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    assert shown(looks(page, answer)) == ALICE
    for _ in range(2):
        again = looks(page, answer)
        assert (again.status_code, ALICE in again.text) == (410, False)
        assert "Ask for it again" in again.text
    assert actions(world) == ["number asked for", "number shown"]


def test_of_two_tabs_at_the_same_moment_one_shows_it(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    cookie = page.get_cookie("callrouter_console", path="/console")
    assert cookie
    tabs = [browser(world) for _ in range(2)]
    for tab in tabs:
        tab.set_cookie("callrouter_console", cookie.value, path="/console")
    lock = "SELECT 1 FROM number_reveal FOR UPDATE"
    answers = at_once(world.database, lock, *(partial(tab.get, answer.location) for tab in tabs))
    assert sorted(each.status_code for each in answers) == [200, 410]
    assert sorted(filter(None, map(shown, answers))) == [ALICE]
    assert actions(world).count("number shown") == 1


def test_the_answer_is_kept_by_nobody_and_leaves_by_itself(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    asked = asks(page, call.sid)
    logs(world.database)
    answer = page.get(asked.location, headers={"Accept-Encoding": "br, gzip"})
    assert shown(answer) == ALICE
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Refresh"] == f"30; url=/console/calls/{call.sid}"
    assert answer.headers["Content-Encoding"] == "identity"
    # Only in that place of the body: in no address, no cookie, no title.
    assert answer.text.count(ALICE) == 1
    assert ALICE[1:] not in str(answer.headers) + str(asked.headers) + answer.request.url


def test_it_is_shown_in_the_browser_that_asked_and_to_the_person_who_asked(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    for other in (browser(world), browser(world, "bob"), browser(world, "bob", Role.ADMIN)):
        found = other.get(answer.location)
        assert (found.status_code, ALICE in found.text) == (404, False)
    assert shown(looks(page, answer)) == ALICE


@pytest.mark.parametrize("role", Role)
def test_only_who_has_the_right_may_ask_and_is_offered_it(
    as_role: OpenConsole, call: PlacedCall, world: World, role: Role
) -> None:
    page, there = as_role(role), f"/console/calls/{call.sid}/number"
    assert may(role, Right.REVEAL_NUMBERS) == (role in MAY)
    offered = there in page.get(f"/console/calls/{call.sid}").text
    offered_with_promise = there in page.get(f"/console/promises/{call.sid}").text
    assert offered == offered_with_promise == (role in MAY)
    answer = asks(page, call.sid)
    assert answer.status_code == (303 if role in MAY else 403)
    assert len([act for act in acts(world) if "number" in act.action]) == (role in MAY)


def test_who_has_not_confirmed_lately_is_asked_to(call: PlacedCall, world: World) -> None:
    person = KnownPerson(Role.ADMIN, confirmed=False)
    page = console(world.database, world.vault, world.clock.now, person).test_client()
    for there in (f"calls/{call.sid}/number", "reveals/requests/1", "reveals/requests/1/number"):
        assert (
            page.post(f"/console/{there}", data={"reason": WHY, "number": "caller"}).location == CONFIRM_PAGE
        )
    assert acts(world) == []


def test_without_a_reason_nothing_is_asked_for(page: FlaskClient, call: PlacedCall, world: World) -> None:
    for why in ("", "  ", "x" * 501):
        answer = asks(page, call.sid, why=why)
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
    assert (acts(world), world.rows("number_reveal")) == ([], [])


def test_a_number_in_the_reason_is_masked(page: FlaskClient, call: PlacedCall, world: World) -> None:
    asks(page, call.sid, why="asked by (310) 555-0142")
    assert acts(world)[0].reason == "asked by [number]"


def test_a_log_that_nobody_writes_shows_nothing(page: FlaskClient, call: PlacedCall, world: World) -> None:
    answer = asks(page, call.sid)
    world.passes(seconds=9)
    assert looks(page, answer).headers["Refresh"] == "1"
    world.passes(seconds=1)
    refused = looks(page, answer)
    assert (refused.status_code, ALICE in refused.text) == (410, False)
    assert "the evidence log did not have the request within 10 seconds" in refused.text
    logs(world.database)
    assert shown(looks(page, answer)) is None
    assert actions(world) == ["number asked for", "number not shown"]
    assert acts(world)[1].reason.startswith("asked for with entry 1: the evidence log")


def test_who_looks_too_late_sees_nothing(page: FlaskClient, call: PlacedCall, world: World) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    world.passes(seconds=10)
    late = looks(page, answer)
    assert (late.status_code, ALICE in late.text) == (410, False)
    assert "nobody looked within 10 seconds" in late.text
    assert actions(world) == ["number asked for", "number not shown"]


def test_a_log_that_refuses_to_sign_shows_nothing(page: FlaskClient, call: PlacedCall, world: World) -> None:
    logs(world.database)
    answer = asks(page, call.sid)
    with pytest.raises(BrokenEvidenceLog):
        logs(world.database, OTHER_KEY)
    assert looks(page, answer).headers["Refresh"] == "1"
    world.passes(seconds=10)
    assert shown(looks(page, answer)) is None
    assert actions(world)[-1] == "number not shown"


def test_an_entry_that_is_not_what_was_logged_shows_nothing(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE audit_log DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE audit_log SET reason = 'other'")
    assert shown(looks(page, answer)) is None
    assert actions(world)[-1] == "number not shown"


def test_a_head_that_somebody_else_signed_shows_nothing(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE evidence_head DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE evidence_head SET note = replace(note, '— ', '— x')")
    assert shown(looks(page, answer)) is None
    assert actions(world)[-1] == "number not shown"


def test_the_database_shows_nothing_without_its_entry_in_the_log(call: PlacedCall, world: World) -> None:
    asks(browser(world), call.sid)
    statement = sa.update(NumberReveal).values(shown_at=world.clock.now())
    with (
        pytest.raises(sa.exc.IntegrityError, match="logged_before"),
        world.database.engine.begin() as connection,
    ):
        connection.execute(statement)
    with (
        pytest.raises(sa.exc.IntegrityError, match="evidence_entry"),
        world.database.engine.begin() as connection,
    ):
        connection.execute(statement.values(evidence_position=99))


def test_the_other_number_of_a_return_call_is_shown(page: FlaskClient, world: World) -> None:
    call = placed(world, ALICE, "1", OTHER.removeprefix("+1"))
    form = page.get(f"/console/calls/{call.sid}/number").text
    assert "the number that the caller called from" in form
    assert "the other number that the caller entered" in form
    assert asks(page, call.sid, "").status_code == 400
    assert shown(sees(page, world, call.sid, "return")) == OTHER
    assert shown(sees(page, world, call.sid)) == ALICE
    assert actions(world) == [
        "return number asked for",
        "return number shown",
        "number asked for",
        "number shown",
    ]


def test_a_call_without_another_number_has_none(page: FlaskClient, call: PlacedCall, world: World) -> None:
    answer = asks(page, call.sid, "return")
    assert (answer.status_code, "entered no other number" in answer.text) == (400, True)
    assert acts(world) == []


def test_a_withheld_number_is_not_there(page: FlaskClient, world: World) -> None:
    call = placed(world, "anonymous")
    assert f"{call.sid}/number" not in page.get(f"/console/calls/{call.sid}").text
    assert "The caller withheld the number" in page.get(f"/console/calls/{call.sid}/number").text
    assert asks(page, call.sid).status_code == 400
    assert acts(world) == []


def test_an_erased_number_is_gone_and_counts_nothing(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    world.erases(ALICE)
    answer = asks(page, call.sid)
    assert (answer.status_code, "were erased on request at" in answer.text) == (400, True)
    assert "were erased on request at" in page.get(f"/console/calls/{call.sid}/number").text
    assert (actions(world), world.rows("number_reveal")) == ([], [])


def test_a_number_that_is_erased_while_somebody_waits_is_not_shown(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    answer = asks(page, call.sid)
    logs(world.database)
    world.erases(ALICE)
    gone = looks(page, answer)
    assert (gone.status_code, "erased on request on 2026-03-04 (UTC)" in gone.text) == (410, True)
    assert actions(world) == ["number asked for", "number not shown"]


def test_a_purged_number_is_gone_and_counts_nothing(page: FlaskClient, world: World) -> None:
    call = world.caller(ALICE).dials(NATIONAL)
    world.center("sunrise-la").accepts()
    assert call.stored["sid"] == call.sid
    answer = asks(page, call.sid)
    world.passes(days=3)
    purges(world)
    assert shown(looks(page, answer)) is None
    refused = asks(page, call.sid)
    assert (refused.status_code, "was purged on 2026-03-07 (UTC)" in refused.text) == (400, True)
    assert actions(world) == ["number asked for", "number not shown"]


def test_a_second_click_gets_the_same_entry(page: FlaskClient, call: PlacedCall, world: World) -> None:
    answers = [asks(page, call.sid) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(world.rows("number_reveal")) == 1


def test_the_number_is_in_no_table_log_or_metric(
    page: FlaskClient, call: PlacedCall, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    assert shown(sees(page, world, call.sid)) == ALICE
    written = capfd.readouterr()
    stored = "".join(str(world.rows(name)) for name in ("audit_log", "number_reveal", "outbox", "alert"))
    assert ALICE[2:] not in written.out + written.err + stored


def test_what_fails_while_it_is_shown_tells_nothing_of_it(
    page: FlaskClient, call: PlacedCall, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asks(page, call.sid)
    logs(world.database)

    def fails(*_: Any, **__: Any) -> str:
        raise OSError("the template is gone")

    monkeypatch.setattr("console.reveals.number.render_template", fails)
    page.application.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    answer = page.get(asked.location)
    assert (answer.status_code, ALICE[2:] in answer.text) == (500, False)
    monkeypatch.undo()
    # It counts as shown, and is not shown again.
    assert shown(looks(page, asked)) is None
    assert actions(world)[-1] == "number shown"


def test_ten_a_day_are_seen_alone_and_a_day_later_again(
    page: FlaskClient, call: PlacedCall, world: World
) -> None:
    for _ in range(10):
        assert shown(sees(page, world, call.sid)) == ALICE
        world.passes(seconds=60)
    assert "You have seen 10 numbers" in page.get(f"/console/calls/{call.sid}/number").text
    assert "/reveals/requests/" in asks(page, call.sid).location
    # The first of them is a day ago then.
    world.passes(seconds=(timedelta(hours=24) - timedelta(minutes=10)).total_seconds())
    assert shown(sees(page, world, call.sid)) == ALICE


def test_another_person_s_reveals_do_not_count(page: FlaskClient, call: PlacedCall, world: World) -> None:
    for _ in range(10):
        sees(page, world, call.sid)
    assert shown(sees(browser(world, "bob"), world, call.sid)) == ALICE


def test_what_was_not_shown_does_not_count(call: PlacedCall, world: World) -> None:
    page = browser(world, alone=1)
    for _ in range(3):
        answer = asks(page, call.sid)
        assert "/reveals/numbers/" in answer.location
        # Nobody looks; the next time that this person asks, it is given up.
        world.passes(seconds=10)
    assert shown(sees(page, world, call.sid)) == ALICE
    assert actions(world).count("number not shown") == 3


def test_two_tabs_at_once_do_not_get_one_more_than_the_limit(call: PlacedCall, world: World) -> None:
    other = placed(world, "+16175550123")
    tabs = [browser(world, alone=1) for _ in range(2)]
    answers = at_once(
        world.database,
        "LOCK TABLE audit_log, number_reveal IN ACCESS EXCLUSIVE MODE",
        *(partial(asks, tab, sid) for tab, sid in zip(tabs, (call.sid, other.sid), strict=True)),
    )
    kinds = sorted("request" if "/requests/" in answer.location else "number" for answer in answers)
    assert kinds == ["number", "request"]
    assert len(world.rows("number_reveal")) == 1


def test_no_limit_can_be_passed_by_waiting_for_the_last_moment(call: PlacedCall, world: World) -> None:
    """What nobody showed in time is given up before somebody else's turn is counted, and cannot be shown later."""
    page, before = browser(world, alone=1), world.clock.now()
    asks(page, call.sid)
    logs(world.database)
    world.passes(seconds=10)
    asks(page, call.sid)
    first = world.rows("number_reveal")[0]
    late = world.database.transact(
        lambda session: show_number(
            session, world.vault, first["entry"], ADA, first["browser_hash"], before + timedelta(seconds=9)
        )
    )
    assert isinstance(late, NotShown)


def test_an_unknown_call_or_entry_is_not_found(page: FlaskClient) -> None:
    for there in ("calls/CA99/number", "reveals/numbers/99", "reveals/requests/99"):
        assert page.get(f"/console/{there}").status_code == 404
    assert asks(page, "CA99").status_code == 404
    assert page.post("/console/reveals/requests/99/number").status_code == 404
