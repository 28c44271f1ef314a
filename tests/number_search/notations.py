"""Seeded numbers of callers, and the ways in which people and programs write a number."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from random import Random

AREA_CODES = ("212", "305", "312", "404", "415", "503", "602", "617", "702", "713", "808", "907")
ABROAD = ("+4420", "+5255", "+9198", "+4915")
"""where a national number has ten digits"""
EXCHANGES = range(220, 990)


def seeded_numbers(count: int, seed: int) -> tuple[str, ...]:
    """So many different numbers in E.164, one in twenty from abroad. None is one that tests use elsewhere (555)."""
    luck, numbers = Random(seed), dict[str, None]()
    while len(numbers) < count:
        numbers[_abroad(luck) if luck.random() < 0.05 else _american(luck)] = None
    return tuple(numbers)


def _american(luck: Random) -> str:
    exchange = luck.choice([each for each in EXCHANGES if each != 555 and each % 100 != 11])
    return f"+1{luck.choice(AREA_CODES)}{exchange}{luck.randrange(10_000):04}"


def _abroad(luck: Random) -> str:
    prefix = luck.choice(ABROAD)
    return prefix + "".join(str(luck.randrange(2, 10)) for _ in range(13 - len(prefix)))


def national(number: str) -> str:
    """Its digits without the code of the country."""
    return number[2:] if number.startswith("+1") else number[3:]


def typed_notations(number: str) -> Iterator[str]:
    """As staff type or paste it into a search."""
    digits = national(number)
    yield from (number, f"tel:{number}", f" {number} ", number.replace("+", "00", 1))
    if number.startswith("+1"):
        area, exchange, line = digits[:3], digits[3:6], digits[6:]
        yield from (
            digits,
            f"1{digits}",
            f"({area}) {exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}",
            f"{area} {exchange} {line}",
            f"+1 {area} {exchange} {line}",
            f"1-{area}-{exchange}-{line}",
            f"011 1 {area} {exchange} {line}",
            f"{area}\u2013{exchange}\u2013{line}",
            digits.translate({ord("0") + each: 0xFF10 + each for each in range(10)}),
        )


def written_notations(number: str) -> Iterator[bytes]:
    """As a program may have written it somewhere; of each a search has to find the number."""
    digits = national(number)
    yield from (text.encode() for text in typed_notations(number))
    yield from (digits.encode("utf-16-le"), number.encode("utf-16-be"))
    yield from ("".join(f"%{ord(sign):02x}" for sign in number).encode(), number.replace("+", "%2B").encode())
    yield "".join(f"\\u{ord(sign):04x}" for sign in number).encode()
    yield "".join(f"&#{ord(sign)};" for sign in number).encode()
    yield " ".join(digits).encode()
    yield ", ".join(digits).encode()
    yield number.encode().hex().encode()
    yield from (b64encode(b"x" * before + number.encode() + b"yz") for before in range(3))
    yield from (b64encode(b'{"From":"' + b" " * before + digits.encode() + b'"}') for before in range(3))
