"""The search finds a number however it is written and packed, and takes nothing else for one."""

import gzip
import io
import zipfile
import zlib
from base64 import b64encode
from random import Random

import pytest

from tests.number_search.notations import seeded_numbers, written_notations
from tests.number_search.search import NumberSearch

NUMBERS = seeded_numbers(2_000, seed=11)
SEARCH = NumberSearch(NUMBERS)
SOME = NUMBERS[::100]
NOISE = Random(3).randbytes(500)


def found(data: bytes) -> set[str]:
    return {each.number for each in SEARCH.find("a test", data)}


@pytest.mark.parametrize("number", SOME)
def test_a_number_is_found_in_every_notation(number: str) -> None:
    for written in written_notations(number):
        assert found(b'{"event": "x' + written + b'"}') == {number}, written
        assert found(NOISE + written + NOISE) == {number}, written


@pytest.mark.parametrize("number", SOME[:5])
def test_a_number_is_found_in_a_value_that_postgresql_has_compressed(number: str) -> None:
    for at in range(2, 10):
        assert found(NOISE + b"\0" + number[:at].encode() + b"\x07" + number[at:].encode() + NOISE) == {
            number
        }


def zipped(data: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", data)
    return archive.getvalue()


def of_a_pdf(data: bytes) -> bytes:
    return b"4 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + zlib.compress(data) + b"\nendstream"


def of_a_table(data: bytes) -> bytes:
    """As COPY writes a value of the type bytea."""
    return b"7\t\\\\x" + data.hex().encode() + b"\tx\n"


@pytest.mark.parametrize("packed", [gzip.compress, zipped, of_a_pdf, of_a_table])
def test_a_number_is_found_in_what_is_packed(packed: object) -> None:
    assert callable(packed)
    number = SOME[1]
    text = b"<c>caller</c>" * 50 + number.encode() + b"<c>end</c>" * 50
    assert found(packed(text)) == {number}
    assert found(NOISE + packed(text) + NOISE) == {number}
    assert found(of_a_table(packed(text))) == {number}
    assert found(b64encode(text)) == {number}


def test_nothing_else_is_taken_for_a_number() -> None:
    luck = Random(5)
    times = "".join(
        f"2026-11-30 13:{luck.randrange(60):02}:28.{luck.randrange(10**6)}+00\t" for _ in range(20_000)
    )
    tokens = " ".join(f"CA{luck.getrandbits(128):032x}" for _ in range(20_000))
    masked = " ".join(
        f"+1 {number[2:5]} ••• ••{number[-2:]}" for number in NUMBERS if number.startswith("+1")
    )
    for text in (times, tokens, masked):
        assert found(text.encode()) == set()
    assert found(luck.randbytes(5_000_000)) == set()


def test_seeded_numbers_are_what_a_caller_has() -> None:
    assert seeded_numbers(2_000, seed=11) == NUMBERS
    assert len(set(NUMBERS)) == 2_000
    assert {each[:2] for each in NUMBERS} == {"+1", "+4", "+5", "+9"}
