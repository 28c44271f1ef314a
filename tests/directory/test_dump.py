"""What was dumped says the same when it is read again."""

import json

from hypothesis import given

from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.directory_file.read import read_directory
from callrouter.directory.document import from_document, in_words, to_document
from tests.directories import a_directory, center, helpline, listing, partner, rate
from tests.directory.strategies import directories


@given(directories())
def test_a_dumped_directory_reads_back_exactly(directory: Directory) -> None:
    again = read_directory(dump_directory(directory), "dump.yaml")
    assert to_document(again) == to_document(directory)


@given(directories())
def test_the_document_of_a_version_reads_back_exactly(directory: Directory) -> None:
    again = from_document(to_document(directory), 7)
    assert again == Directory(
        7, directory.partners, directory.centers, directory.listings, directory.helplines
    )
    assert to_document(again) == to_document(directory)


@given(directories())
def test_a_directory_written_as_json_reads_back_exactly(directory: Directory) -> None:
    for text in (to_document(directory), json.dumps(in_words(directory), indent="\t")):
        assert to_document(read_directory(text, "directory.json")) == to_document(directory)


@given(directories())
def test_a_dump_shows_nothing_that_an_editor_could_not_show(directory: Directory) -> None:
    assert all(character.isprintable() or character == "\n" for character in dump_directory(directory))


def test_a_flat_fee_is_written_without_what_is_for_single_calls() -> None:
    flat = rate("monthly", price_minor=50_000)
    sunrise = partner("sunrise", rates=(rate(free_calls=10), flat), spend_cap_minor=150_000)
    assert dump_directory(a_directory(sunrise)).splitlines()[7:11] == [
        "    rates:",
        (
            '      - {kind: helpline, from: 2026-01-01, price: "35.00", currency: USD,'
            " minimum_seconds: 30, repeat_days: 30, free_calls: 10}"
        ),
        '      - {kind: monthly, from: 2026-01-01, price: "500.00", currency: USD}',
        '    monthly_ceiling: "1500.00"',
    ]


def test_a_version_stored_before_there_were_ceilings_reads_as_before() -> None:
    directory = a_directory(partner("sunrise"))
    [words] = in_words(directory)["partners"]
    del words["monthly_ceiling"]
    for told in words["rates"]:
        del told["free_calls"]
    assert from_document(json.dumps({"partners": [words]}), 0) == directory


def test_an_empty_directory_can_be_dumped_and_read() -> None:
    assert read_directory(dump_directory(Directory()), "dump.yaml") == Directory()


def test_a_dump_has_the_words_of_the_file() -> None:
    directory = a_directory(
        partner("sunrise", rates=(), name="No"),
        center("sunrise-la", phone="+13105550101", screening="press-1"),
        listing("sunrise-la-page", numbers=("+13235550111",)),
        helpline("sunrise-la"),
    )
    assert dump_directory(directory).splitlines() == [
        "partners:",
        "  - key: sunrise",
        '    name: "No"',
        "    status: verified",
        "    timezone: America/Los_Angeles",
        '    license: {number: "190001AP", state: CA, expires: 2040-12-31}',
        "    billing_email: billing@sunrise.example",
        "centers:",
        "  - key: sunrise-la",
        "    partner: sunrise",
        "    name: Sunrise La",
        '    phone: "+13105550101"',
        "    timezone: America/Los_Angeles",
        '    hours: "24/7"',
        "    ring_seconds: 20",
        "    screening: press-1",
        "    pause_after_missed: 0",
        "    languages: [en, es]",
        "listings:",
        "  - key: sunrise-la-page",
        "    center: sunrise-la",
        '    numbers: ["+13235550111"]',
        "helplines:",
        "  - key: national",
        "    name: Addiction Helpline America",
        '    numbers: ["+18445610606"]',
        "    timezone: America/New_York",
        "    max_wait_seconds: 300",
        "    seats:",
        "      - {center: sunrise-la, weight: 1, tier: 1}",
        "    languages: [en, es]",
    ]
