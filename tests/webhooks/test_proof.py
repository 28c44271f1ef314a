"""A caller's own proof, by its code: what the page shows, that it is what the log has, and that it names nobody."""

import html
import json
import re
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from callrouter.evidence.offline_verifier import verify_lines
from server.status.metrics import ProofMetrics
from tests.directories import center
from tests.evidence.logs import LOG_KEY, logs, proof
from tests.scenarios.call import PlacedCall
from tests.scenarios.places import NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import PROOF_CODES, World
from tests.webhooks.proofs import Results, Ticks, code_of, enters, plain, proof_app
from webhooks.proof.lookup import LookupBusy, ProofLookup
from webhooks.proof.texts import LANGUAGES, PAGE_TEXTS
from webhooks.proof.throttle import Limit, Throttle

NUMBER = "+13105550188"
UNKNOWN = "0000000000000000"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    world = World(database_url)
    yield world
    world.closes()


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return proof_app(world).test_client()


def answered(world: World, dialed: str = NATIONAL, *keys: str) -> PlacedCall:
    """A call that Sunrise answers, and whose caller asks for a code at its end."""
    call = world.caller(NUMBER).presses(*(keys or ([""] if dialed == NATIONAL else [])), "4").dials(dialed)
    world.center("sunrise-la").accepts()
    return call


def promised(world: World) -> PlacedCall:
    call = world.caller(NUMBER).presses("", "1", "", "4").dials(NATIONAL)
    assert call.promised
    return call


def test_the_form_asks_for_a_code_and_shows_nothing(visitor: FlaskClient) -> None:
    answer = visitor.get("/proof")
    assert answer.status_code == 200
    assert "Proof of your call" in plain(answer)
    assert "<script" not in answer.text


def test_a_helpline_s_caller_sees_the_call(world: World, visitor: FlaskClient) -> None:
    call = answered(world)
    answer = enters(visitor, code_of(world, call))
    shown = plain(answer)
    assert answer.status_code == 200
    assert "You dialed+1 844 561 0606: the helpline Addiction Helpline America" in shown
    assert "Sunrise La, a paid advertiser, of Sunrise Recovery. You talked for 1 min 3" in shown
    assert "Connecting you to Sunrise La, a paid advertiser." in shown
    assert "March 4, 2026, 1:00:00 PM EST" in shown
    assert "Sunrise Recovery pays Helpline America Inc. 35.00 USD for this call." in shown
    assert "pays 35.00 USD for each call of this kind that lasts at least 30 seconds" in shown


def test_a_listing_s_caller_sees_that_the_number_reaches_one_center(
    world: World, visitor: FlaskClient
) -> None:
    shown = plain(enters(visitor, code_of(world, answered(world, SUNRISE_PAGE))))
    assert "a number of Sunrise La alone: it reaches this center or nobody" in shown
    assert "You are calling Sunrise La, a paid advertiser." in shown


def test_a_caller_who_was_promised_a_call_sees_the_promise_and_what_was_agreed_to(
    world: World, visitor: FlaskClient
) -> None:
    shown = plain(enters(visitor, code_of(world, promised(world))))
    assert "Nobody. What you were promised is among the words below." in shown
    assert "Sunrise La, a paid advertiser, will call you back within two hours." in shown
    assert "To be called back, by pressing 1 after these words:" in shown
    assert "Nobody was charged for this call so far." in shown


def test_so_does_a_listing_s_caller_who_chose_the_helpline(world: World, visitor: FlaskClient) -> None:
    call = world.caller(NUMBER).presses("3", "4").dials(SUNRISE_PAGE)
    world.center("sunrise-la").does_not_answer()
    world.center("harbor-sd").accepts()
    shown = plain(enters(visitor, code_of(world, call)))
    assert "To be connected to a helpline instead" in shown
    assert "another treatment center answers, one of several paid advertisers, press 3." in shown


def test_a_return_call_is_shown_with_the_call(world: World, visitor: FlaskClient) -> None:
    call = promised(world)
    world.center("sunrise-la").accepts()
    world.caller(NUMBER).takes_the_return_call()
    world.rings_owners(most=1)
    shown = plain(enters(visitor, code_of(world, call)))
    assert "Sunrise La, a paid advertiser, of Sunrise Recovery, who called you back." in shown
    assert "You asked us to call you back. Connecting you to Sunrise La" in shown


def test_the_page_is_in_the_language_of_the_browser_or_the_chosen_one(
    world: World, visitor: FlaskClient
) -> None:
    world.edits(center("sunrise-la", languages=("en", "es")))
    code = code_of(world, answered(world, NATIONAL, "2", ""))
    spanish = visitor.post("/proof", data={"code": code}, headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert (spanish.headers["Content-Language"], 'lang="es"' in spanish.text) == ("es", True)
    assert "Lo que se le dijo, palabra por palabra" in plain(spanish)
    assert "4 de marzo de 2026, 13:00:00 EST" in plain(spanish)
    english = enters(visitor, code, lang="en")
    assert "What you were told, word for word" in plain(english)
    # What was said stays in the language in which it was said.
    assert '<blockquote lang="es"' in english.text
    assert "Le conectamos con Sunrise La, un anunciante que paga." in plain(english)
    assert "Su código" in plain(visitor.get("/proof?lang=es"))


def test_every_text_is_there_in_both_languages_with_the_same_names() -> None:
    for key in PAGE_TEXTS["en"]:
        texts = [PAGE_TEXTS[language][key] for language in LANGUAGES]
        assert all(texts)
        assert len({frozenset(re.findall(r"\{\w+\}", text)) for text in texts}) == 1, key


@pytest.mark.parametrize("place", [answered, promised])
def test_what_is_shown_is_what_the_log_has(world: World, visitor: FlaskClient, place: object) -> None:
    call = answered(world) if place is answered else promised(world)
    answer = enters(visitor, code_of(world, call))
    records = {line["index"]: line["record"] for line in map(json.loads, proof(world.database, call.sid)[1:])}
    told = re.findall(r'data-entry="(\d+)" data-field="words">(.*?)</blockquote>', answer.text, re.DOTALL)
    wordy = {index: record["words"] for index, record in records.items() if "words" in record}
    assert {int(index): html.unescape(words) for index, words in told} == wordy
    moments = re.findall(r'<time data-entry="(\d+)" data-field="(\w+)" datetime="([^"]+)"', answer.text)
    assert {records[int(index)][name] for index, name, _ in moments} == {at for _, _, at in moments}
    assert {int(index) for index in re.findall(r'data-entry="(\d+)"', answer.text)} == set(records)


def test_the_file_passes_the_offline_verifier(world: World, visitor: FlaskClient) -> None:
    code = code_of(world, answered(world))
    answer = visitor.post("/proof/file", data={"code": code})
    lines = answer.text.splitlines(keepends=True)
    count, _ = verify_lines(lines, LOG_KEY)
    assert (answer.status_code, count) == (200, len(lines) - 1)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="proof.jsonl"'
    assert answer.headers["Cache-Control"] == "no-store"
    [embedded] = re.findall(
        r'<pre id="proof" tabindex="0">(.*?)</pre>', enters(visitor, code).text, re.DOTALL
    )
    assert html.unescape(embedded) == answer.text


def test_it_has_no_number_of_the_caller_and_no_name_of_staff(world: World, visitor: FlaskClient) -> None:
    call = answered(world)
    code = code_of(world, call)
    credits_by_hand(world, call)
    logs(world.database)
    shown = enters(visitor, code)
    both = shown.text + visitor.post("/proof/file", data={"code": code}).text
    assert NUMBER[2:] not in re.sub(r"\D", "", re.sub(r"[0-9a-f]{64}", "", both))
    assert str(call.stored["caller_pseudonym"]) not in both
    assert "ada" not in re.findall(r"\w+", both)
    assert "After all credits, 0.00 USD is left to pay." in plain(shown)


def credits_by_hand(world: World, call: PlacedCall) -> None:
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO ledger_entry (entry_type, partner, call, center, helpline, kind, amount, currency, reverses,"
            " reason, person, posted_at, day, period, arrived_at, simulated)"
            " SELECT 'credit', partner, call, center, helpline, kind, amount, currency, id, 'a complaint', 'ada',"
            " posted_at, day, period, arrived_at, simulated FROM ledger_entry"
        )


@pytest.mark.parametrize(
    "code", [UNKNOWN, "", "1234", "x" * 500, "９" * 16, "' OR 1=1 --", "\0" * 16, "0" * 15 + "\n"]
)
def test_wrong_and_unknown_codes_get_one_answer(world: World, visitor: FlaskClient, code: str) -> None:
    answered(world)
    found, unknown = enters(visitor, code), enters(visitor, UNKNOWN)
    assert found.status_code == unknown.status_code == 404
    assert without_code(found.text) == without_code(unknown.text)
    assert found.headers["Cache-Control"] == "no-store"


def without_code(page: str) -> str:
    return re.sub(r'value="[^"]*" inputmode', "inputmode", page)


def test_a_code_may_be_written_in_groups(world: World, visitor: FlaskClient) -> None:
    code = code_of(world, answered(world))
    groups = [code[at : at + 4] for at in range(0, 16, 4)]
    for written in (" ".join(groups), "-".join(groups), f" {code} "):
        assert enters(visitor, written).status_code == 200


def test_what_was_typed_is_kept_and_harmless(visitor: FlaskClient) -> None:
    answer = enters(visitor, '12"><script>alert(1)</script>')
    assert "<script>" not in answer.text
    assert "12&#34;&gt;&lt;script&gt;" in answer.text


def test_a_call_that_is_not_logged_yet_is_shown_in_a_minute(world: World, visitor: FlaskClient) -> None:
    call = answered(world)
    code = PROOF_CODES.code_of(call.sid)
    for happens in (lambda: None, world.settles):
        happens()
        answer = enters(visitor, code)
        assert (answer.status_code, answer.headers["Retry-After"]) == (202, "60")
        assert "Look again in a minute." in plain(answer)
    logs(world.database)
    assert enters(visitor, code).status_code == 200


def test_the_code_of_an_erased_caller_is_an_unknown_code(world: World, visitor: FlaskClient) -> None:
    code = code_of(world, promised(world))
    assert enters(visitor, code).status_code == 200
    world.center("sunrise-la").accepts()
    world.caller(NUMBER).presses_when_called_back("9", "7")
    world.rings_owners(most=1)
    assert without_code(enters(visitor, code).text) == without_code(enters(visitor, UNKNOWN).text)


@pytest.mark.parametrize("path", ["/proof", "/proof/file"])
def test_nobody_keeps_the_page_and_no_address_has_the_code(
    world: World, visitor: FlaskClient, path: str
) -> None:
    code = code_of(world, answered(world))
    answer = visitor.post(path, data={"code": code})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert visitor.get(f"{path}?code={code}").status_code == (200 if path == "/proof" else 405)
    assert "Sunrise" not in visitor.get(f"/proof?code={code}").text
    assert code not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', answer.text))


def test_no_script_is_within_the_page(world: World, visitor: FlaskClient) -> None:
    page = enters(visitor, code_of(world, answered(world))).text
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/proof/static/verify.js" defer>']
    assert not re.search(r"\son\w+=|style=", page)
    assert visitor.get("/proof/static/verify.js").status_code == 200


def test_one_client_is_stopped_and_others_go_on(world: World) -> None:
    code, ticks, results = code_of(world, answered(world)), Ticks(), Results()
    visitor = proof_app(world, Throttle(ticks, Limit(3, 60)), results).test_client()
    statuses = [enters(visitor, UNKNOWN).status_code for _ in range(5)]
    assert statuses == [404, 404, 404, 429, 429]
    stopped = enters(visitor, code)
    assert (stopped.status_code, stopped.headers["Retry-After"]) == (429, "60")
    assert "Try again in 60 seconds." in plain(stopped)
    assert enters_from(visitor, code, "198.51.100.7") == 200
    ticks.now += 60
    assert enters(visitor, code).status_code == 200
    assert results.of == {"unknown": 3, "throttled": 3, "shown": 2}


def enters_from(visitor: FlaskClient, code: str, address: str, forwarded: str = "") -> int:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return visitor.post(
        "/proof", data={"code": code}, environ_base={"REMOTE_ADDR": address}, headers=headers
    ).status_code


def test_a_client_cannot_write_itself_another_address(world: World) -> None:
    visitor = proof_app(world, Throttle(Ticks(), Limit(1, 60))).test_client()
    statuses = [enters_from(visitor, UNKNOWN, "192.0.2.1", f"203.0.113.{last}") for last in range(3)]
    assert statuses == [404, 429, 429]


def test_right_codes_are_not_counted(world: World) -> None:
    code = code_of(world, answered(world))
    visitor = proof_app(world, Throttle(Ticks(), Limit(1, 60))).test_client()
    assert {enters(visitor, code).status_code for _ in range(5)} == {200}


def test_few_are_looked_up_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While two wait for the database, a third is answered at once."""
    lookup, inside, leave = ProofLookup(world.database), Barrier(3), Barrier(3)

    def slow(*_: object) -> None:
        inside.wait(timeout=20)
        leave.wait(timeout=20)

    monkeypatch.setattr("webhooks.proof.lookup.proof_for_code", slow)
    threads = [Thread(target=lookup.proof, args=(UNKNOWN,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait(timeout=20)
    with pytest.raises(LookupBusy):
        lookup.proof(UNKNOWN)
    leave.wait(timeout=20)
    for thread in threads:
        thread.join(timeout=20)
    monkeypatch.undo()
    assert lookup.proof(UNKNOWN) is None


def test_what_became_of_codes_is_counted_for_prometheus(world: World) -> None:
    registry = CollectorRegistry()
    visitor = proof_app(world, Throttle(Ticks(), Limit(1, 60)), ProofMetrics(registry)).test_client()
    for _ in range(3):
        enters(visitor, UNKNOWN)
    counted = {
        result: registry.get_sample_value("callrouter_proof_lookups_total", {"result": result})
        for result in ("unknown", "throttled", "shown")
    }
    assert counted == {"unknown": 1, "throttled": 2, "shown": None}
