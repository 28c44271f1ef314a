"""Who answers the calls, as everybody may read it: the page, and the signed JSON."""

import html
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.database import Database
from callrouter.directory.directory import License, Seat
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.offline_verifier import Refused, canonical, signed_text
from callrouter.evidence.signed_documents import signed_note, signer_of
from callrouter.evidence.stored_tree import LogIdentity, log_identity
from callrouter.privacy.audit import Access
from callrouter.reports.period import Period
from callrouter.reports.reading import reading
from callrouter.reports.rotation.center_states import CenterState, Openings, centers_now
from callrouter.reports.rotation.shares import shares
from callrouter.reports.who_answers import texts
from callrouter.reports.who_answers.spanish import SENTENCES
from callrouter.routing.lines import pause
from callrouter.routing.pauses import pause_center, resume_center
from callrouter.wordings.forbidden_words import forbidden
from server.status.front import StatusDependencies, status_app
from tests.directories import partner
from tests.evidence.logs import KEY, LOG_KEY, OTHER_KEY, logs
from tests.owner import as_owner
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE, SUNRISE_PAGE
from tests.scenarios.world import START, World
from tests.server.running import free_port
from webhooks.who_answers.page_texts import PAGE_TEXTS
from webhooks.who_answers.pages import who_answers_pages

CENTERS = ("sunrise-la", "harbor-sd", "meadow-bos")
TWENTY = 20


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    seats = (Seat("sunrise-la", weight=2), Seat("harbor-sd"), Seat("meadow-bos", states=("MA",)))
    world.edits(replace(DIRECTORY.helplines["national"], seats=seats))
    yield world
    world.closes()


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return visiting(world)


def visiting(world: World) -> FlaskClient:
    """A new web process."""
    status = StatusDependencies(world.database, None, world.clock.now, True, world.vault)
    app = status_app(status)
    app.register_blueprint(
        who_answers_pages(world.database, world.clock.now, lambda: KEY.seed, simulated=True)
    )
    return app.test_client()


def places(world: World, calls: int) -> None:
    for number in range(calls):
        world.caller(f"+131055501{number:02}").dials(NATIONAL)
        for center in CENTERS:
            world.center(center).accepts()
    world.settles()


def document(visitor: FlaskClient, query: str = "") -> Any:
    return answer_of(visitor, query)["document"]


def answer_of(visitor: FlaskClient, query: str = "") -> Any:
    answer = visitor.get(f"/who-answers.json{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def plain(answer: TestResponse) -> str:
    """The text of the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def in_rotation(visitor: FlaskClient, query: str = "") -> list[str]:
    [helpline] = document(visitor, query)["helplines"]
    return [seat["center"] for seat in helpline["in_rotation"]]


def reasons(visitor: FlaskClient, query: str = "") -> dict[str, str]:
    [helpline] = document(visitor, query)["helplines"]
    return {seat["center"]: seat["reason"] for seat in helpline["not_in_rotation"]}


def test_each_center_of_a_helpline_is_a_paid_advertiser_with_a_license(visitor: FlaskClient) -> None:
    [helpline] = document(visitor)["helplines"]
    assert (helpline["name"], helpline["numbers"]) == ("Addiction Helpline America", [NATIONAL])
    assert helpline["in_rotation"][0] == {
        "center": "Sunrise La",
        "partner": "Sunrise Recovery",
        "pays": "a paid advertiser",
        "license": {"number": "190001AP", "state": "CA", "expires": "2040-12-31"},
        "hours": "day and night",
        "timezone": "America/Los_Angeles",
        "states": [],
        "tier": 1,
        "share_percent": None,
        "fair_share_percent": None,
        "reason": None,
    }
    assert helpline["not_in_rotation"] == []


def test_a_listing_names_the_one_center_that_its_number_reaches(visitor: FlaskClient) -> None:
    listings = {each["key"]: each for each in document(visitor)["listings"]}
    sunrise = listings["sunrise-la-page"]
    assert (sunrise["numbers"], sunrise["center"], sunrise["reason"]) == ([SUNRISE_PAGE], "Sunrise La", None)
    page = visitor.get("/who-answers")
    assert f'<a href="tel:{SUNRISE_PAGE}">' in page.text
    assert ": only Sunrise La . Sunrise Recovery pays for it: a paid advertiser." in plain(page)


def values(found: Any) -> Iterator[str]:
    """Everything that a document says, as text."""
    if isinstance(found, dict):
        yield from (value for each in found.values() for value in values(each))
    elif isinstance(found, list):
        yield from (value for each in found for value in values(each))
    elif found is not None and not isinstance(found, bool):
        yield str(found)


@pytest.mark.parametrize("query", ["", "?helpline=national", "?at=2026-03-05T00:00:00Z"])
def test_the_page_says_what_the_json_says(world: World, visitor: FlaskClient, query: str) -> None:
    places(world, TWENTY)
    world.edits(partner("harbor", status="suspended"))
    logs(world.database)
    world.passes(days=2)
    page = html.unescape(visitor.get(f"/who-answers{query}").text)
    found = document(visitor, query)
    left_out = {found["format"], found["shares_of"]["since"], found["shares_of"]["until"]}
    left_out |= {helpline["key"] for helpline in found["helplines"]}
    left_out |= {listing["key"] for listing in found.get("listings", ())}
    assert [value for value in values(found) if value not in left_out and value not in page] == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "suspended"}, "suspended: it gets no calls"),
        ({"status": "pending"}, "not verified as a partner: it gets no calls"),
        (
            {"license": License("1", "CA", date(2026, 3, 1))},
            "its license expired on 2026-03-01: it gets no calls",
        ),
    ],
)
def test_a_partner_that_gets_no_calls_is_not_in_rotation(
    world: World, visitor: FlaskClient, changes: dict[str, Any], reason: str
) -> None:
    world.edits(partner("sunrise", **changes))
    assert in_rotation(visitor) == ["Harbor Sd", "Meadow Bos"]
    assert reasons(visitor) == {"Sunrise La": reason}
    assert f"Gets no calls at this moment: {reason}." in plain(visitor.get("/who-answers"))
    [listing] = [each for each in document(visitor)["listings"] if each["key"] == "sunrise-la-page"]
    assert listing["reason"] == reason


def test_a_license_that_expires_ends_the_calls_from_that_minute_on(world: World) -> None:
    world.edits(partner("sunrise", timezone="UTC", license=License("1", "CA", START.date())))
    midnight = START.replace(hour=0) + timedelta(days=1)
    world.is_now(midnight - timedelta(minutes=1))
    assert "Sunrise La" in in_rotation(visiting(world))
    world.is_now(midnight)
    assert list(reasons(visiting(world))) == ["Sunrise La"]


def test_a_closed_center_is_not_in_rotation_at_this_hour(world: World, visitor: FlaskClient) -> None:
    world.edits(replace(SUNRISE, hours="Mo-Fr 18:00-20:00; PH off"))
    assert reasons(visitor) == {"Sunrise La": "closed at this hour"}
    [helpline] = document(visitor)["helplines"]
    assert helpline["not_in_rotation"][0]["hours"] == "Mon-Fri 18:00-20:00; federal holidays closed"


def test_a_paused_center_is_not_in_rotation_until_its_pause_ends(world: World) -> None:
    access, until = Access("ada", "asked for it", world.clock.now()), START + timedelta(hours=2)
    world.database.transact(lambda session: pause_center(session, "sunrise-la", until, access))
    assert reasons(visiting(world)) == {"Sunrise La": "paused by the staff of the helpline"}
    world.is_now(until)
    assert reasons(visiting(world)) == {}


def test_a_center_that_missed_calls_is_paused(world: World) -> None:
    world.edits(replace(SUNRISE, pause_after_missed=1))
    world.caller().dials(NATIONAL)
    world.center("sunrise-la").does_not_answer()
    world.settles()
    assert reasons(visiting(world)) == {"Sunrise La": "paused, because it did not answer"}


def test_pauses_of_the_past_are_known(world: World, visitor: FlaskClient) -> None:
    world.passes(minutes=10)
    access = Access("ada", "no nurse tonight", world.clock.now())
    until = world.clock.now() + timedelta(hours=1)
    world.database.transact(lambda session: pause_center(session, "harbor-sd", until, access))
    world.passes(minutes=20)
    back = Access("ada", "the nurse is there", world.clock.now())
    world.database.transact(lambda session: resume_center(session, "harbor-sd", back))
    world.passes(days=2)
    paused = {
        minutes: "Harbor Sd"
        not in in_rotation(visitor, f"?at={START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}")
        for minutes in (9, 10, 29, 30, 61, 100)
    }
    assert paused == {9: False, 10: True, 29: True, 30: False, 61: False, 100: False}
    assert "Harbor Sd" in in_rotation(visitor)
    [helpline] = document(visitor, f"?at={START + timedelta(minutes=15):%Y-%m-%dT%H:%M:%SZ}")["helplines"]
    reasons_then = {seat["center"]: seat["reason"] for seat in helpline["not_in_rotation"]}
    assert reasons_then["Harbor Sd"] == "paused by the staff of the helpline"


def test_a_pause_after_missed_calls_is_kept_and_ends_by_itself(world: World) -> None:
    places(world, TWENTY)
    world.is_now(START)
    world.database.transact(lambda session: pause(session, "harbor-sd", START + timedelta(minutes=7)))
    world.passes(days=1)
    visitor = visiting(world)
    paused = [
        "Harbor Sd"
        not in in_rotation(visitor, f"?at={START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}")
        for minutes in (6, 7, 66, 67)
    ]
    assert paused == [False, True, True, False]


SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


def test_the_page_is_in_the_language_of_the_reader(visitor: FlaskClient) -> None:
    by_header = visitor.get("/who-answers", headers=SPANISH)
    assert '<html lang="es">' in by_header.text
    assert "Accept-Language" in by_header.headers["Vary"]
    assert by_header.data == visitor.get("/who-answers?lang=es").data
    assert by_header.headers["ETag"] != visitor.get("/who-answers").headers["ETag"]
    english = visitor.get("/who-answers?lang=en", headers=SPANISH)
    assert english.data == visitor.get("/who-answers", headers={"Accept-Language": "fr"}).data
    assert '<a href="?lang=es" hreflang="es" lang="es">Español</a>' in english.text
    then = "at=2026-03-04T18%3A00%3A00Z&amp;helpline=national"
    assert f'href="?lang=en&amp;{then}"' in visitor.get(f"/who-answers?lang=es&{html.unescape(then)}").text


def test_nothing_of_the_spanish_page_is_left_in_english(world: World) -> None:
    sunrise = replace(
        world.directory.partners["sunrise"], license=License("190001AP", "CA", date(2026, 3, 1))
    )
    world.edits(
        sunrise,
        partner("meadow", status="suspended"),
        replace(world.directory.centers["harbor-sd"], hours="Mo-Fr 08:00-09:00; PH off"),
    )
    shown = plain(visiting(world).get("/who-answers?lang=es"))
    for words in (
        "Quién contesta",
        "su licencia venció el 2026-03-01: no recibe llamadas",
        "suspendido: no recibe llamadas",
        "cerrado a esta hora",
        "lun-vie 08:00-09:00; feriados federales cerrado",
        "un anunciante que paga",
        "Nadie recibe una comisión ni un pago por la elección del tratamiento.",
    ):
        assert words in shown
    for english in (
        "answers",
        "pays",
        "license",
        "Hours",
        "calls",
        "center",
        "rotation",
        "closed",
        "Mon",
        "share",
    ):
        assert not re.search(rf"\b{english}\b", shown.replace("/who-answers.json", "")), english


def test_every_sentence_of_the_document_has_its_spanish() -> None:
    """A new promise or reason without one would break the page, and this test."""
    english = {*texts.PROMISES, *texts.REASONS.values(), texts.PAYS, texts.CLOSED_NOW}
    assert english <= SENTENCES.keys()
    assert vars(PAGE_TEXTS["en"]).keys() == vars(PAGE_TEXTS["es"]).keys()
    spanish = " ".join([*SENTENCES.values(), *map(str, vars(PAGE_TEXTS["es"]).values())])
    assert forbidden(spanish) == []


def test_the_signed_json_is_in_english_alone(visitor: FlaskClient) -> None:
    assert document(visitor) == json.loads(visitor.get("/who-answers.json", headers=SPANISH).data)["document"]
    assert visitor.get("/who-answers?lang=fr").status_code == 400


def test_a_center_that_is_busy_stays_in_rotation_and_nothing_tells_of_the_call(
    world: World, visitor: FlaskClient
) -> None:
    world.edits(replace(SUNRISE, max_concurrent=1))
    before = document(visitor)
    call = world.caller().dials(SUNRISE_PAGE)
    world.center("sunrise-la").accepts()
    world.goes_on(call)
    with reading(world.database.engine) as connection:
        states = {
            center.key: center.state
            for center in centers_now(connection, Openings(world.directory), START + timedelta(minutes=2))
        }
    assert states["sunrise-la"] is CenterState.BUSY
    assert document(visiting(world)) == {**before, "at": document(visiting(world))["at"]}


def test_a_few_calls_show_no_share(world: World, visitor: FlaskClient) -> None:
    places(world, TWENTY - 1)
    world.passes(days=1)
    [helpline] = document(visitor)["helplines"]
    assert helpline["too_few_calls"]
    assert {seat["share_percent"] for seat in helpline["in_rotation"]} == {None}
    assert "too few calls to say" in plain(visitor.get("/who-answers"))


def test_several_attempts_of_few_calls_show_no_share(world: World, visitor: FlaskClient) -> None:
    for number in range(TWENTY // 2):
        world.caller(f"+131055501{number:02}").dials(NATIONAL)
        for center in CENTERS:
            world.center(center).does_not_answer()
    world.settles()
    world.passes(days=1)
    with reading(world.database.engine) as connection:
        assert shares(connection, "national", Period()).picks >= TWENTY
    assert document(visitor)["helplines"][0]["too_few_calls"]


def test_shares_are_those_of_the_rotation_in_whole_percents(world: World, visitor: FlaskClient) -> None:
    places(world, TWENTY)
    world.passes(days=1)
    with reading(world.database.engine) as connection:
        found = shares(connection, "national", Period())
    [helpline] = document(visitor)["helplines"]
    percents = [
        (seat["center"], seat["share_percent"], seat["fair_share_percent"])
        for seat in helpline["in_rotation"]
    ]
    expected = {seat.center: (5 * seat.actual, round(5 * seat.fair)) for seat in found.seats}
    assert expected["sunrise-la"][0] > 50
    assert percents == [
        ("Sunrise La", *expected["sunrise-la"]),
        ("Harbor Sd", *expected["harbor-sd"]),
        ("Meadow Bos", 0, 0),
    ]


def test_two_moments_of_a_day_do_not_tell_who_called_between_them(world: World, visitor: FlaskClient) -> None:
    places(world, TWENTY)
    world.passes(minutes=1)
    before, during = START + timedelta(seconds=1), world.clock.now()
    world.passes(days=1)
    found = [document(visitor, f"?at={at:%Y-%m-%dT%H:%M:%SZ}")["helplines"] for at in (before, during)]
    assert found[0] == found[1]
    assert not document(visitor)["helplines"][0]["too_few_calls"]


def test_calls_of_more_than_thirty_days_ago_count_for_no_share(world: World) -> None:
    places(world, TWENTY)
    world.is_now(START + timedelta(days=30))
    assert not document(visiting(world))["helplines"][0]["too_few_calls"]
    world.is_now(START + timedelta(days=31))
    assert document(visiting(world))["helplines"][0]["too_few_calls"]


def test_a_moment_in_the_past_is_answered_from_the_directory_that_was_in_force(
    world: World, visitor: FlaskClient
) -> None:
    world.passes(hours=1)
    world.edits(partner("sunrise", status="suspended", name="Another Name"))
    logs(world.database)
    world.passes(hours=1)
    then = f"?at={START + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    assert "Sunrise La" in in_rotation(visitor, then)
    assert "Sunrise La" not in in_rotation(visitor)
    found = document(visitor, then)
    assert (found["is_past"], found["at"]) == (True, "2026-03-04T18:05:00Z")
    assert found["directory"]["in_force_since"] == "2026-03-04T18:00:00Z"
    assert found["directory"]["evidence_index"] is not None
    assert found["directory"]["version"] < document(visitor)["directory"]["version"]
    assert "This was so 2026-03-04 18:05:00 UTC" in plain(visitor.get(f"/who-answers{then}"))


def test_a_version_that_was_edited_in_the_database_is_not_shown(world: World, visitor: FlaskClient) -> None:
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE directory_version DISABLE TRIGGER USER")
        connection.exec_driver_sql(
            "UPDATE directory_version SET document = replace(document, 'verified', 'pending')"
        )
    answer = visitor.get("/who-answers")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "was changed after it was stored" in answer.text


def test_a_version_whose_record_is_not_what_was_logged_is_not_shown(
    world: World, visitor: FlaskClient
) -> None:
    logs(world.database)
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE directory_version DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE directory_version SET loaded_at = loaded_at - interval '1 day'")
    answer = visitor.get("/who-answers?at=2026-03-04T00:00:00Z")
    assert (answer.status_code, "is not what was logged" in answer.text) == (503, True)


@pytest.mark.parametrize("query", ["", "?helpline=national", "?at=2026-03-04T18:05:00Z"])
def test_the_json_is_signed_with_the_key_of_the_evidence_log(
    world: World, visitor: FlaskClient, query: str
) -> None:
    logs(world.database)
    world.passes(hours=1)
    found = answer_of(visitor, query)
    note = signed_note(found["document"], found["signature"])
    assert json.loads(signed_text(note, LOG_KEY)) == found["document"]
    assert canonical(found["document"]) in visitor.get(f"/who-answers.json{query}").data
    with pytest.raises(Refused):
        signed_text(note.replace("paid advertiser", "good advertiser"), LOG_KEY)
    with pytest.raises(Refused):
        signed_text(note, NoteSigner(*OTHER_KEY).log_key)


def test_only_the_key_of_the_log_signs(world: World, visitor: FlaskClient) -> None:
    assert answer_of(visitor)["signature"] is None
    logs(world.database)
    identity = world.database.transact(log_identity)
    assert signer_of(identity, KEY.seed) is not None
    assert signer_of(identity, OTHER_KEY.seed) is None
    assert signer_of(identity, None) is None
    assert signer_of(LogIdentity("other.example/evidence", LOG_KEY), KEY.seed) is None


def test_it_may_be_put_into_a_frame_and_no_other_page_may(visitor: FlaskClient) -> None:
    answer = visitor.get("/who-answers")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors *")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in visitor.get("/healthz").headers["Content-Security-Policy"]
    [style] = re.findall(r'href="(/who-answers/static/[^"]+)"', answer.text)
    assert visitor.get(style).status_code == 200


def test_one_helpline_is_shown_alone(world: World, visitor: FlaskClient) -> None:
    world.edits(replace(DIRECTORY.helplines["national"], key="other", name="Other Line", numbers=()))
    found = document(visitor, "?helpline=other")
    assert [helpline["name"] for helpline in found["helplines"]] == ["Other Line"]
    assert "listings" not in found
    page = plain(visitor.get("/who-answers?helpline=other"))
    assert "Addiction Helpline America" not in page
    assert "FindTreatment.gov" in page


def test_it_may_be_kept_for_a_minute_and_is_asked_for_by_its_tag(visitor: FlaskClient) -> None:
    for path in ("/who-answers", "/who-answers.json"):
        answer = visitor.get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        again = visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert visitor.get("/who-answers.json").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "query",
    [
        "?at=yesterday",
        "?at=",
        "?at=2026-13-01",
        "?at=2030-01-01",
        "?at=2026-03-04&at=2026-03-03",
        "?helpline=",
        "?helpline=National",
        "?helpline=%3Cscript%3E",
        "?helpline=" + "a" * 65,
        "?helpline=national&helpline=national",
        "?verbose=1",
        "?AT=2026-03-04",
    ],
)
def test_odd_parameters_are_refused(visitor: FlaskClient, query: str) -> None:
    for path in ("/who-answers", "/who-answers.json"):
        answer = visitor.get(path + query)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")
        assert answer.content_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize("query", ["?at=2020-01-01", "?helpline=unknown"])
def test_what_there_is_not_is_not_found(visitor: FlaskClient, query: str) -> None:
    assert visitor.get(f"/who-answers{query}").status_code == 404


def test_names_of_the_directory_are_escaped(world: World, visitor: FlaskClient) -> None:
    world.edits(replace(SUNRISE, name="<script>alert(1)</script> & Sons"))
    page = visitor.get("/who-answers").text
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in page
    assert "<script>alert(1)</script> & Sons" in in_rotation(visitor)


def test_neither_prices_nor_callers_nor_a_centers_telephone_are_told(
    world: World, visitor: FlaskClient
) -> None:
    places(world, TWENTY)
    world.passes(days=1)
    for path in ("/who-answers", "/who-answers.json"):
        text = visitor.get(path).text
        assert [center.phone for center in DIRECTORY.centers.values() if center.phone in text] == []
        assert not re.search(r"35\.00|3500|USD|billing@|\+1310555|CA[0-9a-f]{32}", text)


def test_it_is_read_at_most_once_a_minute(world: World, visitor: FlaskClient) -> None:
    first = visitor.get("/who-answers").data
    world.edits(partner("sunrise", status="suspended"))
    world.passes(seconds=59)
    assert visitor.get("/who-answers").data == first
    world.passes(seconds=1)
    assert b"suspended" in visitor.get("/who-answers").data


def test_requests_that_come_before_the_first_answer_wait_for_it(world: World) -> None:
    app = Flask("test")
    reads: list[None] = []

    def seed() -> None:
        # It is asked for once a reading, in the middle of it.
        reads.append(None)
        began.wait()

    began = Barrier(2)
    app.register_blueprint(who_answers_pages(world.database, world.clock.now, seed, simulated=True))
    with ThreadPoolExecutor() as threads:
        first, *others = [threads.submit(app.test_client().get, "/who-answers") for _ in range(4)]
        began.wait()
        assert {answer.result().status_code for answer in (first, *others)} == {200}
    assert len(reads) == 1


def test_with_the_database_down_the_last_one_is_shown_and_says_how_old_it_is(
    world: World, visitor: FlaskClient
) -> None:
    visitor.get("/who-answers")
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE directory_version RENAME TO nowhere")
    world.passes(minutes=7)
    assert "This is 7 minutes old: it could not be renewed since." in plain(visitor.get("/who-answers"))
    assert answer_of(visitor)["age_in_minutes"] == 7
    with as_owner(world.database) as connection:
        connection.exec_driver_sql("ALTER TABLE nowhere RENAME TO directory_version")
    world.passes(seconds=10)
    assert "minutes old" not in visitor.get("/who-answers").text
    assert answer_of(visitor)["age_in_minutes"] is None


def test_without_a_database_and_with_nothing_in_memory_it_says_so(world: World) -> None:
    nowhere = Database(f"postgresql+psycopg://x@127.0.0.1:{free_port()}/x")
    app = Flask("test")
    app.register_blueprint(who_answers_pages(nowhere, world.clock.now, lambda: None, simulated=True))
    for query in ("", "?at=2026-03-04"):
        answer = app.test_client().get(f"/who-answers{query}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_the_page_promises_nothing_about_a_center() -> None:
    spoken = [*texts.PROMISES, *(value for way in texts.OTHER_WAYS for value in way.values())]
    assert [word for text in spoken for word in forbidden(text)] == []
