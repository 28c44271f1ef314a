"""Each fault of a directory file is told with its line and with how to mend it."""

from pathlib import Path

import pytest
import yaml

from callrouter.directory.directory_file.read import read_directory
from callrouter.directory.faults import MOST_COUNTED, MOST_SHOWN, DirectoryFaults

HERE = Path(__file__).parent
GOOD = HERE.joinpath("good.yaml").read_text()

FAULTS = yaml.safe_load(HERE.joinpath("faults.yaml").read_text())
"""What is replaced in good.yaml, and by what; at which text the fault points; and what is said."""


def changed(fault: dict[str, str]) -> str:
    assert fault["replace"] in GOOD
    return GOOD.replace(fault["replace"], fault["by"], 1)


def line_of(place: str, text: str) -> int:
    """Of the last line that begins to hold this text."""
    return text.count("\n", 0, text.rindex(place)) + 1


def test_the_file_without_a_fault_is_read() -> None:
    assert read_directory(GOOD, "good.yaml").helplines["national"].max_wait_seconds == 90


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["told"])
def test_a_fault_is_told_with_its_line_and_its_mend(fault: dict[str, str]) -> None:
    text = changed(fault)
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(text, "dir.yaml")
    assert str(refused.value) == f"dir.yaml:{line_of(fault['at'], text)}: {fault['told']}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("key: sunrise-la-page", f"key: {'s' * 65}", "key has 65 characters; write at most 64"),
        (
            "name: Sunrise Los Angeles",
            f"name: {'S' * 20_000}",
            "name has 20000 characters; write at most 100",
        ),
        ('hours: "24/7"', f'hours: "{"24/7;" * 300}"', "hours has 1500 characters; write at most 1000"),
        (
            "ring_seconds: 20",
            f"ring_seconds: {'9' * 5000}",
            f'"{"9" * 59}…" is not a whole number of seconds',
        ),
    ],
)
def test_what_is_too_long_is_told_shortly(old: str, new: str, told: str) -> None:
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(GOOD.replace(old, new, 1), "dir.yaml")
    assert told in str(refused.value)
    assert len(str(refused.value)) < 250


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = GOOD
    for old, new in [
        ("status: verified", "status: on"),
        ("tier: 1", "tier: 0"),
        ("expires: 2027", "expires: 27"),
    ]:
        text = text.replace(old, new)
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(text, "dir.yaml")
    lines = [fault.place.line for fault in refused.value.faults]
    assert lines == [line_of("status: on", text), line_of("expires: 27", text), line_of("tier: 0", text)]


def test_a_fault_knows_its_column() -> None:
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(GOOD.replace("state: CA", "state: California"), "dir.yaml")
    [fault] = refused.value.faults
    assert GOOD.splitlines()[fault.place.line - 1][fault.place.column - 1 :].startswith("CA, expires")


def test_a_key_that_is_wrong_does_not_make_those_wrong_that_name_it() -> None:
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(GOOD.replace("sunrise-sd", "Sunrise_SD"), "dir.yaml")
    assert {fault.what.split(": ")[-1] for fault in refused.value.faults} == {
        'key "Sunrise_SD" is not lower-case words and hyphens',
        'center "Sunrise_SD" is not lower-case words and hyphens',
    }


def test_a_fault_shows_hostile_text_harmlessly() -> None:
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(GOOD.replace("status: verified", 'status: "\\e[31m\\u202e\\n"'), "dir.yaml")
    assert 'status "\\x1b[31m\\u202e\\n" is none of its values' in str(refused.value)


def refusal(text: str, name: str = "dir.yaml") -> DirectoryFaults:
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(text, name)
    return refused.value


def centers(*entries: str) -> str:
    return "centers:\n" + "".join(f"- {entry}\n" for entry in entries)


def test_the_first_hundred_faults_are_shown_and_the_others_counted() -> None:
    lines = str(refusal(centers(*["1"] * 250))).splitlines()
    assert len(lines) == MOST_SHOWN + 1
    assert lines[99].startswith("dir.yaml:101: center no. 100: is not an entry with keys")
    assert lines[100] == "dir.yaml: 150 more; mend those above first, then check the file again"


def test_a_hundred_faults_are_all_shown_and_no_more_are_spoken_of() -> None:
    assert len(str(refusal(centers(*["1"] * MOST_SHOWN))).splitlines()) == MOST_SHOWN


ENTRY = '{key: k%d, partner: nobody, name: N, phone: "+13105550101", timezone: America/Chicago}'


@pytest.mark.parametrize(
    "text",
    [
        centers(*["{}"] * MOST_COUNTED),
        centers(*(ENTRY % number for number in range(MOST_COUNTED + 1))),
        "a: \x01\n" * (MOST_COUNTED + 1),
    ],
    ids=["in entries", "between entries", "in the syntax"],
)
def test_a_file_with_very_many_faults_is_read_no_further(text: str) -> None:
    refused = refusal(text)
    assert len(refused.faults) == MOST_COUNTED
    assert str(refused).endswith(
        "dir.yaml: at least 9,900 more; mend those above first, then check the file again"
    )


def test_what_was_meant_is_told_of_the_first_faults_in_the_file() -> None:
    """Looking for it takes milliseconds, and of those that are not shown nobody reads it."""
    known = [f"{{key: center-{number}}}" for number in range(900)]
    listings = [f"- {{key: l{number}, center: centre-{number}}}" for number in range(200)]
    refused = refusal(centers(*known) + "listings:\n" + "\n".join(listings) + "\n")
    unknown = [fault for fault in refused.faults if "there is no center" in fault.what]
    assert [fault.mend.startswith("did you mean") for fault in unknown] == [True] * 100 + [False] * 100


def test_a_word_without_end_is_compared_with_nothing() -> None:
    assert "unknown key" in str(refusal('{"%s": 1}' % ("x" * 1_000_000)))


LARGE = 2_000_000


@pytest.mark.parametrize("entry", ["{}", "7", "{key: A B, name: 5, phone: 7, timezone: PST, hours: never}"])
def test_of_a_large_file_full_of_faults_only_the_beginning_is_read(entry: str) -> None:
    """What comes behind is no YAML at all, and nobody has come so far."""
    text = centers(*[entry] * (LARGE // len(entry))) + "]"
    assert "at least 9,900 more" in str(refusal(text))


def test_of_a_large_file_in_json_too() -> None:
    text = '{"centers": [' + ", ".join(["{}"] * (LARGE // 4)) + "]}"
    assert "at least 9,900 more" in str(refusal(text, "dir.json"))


@pytest.mark.parametrize("separator", ["\n", "# nothing\n"])
def test_a_large_file_with_one_fault_at_its_end_is_read_whole(separator: str) -> None:
    text = GOOD + separator * (LARGE // len(separator)) + "wrong: 1\n"
    assert [fault.what for fault in refusal(text).faults] == ['unknown key "wrong"']
    assert read_directory(GOOD + separator * (LARGE // len(separator)), "dir.yaml") == read_directory(
        GOOD, ""
    )
    assert read_directory(separator * (LARGE // len(separator)) + GOOD, "dir.yaml") == read_directory(
        GOOD, ""
    )


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_wherever_the_beginning_ends_the_file_is_read(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for position in range(cut, len(GOOD), 61):
        monkeypatch.setattr("callrouter.directory.directory_file.read._BEGINNING", position)
        assert read_directory(GOOD, "good.yaml").helplines
