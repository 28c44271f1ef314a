"""Hostile names give documents whose structure is that of harmless ones, and all of them are valid."""

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.calls.steps import Arrange, Choices, Greeting, Message, Offer, Recall, Ring
from callrouter.directory.directory import Directory
from callrouter.promises.return_calls.steps import AskOwner, Connect, ReturnCallId, ReturnStep
from callrouter.wordings.wordings import speakable
from simulator import check_document
from tests.scenarios.places import DIRECTORY, NATIONAL, SUNRISE_PAGE
from tests.scenarios.world import ORIGIN, World
from tests.servers.databases import Databases
from tests.wordings.rendering import shipped_renderer, shipped_return_renderer

HOSTILE = {
    "markup": "</Say><Dial>+15005550100</Dial><Say>",
    "cdata": "]]><![CDATA[<Hangup/>]]>",
    "ampersand": "A & B &amp; &lt; &#0; &xxe;",
    "quotes": '"\' onload="x" \'',
    "control characters": "Bad\x00\x01\x08\x0b\x1b[31m\x7f\x85 Name",
    "not of Unicode": "\ufffe\uffff\U0001ffff Name \ue000",
    "surrogates": "\ud800 Name \udfff",
    "right to left": "\u202eemaN \u2066evil\u2069\u200f",
    "invisible": "A\u200bB\ufeffC\u00adD\u2060E",
    "lines": "one\ntwo\r\nthree\tfour\u2028five",
    "braces": "{name} {0} {helpline} %(name)s {{x}}",
    "ten kilobytes": "x" * 10_000,
    "ten kilobytes of words": "word & <b> " * 1_000,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1fa\U0001f1f8 \u263a\ufe0f",
    "combining": "Z" + "\u0301" * 500,
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
}

Structure = tuple[str, tuple[tuple[str, str], ...], tuple["Structure", ...]]  # type: ignore[misc]


def structure(element: Element) -> Structure:
    """The document without its words: elements and attributes."""
    return element.tag, tuple(sorted(element.items())), tuple(structure(child) for child in element)


def structure_of(document: str) -> Structure:
    return structure(fromstring(document.encode()))  # noqa: S314 - written by ourselves


def named(name: str) -> Directory:
    """The directory with this name for everything that has one."""
    return replace(
        DIRECTORY,
        partners={key: replace(each, name=name) for key, each in DIRECTORY.partners.items()},
        centers={key: replace(each, name=name) for key, each in DIRECTORY.centers.items()},
        helplines={key: replace(each, name=name) for key, each in DIRECTORY.helplines.items()},
    )


CALLS = [(NATIONAL, ("2",)), (NATIONAL, ("", "1")), (NATIONAL, ("", "2")), (SUNRISE_PAGE, ("1", "3"))]


def documents(url: str, name: str) -> list[str]:
    """Every document of calls that go through the whole house, and of a return call, in a directory of such names."""
    world = World(url, named(name))
    for dialled, keys in CALLS:
        call = world.caller().presses(*keys).dials(dialled)
        world.center("harbor-sd").has_its_voicemail_pick_up()
        assert call.outcome is not None
    another = world.caller("+16175550123")
    assert another.presses("", "1").dials(NATIONAL).promise
    world.center("sunrise-la").accepts()
    another.takes_the_return_call()
    assert world.rings_owners(most=1)
    assert len(world.rows("return_call", outcome="kept")) == 1
    world.closes()
    return [letter.reply.body.decode() for letter in world.network.sent if letter.reply.body]


# A database stores no NUL and no half of a character; the directory file can hold neither.
STORED = [kind for kind, name in HOSTILE.items() if "\x00" not in name and kind != "surrogates"]


@pytest.fixture(scope="module")
def harmless(databases: Databases) -> list[Structure]:
    with databases.fresh() as url:
        return [structure_of(document) for document in documents(url, "Sunrise")]


@pytest.mark.parametrize("kind", STORED)
def test_whole_calls_in_a_hostile_directory_are_those_of_a_harmless_one(
    database_url: str, harmless: list[Structure], kind: str
) -> None:
    hostile = documents(database_url, HOSTILE[kind])
    assert [structure_of(document) for document in hostile] == harmless
    assert [fault for document in hostile for fault in check_document(document)] == []


def steps(name: str, language: str) -> list:
    """Every step that speaks a name."""
    choices = Choices(name, language, "did-not-answer", True, True, name)
    return [
        Greeting(name, language, ("es" if language == "en" else "en",), True),
        Ring("connecting", "key", name, language, 1, "+13105550101", "+18445610606", 20, True),
        Ring("listing", "key", name, language, 1, "sip:a@b.example", None, 20, False),
        choices,
        replace(choices, why="lines-busy", try_again=False),
        replace(choices, why="not-available", promise=False, helpline=None),
        Offer(name, language, True),
        Message(name, language),
        Arrange("promised", name, language, may_allow_message=True),
        Arrange("promised-by-day", name, language, may_allow_message=False),
        Recall(name, language),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_every_document_with_a_hostile_name_has_the_structure_of_a_harmless_one(
    name: str, language: str
) -> None:
    render = shipped_renderer(ORIGIN)
    for step, harmless in zip(steps(name, language), steps("Sunrise", language), strict=True):
        document = render(step, 3).document
        assert check_document(document) == []
        assert structure_of(document) == structure_of(render(harmless, 3).document)


@given(st.text(st.characters(), min_size=1, max_size=300))
def test_any_name_at_all_gives_valid_documents(name: str) -> None:
    render = shipped_renderer(ORIGIN)
    for step, harmless in zip(steps(name, "en"), steps("Sunrise", "en"), strict=True):
        document = render(step, 3).document
        assert check_document(document) == []
        assert structure_of(document) == structure_of(render(harmless, 3).document)


@given(st.text(st.characters(), max_size=300))
def test_what_is_spoken_of_a_name_is_one_short_line_without_marks(name: str) -> None:
    spoken = speakable(name)
    assert len(spoken) <= 80
    assert spoken == speakable(spoken)
    assert spoken.isprintable()


def steps_of_a_return_call(name: str, language: str) -> list[ReturnStep]:
    """Every step of a return call that speaks a name."""
    place = ReturnCallId("CA" + "1" * 32, 1)
    return [
        AskOwner(place, name, language, may_reassign=True),
        AskOwner(place, name, language, may_reassign=False),
        Connect("key", name, language),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_return_call_with_a_hostile_name_has_the_structure_of_a_harmless_one(
    name: str, language: str
) -> None:
    render, harmless = shipped_return_renderer(ORIGIN), steps_of_a_return_call("Sunrise", language)
    for step, without in zip(steps_of_a_return_call(name, language), harmless, strict=True):
        document = render(step).document
        assert check_document(document) == []
        assert structure_of(document) == structure_of(render(without).document)


@pytest.mark.parametrize("kind", ["markup", "ampersand", "quotes"])
def test_the_name_is_heard_as_it_was_written(kind: str) -> None:
    document = shipped_renderer(ORIGIN)(steps(HOSTILE[kind], "en")[1], 3).document
    said = fromstring(document.encode())[0].text or ""  # noqa: S314 - written by ourselves
    assert said == f"Connecting you to {speakable(HOSTILE[kind])}, a paid advertiser."


@pytest.mark.parametrize("phone", ["+13105550101&x=</Number>", 'sip:a@b.example;x="y"', "sip:a<b@c.example"])
def test_a_hostile_telephone_number_stays_within_its_place(phone: str) -> None:
    step = replace(steps("Sunrise", "en")[1], phone=phone)
    document = shipped_renderer(ORIGIN)(step, 3).document
    assert (fromstring(document.encode())[1][0].text or "") == phone  # noqa: S314 - written by ourselves
