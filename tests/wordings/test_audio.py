"""Audio stands for a text, with the same text and a checksum; a file that is missing is spoken."""

import io
import wave
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from callrouter.calls.steps import Ending, Greeting
from callrouter.carrier.twiml import renderer
from callrouter.database import Database
from callrouter.errors import Fault, NotKnown
from callrouter.reports.story import story
from callrouter.reports.wording_preview import preview
from callrouter.wordings.audio import Audio, read_audio
from callrouter.wordings.audio_files import audio_content, store_audio
from callrouter.wordings.change import ChangedText, RefusedWording
from callrouter.wordings.sentences import GreetingFacts, greeting_sentences, seconds_of
from callrouter.wordings.versions import WordingsCache
from callrouter.wordings.wordings import SHIPPED, Wordings
from server.audio import audio_files
from simulator import check_document
from tests.databases import open_database
from tests.directories import a_directory, helpline, put_in_force
from tests.scenarios.places import NATIONAL
from tests.scenarios.world import ORIGIN, World
from tests.wordings.changing import NOW, approves, changes, proposes

STAY = SHIPPED.texts["or-stay", "en"]


def sound(seconds: float = 2, *, rate: int = 8_000, channels: int = 1, width: int = 2) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as made:
        made.setnchannels(channels)
        made.setsampwidth(width)
        made.setframerate(rate)
        made.writeframes(b"\0" * round(seconds * rate) * channels * width)
    return written.getvalue()


def stores(database: Database, content: bytes) -> Audio:
    with database.engine.begin() as connection:
        return store_audio(connection, content, NOW, "ann")


def recorded(database: Database, key: str = "or-stay", seconds: float = 2) -> ChangedText:
    """The text in force, with audio that stands for it."""
    audio = stores(database, sound(seconds))
    return ChangedText(key, "en", SHIPPED.texts[key, "en"], audio.digest)


def in_force(database: Database) -> Wordings:
    with database.engine.connect() as connection:
        return WordingsCache().in_force(connection)


def is_deleted(database_url: str) -> None:
    """By whoever owns the tables."""
    with (
        closing(Database(database_url, connections=1, role=None)) as owner,
        owner.engine.begin() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM wording_audio")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        put_in_force(database, a_directory(helpline("sunrise-la")))
        yield database


@pytest.mark.parametrize(("seconds", "whole"), [(1, 1), (2.01, 3), (0.1, 1)])
def test_the_length_is_read_from_the_file(seconds: float, whole: int) -> None:
    assert read_audio(sound(seconds)).seconds == whole


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"ID3 an MP3",
        sound(0),
        sound(1, channels=2),
        sound(1, rate=4_000),
        sound(2)[:-100],
        sound(130),
        b"<script>" * 100,
    ],
)
def test_what_cannot_be_played_is_refused(content: bytes) -> None:
    with pytest.raises(Fault):
        read_audio(content)


def test_a_recorded_text_is_played_and_its_words_are_disclosed(database: Database) -> None:
    change = recorded(database)
    changes(database, change)
    wordings = in_force(database)
    answer = renderer(ORIGIN)(Greeting("National", "en", (), False), 3, wordings)
    assert f"<Play>{ORIGIN}/audio/{change.audio}.wav</Play>" in answer.document
    assert f">{STAY}<" not in answer.document
    assert check_document(answer.document) == []
    assert answer.disclosure
    assert answer.disclosure.words.endswith(STAY)


def test_the_longer_of_text_and_audio_counts_in_the_wait(database: Database) -> None:
    facts = GreetingFacts("National", "en", (), may_show_number=True)
    spoken = seconds_of(greeting_sentences(SHIPPED, facts))
    for seconds, more in ((1, 0), (2, 0), (9, 7)):
        wordings = replace(SHIPPED, audio={("or-stay", "en"): Audio("0" * 64, seconds)})
        assert seconds_of(greeting_sentences(wordings, facts)) == spoken + more
    [effect] = proposes(database, recorded(database, seconds=9)).checked.effects
    assert effect.after.greeting_seconds == effect.before.greeting_seconds + 7


def test_a_missing_file_is_spoken(database: Database, database_url: str) -> None:
    changes(database, recorded(database))
    assert in_force(database).audio
    is_deleted(database_url)
    wordings = in_force(database)
    assert (wordings.version, wordings.audio) == (2, {})
    assert f">{STAY}<" in renderer(ORIGIN)(Greeting("National", "en", (), False), 3, wordings).document


def test_a_new_text_without_audio_is_spoken(database: Database) -> None:
    changes(database, recorded(database))
    changes(database, ChangedText("or-stay", "en", "Or wait."))
    assert in_force(database).audio == {}


def test_taking_audio_off_the_same_text_is_a_change_and_repeating_it_is_none(database: Database) -> None:
    change = recorded(database)
    changes(database, change)
    with pytest.raises(RefusedWording, match="spoken already"):
        proposes(database, change)
    changes(database, change._replace(audio=None))
    assert (in_force(database).version, in_force(database).audio) == (3, {})


def test_another_recording_meanwhile_overtakes_a_proposal(database: Database) -> None:
    late = proposes(database, recorded(database, seconds=3)).number
    changes(database, recorded(database, seconds=2))
    with pytest.raises(RefusedWording, match="was changed since"):
        approves(database, late)


def test_audio_that_breaks_a_rule_is_refused(database: Database) -> None:
    stored = stores(database, sound(31))
    connecting = ChangedText("connecting", "en", SHIPPED.texts["connecting", "en"], stored.digest)
    for change, told in (
        (connecting, "cannot stand for a text with names"),
        (ChangedText("or-stay", "en", STAY, "0" * 64), "no audio file with the checksum"),
        (ChangedText("or-stay", "en", STAY, stored.digest), "takes 31 seconds"),
    ):
        with pytest.raises(RefusedWording, match=told):
            proposes(database, change)


def test_a_file_that_is_gone_when_it_is_approved_is_refused(database: Database, database_url: str) -> None:
    number = proposes(database, recorded(database)).number
    is_deleted(database_url)
    with pytest.raises(RefusedWording, match="no audio file"):
        approves(database, number)


def test_the_database_keeps_no_file_under_another_checksum(database: Database) -> None:
    insert = sa.text("INSERT INTO wording_audio VALUES (:digest, :content, 1, now(), 'ann')")
    with pytest.raises(sa.exc.IntegrityError), database.engine.begin() as connection:
        connection.execute(insert, {"digest": "0" * 64, "content": b"other"})


def test_the_same_file_is_stored_once(database: Database) -> None:
    first, again = stores(database, sound()), stores(database, sound())
    assert first == again
    with database.engine.connect() as connection:
        assert audio_content(connection, first.digest) == sound()
        with pytest.raises(NotKnown):
            audio_content(connection, "0" * 64)


def test_a_preview_shows_what_is_played_and_its_words() -> None:
    wordings = replace(SHIPPED, audio={("goodbye", "en"): Audio("a" * 64, 2)})
    shown = preview(wordings, "goodbye", "en")
    assert "https://calls.example/audio/" + "a" * 64 in shown.twiml
    assert [sentence["words"] for sentence in shown.sentences] == [SHIPPED.texts["goodbye", "en"]]
    assert "<Play>" not in renderer(ORIGIN)(Ending("goodbye", "es"), 3, wordings).document


def test_a_whole_call_plays_it_and_its_story_has_the_words(database_url: str) -> None:
    world = World(database_url)
    change = recorded(world.database)
    changes(world.database, change)
    call = world.caller().dials(NATIONAL)
    assert any(f"{ORIGIN}/audio/{change.audio}.wav" in document for document in call.documents)
    assert call.disclosures[0]["words"].endswith(STAY)
    with world.database.engine.connect() as connection:
        spoken = [
            sentence["words"] for turn in story(connection, call.sid)["turns"] for sentence in turn["spoken"]
        ]
    assert STAY in spoken
    app = Flask("audio", static_folder=None)
    app.register_blueprint(audio_files(world.database))
    carrier = app.test_client()
    played = carrier.get(f"/audio/{change.audio}.wav")
    assert (played.status_code, played.data, played.mimetype) == (200, sound(), "audio/wav")
    assert "immutable" in played.headers["Cache-Control"]
    assert carrier.get(f"/audio/{'0' * 64}.wav").status_code == 404
    world.closes()
