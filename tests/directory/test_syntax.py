"""YAML and JSON are read by what they are and refused with the line; no file brings the reader down."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.read import read_directory
from callrouter.directory.faults import DirectoryFaults

HERE = Path(__file__).parent
GOOD = HERE.joinpath("good.yaml").read_text()
UNREADABLE = yaml.safe_load(HERE.joinpath("unreadable.yaml").read_text())
"""Texts, and what is said of them, or how that begins."""

PARTNER = '{"key": "a", "name": %s, "status": "verified", "timezone": "UTC", "license": %s}'
LICENSE = '{"number": %s, "state": "CA", "expires": "2040-01-01"}'


def told(text: str | bytes, name: str = "dir.yaml") -> str:
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(text, name)
    return str(refused.value)


def license_number_in_json(number: str) -> str:
    """A license number is any text; a name has no sign that nobody sees."""
    text = '{"partners": [\n\t' + PARTNER % ('"A"', LICENSE % number) + "]}"
    return read_directory(text, "dir.json").partners["a"].license.number


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: case["told"])
def test_a_file_that_cannot_be_read_says_where_and_why(case: dict[str, str]) -> None:
    assert told(case["text"], case["told"].split(":")[0]).startswith(case["told"])


@pytest.mark.parametrize("opening", ["[", "- ", "? ", '{"a":'])
def test_nesting_has_an_end(opening: str) -> None:
    assert "the file is nested too deeply; write it as in the sample" in told(opening * 100_000)


def test_bytes_that_are_not_utf_8_are_told_with_their_line() -> None:
    fault = "dir.yaml:2: the byte 0xE9 is not UTF-8; save the file as UTF-8"
    assert told(b"partners:\n - name: \xe9t\xe9") == fault


def test_all_control_characters_are_told_at_once() -> None:
    assert len(told("a: \x01\nb: \x02\n").splitlines()) == 2


def test_aliases_cannot_multiply_without_limit() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert (
        told("\n".join(lines)) == "dir.yaml:6: the file stands for too many values; use fewer aliases (*name)"
    )


def test_an_alias_says_again_what_it_names() -> None:
    text = GOOD.replace("rates:", "rates: &prices", 1).replace("centers:", "\ncenters:")
    other = "  - {key: b, name: B, status: ended, timezone: UTC, rates: *prices, license: &l "
    text = text.replace("\ncenters:", other + '{number: "1", state: CA, expires: 2040-01-01}}\ncenters:')
    read = read_directory(text, "dir.yaml")
    assert read.partners["b"].rates == read.partners["sunrise"].rates != ()


def test_json_is_known_by_what_it_begins_with() -> None:
    text = '\ufeff \n{"$schema": "directory.schema.json", "partners":[]}'
    assert read_directory(text, "dir.yaml") == read_directory(text.encode(), "dir") == Directory()


def test_yaml_may_begin_with_a_brace_too() -> None:
    assert read_directory("{partners: [], }", "dir.yaml") == Directory()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"a\\/b\\t\\u00e9"', "a/b\té"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('"\u2028\u007f\u0085"', "\u2028\x7f\x85"),
        ('"\\u0001</Say>\\\\"', "\x01</Say>\\"),
        ('"{[,:]}\\""', '{[,:]}"'),
    ],
)
def test_text_in_json_means_what_json_says(written: str, meant: str) -> None:
    assert license_number_in_json(written) == meant


def test_a_fault_in_json_has_its_line_too() -> None:
    text = '{"partners": [],\n "centers": [],\n "listings": [],\n "helplines": [{"key": 5}]}'
    assert all(line.startswith("dir.json:4: ") for line in told(text, "dir.json").splitlines())


def test_twice_the_same_key_in_json_is_a_fault() -> None:
    text = '{"partners": [],\n "partners": []}'
    assert told(text, "dir.json") == "dir.json:2: partners is given twice; keep this one or the one in line 1"


@given(st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(GOOD))] * 2)))
    odd = st.sampled_from(
        ["", "\t", "&a ", "*a", "[", "]", "{", "}", "- ", ": ", "!!int ", "\0", '"', "\n", "é", "~"]
    )
    text = GOOD[:begin] + data.draw(st.lists(odd).map("".join) | st.text()) + GOOD[end:]
    try:
        read_directory(text, "dir.yaml")
    except DirectoryFaults as refused:
        assert refused.faults


@given(st.binary() | st.text() | st.text("[]{},:\"'-&*!|>%@` \n\tab0"))
def test_anything_at_all_is_read_or_refused(content: str | bytes) -> None:
    try:
        read_directory(content, "dir.yaml")
    except DirectoryFaults as refused:
        assert refused.faults
