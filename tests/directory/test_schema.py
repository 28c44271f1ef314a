"""The schema that editors are given says what the reader says."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator

from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.directory_file.entries import EntrySchema
from callrouter.directory.directory_file.schema import (
    CENTER,
    FILE,
    HELPLINE,
    LICENSE,
    LISTING,
    PARTNER,
    RATE,
    SEAT,
)
from tests.directory.strategies import directories
from tests.directory.test_faults import FAULTS, GOOD, changed

SCHEMA = json.loads(files("callrouter.directory").joinpath("directory.schema.json").read_text())
SHAPES = {shape.kind: shape for shape in (PARTNER, LICENSE, RATE, CENTER, LISTING, SEAT, HELPLINE)}
SEEN_BY_A_SCHEMA = re.compile(
    'unknown key "[a-z]|is missing|is not within|is none of its values|is not a list|means nothing|no rate for calls'
    "|nobody sees"
)
OBJECTS = {name: part for name, part in SCHEMA["$defs"].items() if part.get("type") == "object"}


def as_an_editor_sees_it(text: str) -> Any:
    """Editors read YAML 1.2, in which a day is text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def is_valid(text: str) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(as_an_editor_sees_it(text)))


def keys_of(shape: EntrySchema) -> set[str]:
    return {field.name for field in shape.fields}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_sections_are_those_that_are_read() -> None:
    assert set(SCHEMA["properties"]) == keys_of(FILE)


def test_the_kinds_of_entries_are_those_that_are_read() -> None:
    assert OBJECTS.keys() == SHAPES.keys()


@pytest.mark.parametrize("kind", SHAPES)
def test_the_keys_of_an_entry_are_those_that_are_read(kind: str) -> None:
    part, shape = OBJECTS[kind], SHAPES[kind]
    assert set(part["properties"]) == keys_of(shape)
    assert set(part["required"]) == {field.name for field in shape.fields if field.needed}
    assert part["additionalProperties"] is False


def test_good_files_are_valid() -> None:
    assert is_valid(GOOD)
    assert is_valid(Path(str(files("callrouter.directory").joinpath("sample.yaml"))).read_text())


def test_a_name_may_have_a_hundred_characters() -> None:
    for length in (100, 101):
        named = GOOD.replace("name: Sunrise San Diego", f"name: {'S' * length}", 1)
        assert is_valid(named) == (length == 100)


@given(directories())
def test_whatever_is_dumped_is_valid(directory: Directory) -> None:
    assert is_valid(dump_directory(directory))


@pytest.mark.parametrize("fault", [each for each in FAULTS if SEEN_BY_A_SCHEMA.search(each["told"])])
def test_wrong_keys_ranges_and_choices_are_invalid_for_an_editor_too(fault: dict[str, str]) -> None:
    assert not is_valid(changed(fault))
