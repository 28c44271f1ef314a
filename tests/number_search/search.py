"""Finds any of thousands of numbers in bytes of any kind: text, files of a database, archives, compressed streams.

Digits are looked for as they stand, in groups, one by one, escaped (percent, JSON, HTML), in hexadecimal, in base64, in
UTF-16, and within whatever zlib has compressed: gzip, ZIP (so workbooks), PDF.
"""

from __future__ import annotations

import re
import zlib
from binascii import Error, a2b_base64
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tests.number_search.notations import national

DIGITS_OF_A_NUMBER = 10
MOST_INFLATED = 64 << 20
DEEPEST = 4
AROUND = 60

_GAP = rb"(?:[ \t\x00.()/_+-]|\xc2\xa0|\xe2\x80[\x80-\xaf]|%20|%2[89BbDdFf]|&nbsp;)"
_PLAIN = re.compile(rb"[0-9]{10,}")
_GROUPED = re.compile(rb"[0-9]+(?:" + _GAP + rb"{1,3}[0-9]+)+")
_SEPARATOR = re.compile(rb"%2.|\xe2\x80.|\xc2\xa0", re.DOTALL)
_ONE_BY_ONE = re.compile(rb"[0-9](?:[ ,.;\"'\x00-]{1,3}[0-9]){9,}")
# Each begins with signs that are always the same, which `re` looks for ten times as fast.
_ESCAPED = (
    re.compile(rb"%3[0-9](?:%3[0-9]){9,}"),
    re.compile(rb"\\u003[0-9](?:\\u003[0-9]){9,}"),
    re.compile(rb"\\x3[0-9](?:\\x3[0-9]){9,}"),
    re.compile(rb"&#(?:4[89]|5[0-7]|x3[0-9]);(?:&#(?:4[89]|5[0-7]|x3[0-9]);){9,}"),
)
_ESCAPED_DIGIT = re.compile(rb"(?:%3|u003|x3)([0-9])|&#(4[89]|5[0-7]);")
_HEXADECIMAL = re.compile(rb"3[0-9](?:3[0-9]){9,}")
_FULL_WIDTH = re.compile(rb"\xef\xbc[\x90-\x99](?:\xef\xbc[\x90-\x99]){9,}")
# Three digits in base64, where they begin a group of four signs; of ten digits, two such groups are always whole.
_BASE64 = re.compile(rb"(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){2,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_SPLIT = re.compile(rb"(?<![0-9])[0-9]{1,9}(?:[^0-9][0-9]{8})?[^0-9][0-9]{1,9}(?![0-9])")
"""as PostgreSQL compresses a long value: after eight signs that are new to it, one byte about the next eight"""
_TOKEN = re.compile(rb"[0-9a-f]{24,}")
"""a SID, a digest or a UUID without dashes: ten digits in a row stand in one by chance"""
_GROUPS = frozenset(
    [
        (3, 3, 4), (1, 3, 3, 4), (2, 1, 3, 3, 4), (3, 1, 3, 3, 4), (4, 3, 3, 4), (6, 4), (1, 6, 4), (3, 7), (1, 3, 7),
        (1, 10), (2, 10), (3, 10), (4, 10), (2, 4, 4), (2, 2, 4, 4), (5, 5), (2, 5, 5), (3, 3, 2, 2),
    ]
)  # fmt: skip
"""how many digits stand together where people write a number"""
_BYTES_OF_A_ROW = re.compile(rb"\\\\x((?:[0-9a-f]{2}){20,})")
"""a value of the type bytea, in what COPY writes"""
_GZIP = re.compile(rb"(?=\x1f\x8b\x08)")
_PDF = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")
_ZIP = re.compile(rb"PK\x03\x04.{4}\x08\x00.{16}(..)(..)", re.DOTALL)


@dataclass(frozen=True)
class FoundNumber:
    """A number, where, and what stands around it."""

    number: str
    place: str
    around: str


class NumberSearch:
    """Searches for these numbers, which are in E.164."""

    def __init__(self, numbers: Collection[str]) -> None:
        self._numbers = {national(number).encode(): number for number in numbers}

    def find(self, place: str, data: bytes) -> list[FoundNumber]:
        """Each number that stands there, once."""
        found: dict[str, FoundNumber] = {}
        for where, part in _parts(place, data, DEEPEST):
            for digits, at in _digits(part):
                for number in self._known(digits):
                    around = part[max(0, at - AROUND) : at + AROUND]
                    found.setdefault(number, FoundNumber(number, where, repr(around)))
        return list(found.values())

    def _known(self, digits: bytes) -> Iterator[str]:
        for start in range(len(digits) - DIGITS_OF_A_NUMBER + 1):
            if number := self._numbers.get(digits[start : start + DIGITS_OF_A_NUMBER]):
                yield number


def _digits(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Everything that may be the digits of a number, and where it stands."""
    is_binary = b"\0" in data
    for found in _PLAIN.finditer(data):
        if not _is_in_a_token(data, *found.span()):
            yield found[0], found.start()
    for found in _GROUPED.finditer(data):
        yield from ((digits, found.start()) for digits in _grouped(found[0]))
    for form in (_ONE_BY_ONE, *((_SPLIT,) if is_binary else ())):
        yield from ((re.sub(rb"[^0-9]", b"", found[0]), found.start()) for found in form.finditer(data))
    for form in _ESCAPED:
        yield from ((_unescaped(found[0]), found.start()) for found in form.finditer(data))
    yield from ((found[0][1::2], found.start()) for found in _HEXADECIMAL.finditer(data))
    for found in _FULL_WIDTH.finditer(data):
        yield bytes(each - 0x60 for each in found[0][2::3]), found.start()
    for found in _BASE64.finditer(data):
        yield from ((digits, found.start()) for digits in _of_base64(data, *found.span()))


def _is_in_a_token(data: bytes, start: int, end: int) -> bool:
    token = _TOKEN.search(data, max(0, start - 64), end + 64)
    return token is not None and token.start() <= start and end <= token.end() and not token[0].isdigit()


def _grouped(written: bytes) -> Iterator[bytes]:
    groups = re.findall(rb"[0-9]+", _SEPARATOR.sub(b" ", written))
    for start in range(len(groups)):
        for end in range(start + 2, min(start + 6, len(groups) + 1)):
            if tuple(map(len, groups[start:end])) in _GROUPS:
                yield b"".join(groups[start:end])


def _unescaped(written: bytes) -> bytes:
    return b"".join(
        digit or bytes([int(code)]) for digit, code in _ESCAPED_DIGIT.findall(written.replace(b"&#x", b"x"))
    )


def _of_base64(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """The digits around this. What stands before and after it may be no base64."""
    for before, after in ((4, 4), (4, 0), (0, 4), (0, 0)):
        try:
            decoded = a2b_base64(data[max(0, start - before) : end + after].translate(_URL_SAFE))
        except Error:
            continue
        yield from _PLAIN.findall(decoded)


def _parts(place: str, data: bytes, deepest: int) -> Iterator[tuple[str, bytes]]:
    """The data, and everything that is packed in them."""
    yield place, data
    if deepest:
        for what, packed in _packed(data):
            yield from _parts(f"{place} > {what}", packed, deepest - 1)


def _packed(data: bytes) -> Iterator[tuple[str, bytes]]:
    for found in _BYTES_OF_A_ROW.finditer(data):
        yield f"bytes at {found.start()}", bytes.fromhex(found[1].decode())
    for found in _GZIP.finditer(data):
        yield f"gzip at {found.start()}", _inflated(data, found.start(), zlib.MAX_WBITS | 16)
    for found in _PDF.finditer(data):
        yield f"stream of a PDF at {found.start()}", _inflated(data, found.end(), zlib.MAX_WBITS)
    for found in _ZIP.finditer(data):
        begins = found.end() + sum(int.from_bytes(length, "little") for length in found.groups())
        yield f"file of a ZIP at {found.start()}", _inflated(data, begins, -zlib.MAX_WBITS)


def _inflated(data: bytes, start: int, window: int) -> bytes:
    """As much as there is; empty where nothing is compressed."""
    try:
        return zlib.decompressobj(window).decompress(memoryview(data)[start:], MOST_INFLATED)
    except zlib.error:
        return b""
