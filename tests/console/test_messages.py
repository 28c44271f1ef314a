"""The pages Messages and A message: hear a message only with a right and a reason, in one browser, for ten minutes."""

import csv
import io
import re
import secrets
from functools import partial
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from callrouter.messages.model import MessagePlayback
from callrouter.reports.messages.pages import WantedMessages, count_messages
from callrouter.reports.reading import reading
from callrouter.staff.roles import Role
from callrouter.telephony import RefusedByCarrier
from tests.at_once import at_once
from tests.console.conftest import OpenConsole
from tests.console.pages import CONFIRM_PAGE, KnownPerson, console
from tests.console.walking import link
from tests.messages.sounds import SOMEBODY_SPEAKS
from tests.messages.voicemail import Voicemail
from tests.owner import as_owner
from tests.scenarios.call import PlacedCall
from tests.scenarios.world import World

LIST = "/console/messages"
ALICE, BOB = "+13105550188", "+16175550123"
ROW = re.compile(r'class="mono" href="/console/messages/(CA[0-9a-f]{32})')
SOUND = re.compile(r'src="(/console/messages/[^"]+)"')
WHY = {"reason": "the center asked what was said"}


@pytest.fixture
def voicemail(world: World) -> Voicemail:
    return Voicemail(world)


@pytest.fixture
def kept(voicemail: Voicemail) -> PlacedCall:
    call = voicemail.leaves(number=ALICE)
    voicemail.works()
    return call


@pytest.fixture
def page(as_role: OpenConsole) -> FlaskClient:
    return as_role(Role.OPERATIONS)


def opens(page: FlaskClient, call: PlacedCall) -> str:
    """The address of the sound, after a reason."""
    answer = page.post(f"{LIST}/{call.sid}/play", data=WHY, follow_redirects=True)
    found = SOUND.search(answer.text)
    assert found, answer.text
    return found[1]


def acts(world: World) -> list[Any]:
    return [(row["person"], row["action"], row["subject"], row["reason"]) for row in world.rows("audit_log")]


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_message_is_heard_with_a_reason_and_the_audit_log_has_it(
    page: FlaskClient, kept: PlacedCall, world: World, as_role: OpenConsole
) -> None:
    assert SOUND.search(page.get(f"{LIST}/{kept.sid}").text) is None
    answer = page.get(opens(page, kept))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, SOMEBODY_SPEAKS, "audio/wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert acts(world) == [("Pat Example", "message played", kept.sid, WHY["reason"])]
    assert "message played" in as_role(Role.COMPLIANCE).get("/console/audit").text
    assert "not heard" not in plain(page.get(LIST).text).split("helpline or listing")[1]


def test_parts_of_the_sound_are_served_as_a_player_asks_for_them(page: FlaskClient, kept: PlacedCall) -> None:
    address = opens(page, kept)
    part = page.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, SOMEBODY_SPEAKS[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(SOMEBODY_SPEAKS)}"
    assert part.headers["Cache-Control"] == "no-store"
    assert page.get(address, headers={"Range": "bytes=0-"}).data == SOMEBODY_SPEAKS
    assert page.get(address, headers={"Range": f"bytes={len(SOMEBODY_SPEAKS)}-"}).status_code == 416


def test_without_a_reason_nothing_opens(page: FlaskClient, kept: PlacedCall, world: World) -> None:
    for reason in ("", "   ", "x" * 501):
        answer = page.post(f"{LIST}/{kept.sid}/play", data={"reason": reason})
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
    assert (acts(world), world.rows("message_playback")) == ([], [])


def test_a_number_in_the_reason_is_masked(page: FlaskClient, kept: PlacedCall, world: World) -> None:
    page.post(f"{LIST}/{kept.sid}/play", data={"reason": "asked for by (310) 555-0188"})
    assert acts(world)[0][3] == "asked for by [number]"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.BILLING, Role.COMPLIANCE])
def test_who_has_no_right_to_it_hears_nothing(
    as_role: OpenConsole, page: FlaskClient, kept: PlacedCall, world: World, role: Role
) -> None:
    address, other = opens(page, kept), as_role(role)
    for path in (LIST, f"{LIST}/{kept.sid}", address, f"{LIST}/export.csv"):
        assert other.get(path).status_code == 403
    assert other.post(f"{LIST}/{kept.sid}/play", data=WHY).status_code == 403
    assert f'href="{LIST}"' not in other.get("/console/calls").text
    assert len(acts(world)) == 1


def test_who_has_not_confirmed_lately_is_asked_to(kept: PlacedCall, world: World) -> None:
    person = KnownPerson(Role.OPERATIONS, confirmed=False)
    app = console(world.database, world.vault, world.clock.now, person)
    assert app.test_client().post(f"{LIST}/{kept.sid}/play", data=WHY).location == CONFIRM_PAGE
    assert acts(world) == []


def test_a_forged_form_opens_nothing(kept: PlacedCall, world: World) -> None:
    app = console(world.database, world.vault, world.clock.now, KnownPerson(Role.OPERATIONS))
    app.config["WTF_CSRF_ENABLED"] = True
    assert app.test_client().post(f"{LIST}/{kept.sid}/play", data=WHY).status_code == 400
    assert acts(world) == []


def test_the_address_is_of_no_use_in_another_browser(
    as_role: OpenConsole, page: FlaskClient, kept: PlacedCall
) -> None:
    address = opens(page, kept)
    assert as_role(Role.ADMIN).get(address).status_code == 404
    assert as_role(Role.OPERATIONS).get(address).status_code == 404
    other = as_role(Role.OPERATIONS)
    opens(other, kept)
    assert other.get(address).status_code == 404
    assert page.get(address).status_code == 200


def test_the_address_is_of_no_use_for_another_message(
    page: FlaskClient, kept: PlacedCall, voicemail: Voicemail
) -> None:
    other = voicemail.leaves(number=BOB)
    voicemail.works()
    assert page.get(opens(page, kept).replace(kept.sid, other.sid)).status_code == 404


def test_it_is_hidden_again_after_ten_minutes(page: FlaskClient, kept: PlacedCall, world: World) -> None:
    address = opens(page, kept)
    world.passes(seconds=599)
    assert page.get(address).status_code == 200
    world.passes(seconds=1)
    assert page.get(address).status_code == 404


def test_it_is_hidden_again_by_whoever_has_heard_it(page: FlaskClient, kept: PlacedCall) -> None:
    address = opens(page, kept)
    token = address.rsplit("/", 1)[1]
    answer = page.post(f"{LIST}/{kept.sid}/hide", data={"token": token}, follow_redirects=True)
    assert "Why do you hear it?" in answer.text
    assert page.get(address).status_code == 404


def test_a_page_that_is_loaded_again_asks_anew(page: FlaskClient, kept: PlacedCall, world: World) -> None:
    first = opens(page, kept)
    assert "Why do you hear it?" in page.get(f"{LIST}/{kept.sid}").text
    assert opens(page, kept) != first
    assert len(acts(world)) == 2


REFUSE_AT_THE_COMMIT = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''the disk is full''; END';
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON audit_log DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse();
"""


def test_no_sound_is_fetched_where_the_entry_was_not_committed(
    page: FlaskClient, kept: PlacedCall, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_owner(world.database) as connection:
        connection.exec_driver_sql(REFUSE_AT_THE_COMMIT)
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: "known")
    with pytest.raises(psycopg.Error, match="the disk is full"):
        page.post(f"{LIST}/{kept.sid}/play", data=WHY)
    assert page.get(f"{LIST}/{kept.sid}/sound/known").status_code == 404
    assert SOUND.search(page.get(f"{LIST}/{kept.sid}").text) is None
    assert (acts(world), world.rows("message_playback")) == ([], [])


def test_the_database_holds_no_playback_without_its_entry(kept: PlacedCall, world: World) -> None:
    values = {"entry": 99, "call": kept.sid, "token_hash": b"x", "until": world.clock.now()}
    with pytest.raises(sa.exc.IntegrityError, match="audit_log"), world.database.engine.begin() as connection:
        connection.execute(sa.insert(MessagePlayback).values(values))


def test_a_forgotten_callers_message_is_gone_also_while_it_is_open(
    page: FlaskClient, kept: PlacedCall, world: World
) -> None:
    address = opens(page, kept)
    world.erases(ALICE)
    answer = page.get(address)
    assert (answer.status_code, b"RIFF" in answer.data) == (400, False)
    text = page.get(f"{LIST}/{kept.sid}").text
    assert "It was deleted at" in text
    assert "Why do you hear it?" not in text
    assert page.post(f"{LIST}/{kept.sid}/play", data=WHY).status_code == 400
    assert len(acts(world)) == 1


def test_a_message_is_deleted_for_a_reason(page: FlaskClient, kept: PlacedCall, world: World) -> None:
    address = opens(page, kept)
    there = f"{LIST}/{kept.sid}/delete"
    assert page.post(there, data={"reason-delete": ""}).status_code == 400
    text = page.post(there, data={"reason-delete": "the caller asked"}, follow_redirects=True).text
    assert "The message is deleted" in text
    assert page.get(address).status_code == 400
    assert acts(world)[-1] == ("Pat Example", "message deleted", kept.sid, "the caller asked")
    assert page.post(there, data={"reason-delete": "again"}).status_code == 400
    assert len(acts(world)) == 2


def test_of_two_deletions_at_the_same_moment_the_second_says_that_it_is_deleted(
    as_role: OpenConsole, kept: PlacedCall, world: World
) -> None:
    there, form = f"{LIST}/{kept.sid}/delete", {"reason-delete": "the caller asked"}
    answers = at_once(
        world.database,
        "SELECT 1 FROM recording FOR UPDATE",
        *(partial(as_role(Role.OPERATIONS).post, there, data=form) for _ in range(2)),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 400]
    [second] = [answer.text for answer in answers if answer.status_code == 400]
    assert f"the message of {kept.sid} is deleted" in second
    assert len(acts(world)) == 1


def test_what_the_carrier_refused_is_asked_for_again(
    page: FlaskClient, voicemail: Voicemail, world: World
) -> None:
    call = voicemail.leaves()
    voicemail.recordings.fails("recording", RefusedByCarrier("403: no"))
    voicemail.works()
    assert "refused by the carrier" in page.get(LIST).text
    assert "Ask the carrier again" in page.get(f"{LIST}/{call.sid}").text
    text = page.post(f"{LIST}/fetch-again", follow_redirects=True).text
    assert "asked again for 1 message." in text
    voicemail.works()
    assert voicemail.state_of(call) == "kept"


def test_an_old_message_says_that_it_is_deleted(
    page: FlaskClient, kept: PlacedCall, voicemail: Voicemail, world: World
) -> None:
    world.passes(days=30)
    voicemail.deletes_old()
    assert "It was deleted at" in page.get(f"{LIST}/{kept.sid}").text
    assert "deleted" in plain(page.get(LIST).text)


def test_the_list_is_narrowed_down_by_its_address(
    page: FlaskClient, kept: PlacedCall, voicemail: Voicemail, world: World
) -> None:
    world.passes(hours=1)
    other = voicemail.leaves(number=BOB)
    opens(page, kept)

    def shown(query: str) -> list[str]:
        return ROW.findall(page.get(f"{LIST}?{query}").text)

    assert shown("") == [other.sid, kept.sid]
    assert shown("heard=heard") == [kept.sid]
    assert shown("heard=not+heard") == [other.sid]
    assert shown("state=waiting") == [other.sid]
    owners = {row["call"]: row["owner"] for row in world.rows("message")}
    for owner in ("sunrise-la", "harbor-sd", "meadow-bos", "staff"):
        assert shown(f"owner={owner}") == [sid for sid in (other.sid, kept.sid) if owners[sid] == owner]
    assert set(owners.values()) <= {"sunrise-la", "harbor-sd", "meadow-bos"}
    assert shown("helpline=national") == [other.sid, kept.sid]
    assert page.get(f"{LIST}?state=loud").status_code == 400
    assert ALICE[2:] not in page.get(LIST).text


def test_every_message_is_on_one_page_in_both_directions_and_in_the_export(
    page: FlaskClient, voicemail: Voicemail, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []
    for number in (ALICE, BOB, "+13235550177"):
        left.append(voicemail.leaves(number=number).sid)
        world.passes(hours=1)
    monkeypatch.setattr("console.messages.pages.PAGE", 1)
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
    rows = list(csv.DictReader(io.StringIO(page.get(f"{LIST}/export.csv").text)))
    assert forward == left[::-1] == [row["call"] for row in rows]
    assert backward == left
    with reading(world.database.engine) as connection:
        assert count_messages(connection, WantedMessages()) == 3
