"""No telephone number gets past the mask, and nothing else is masked."""

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.masking import MASK, masked

national = st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)
gaps = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011"])
beside = st.sampled_from(["", " ", ",", "'", '"', "(", ")", "=", "&", ":", ";", "<", ">", "/", "\n", "tel:"])


@st.composite
def north_american(draw: st.DrawFn) -> str:
    number, gap = draw(national), draw(gaps)
    country = draw(st.sampled_from(["", "1", "+1", "%2B1"]))
    area = draw(st.sampled_from(["{}", "({})"])).format(number[:3])
    return gap.join([country, area, number[3:6], number[6:]] if country else [area, number[3:6], number[6:]])


@st.composite
def international(draw: st.DrawFn) -> str:
    plus = draw(st.sampled_from(["+", "%2B", "%2b"]))
    number = draw(st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True))
    cut = draw(st.integers(1, 3))
    return plus + draw(gaps).join([number[:cut], number[cut : cut + 3], number[cut + 3 :]])


@given(st.one_of(north_american(), international()), beside, beside)
def test_a_number_is_masked_wherever_it_stands(number: str, before: str, after: str) -> None:
    text = masked(f"{before}{number}{after}")
    assert MASK in text
    assert sum(character.isdigit() for character in text) == 0


@given(north_american())
def test_a_number_is_masked_however_deep_it_lies(number: str) -> None:
    event = {"legs": [{"to": number}, (number,)], number: {number}, "error": ValueError(f"bad {number}")}
    assert number not in json.dumps(masked(event), ensure_ascii=False)


@given(st.text())
def test_masking_again_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


offsets = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
HARMLESS = st.one_of(
    st.from_regex(r"(CA|AC|RE|SM|PN)[0-9a-f]{32}", fullmatch=True),
    st.from_regex(r"(CA|AC|RE)[0-9]{32}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{40}|[0-9a-f]{64}", fullmatch=True),
    st.uuids().map(str),
    st.datetimes(timezones=offsets).map(datetime.isoformat),
    st.integers(1_000_000_000, 1_999_999_999).map(str),
    st.integers(1_000_000_000_000, 1_999_999_999_999).map(str),
    st.floats(1e9, 1.99e9).map(lambda seconds: f"{seconds:.6f}"),
    st.floats(0, 1e6).map(lambda seconds: f"{seconds:.12f}"),
    st.ip_addresses().map(str),
    st.ip_addresses(v=4).map(lambda address: f"{address}:54321"),
    st.decimals(0, 99_999, places=2).map(str),
)


@given(HARMLESS)
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    assert masked(f"of {text}, so") == f"of {text}, so"


@pytest.mark.parametrize(
    "text",
    [
        "CA13105550101131055501011310555010",
        "12345678-1234-4123-8123-123456789012",
        "99999999-9999-4999-9999-999999999999",
        "2026-11-23T22:05:30.123456Z",
        "2026-11-23 22:05:30+10:00",
        "20261123220530",
        "1763935530",
        "1763935530.310555",
        "1763935530123",
        "in 0.3105550101s",
        "in 00:13:28.123456",
        "of 2026-11-30T00:13:28.123456+00:11",
        "audit 000000000006",
        "192.168.100.200:54321",
        "2001:db8::1234:5678:9012",
        "12,345,678.90 USD",
        "+25.00",
        "+1 310 ••• ••88",
        "pid 4194304, port 65535",
    ],
)
def test_these_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("From=%2B13105550101&To=%2B18445610606", f"From={MASK}&To={MASK}"),
        ("called 1 (310) 555-0101.", f"called {MASK}."),
        ("13105550101,3105550102", f"{MASK},{MASK}"),
        ("sip:+442079460958@example.org", f"sip:{MASK}@example.org"),
        ("parameters: ('+2562533', 7)", f"parameters: ('{MASK}', 7)"),
        ("310 5550101 or 310555-0101", f"{MASK} or {MASK}"),
        ("001 310 555 0101 or 0013105550101 asked", f"{MASK} or {MASK} asked"),
        ("011 44 20 7946 0958, 0044 20 7946 0958", f"{MASK}, {MASK}"),
        ("of ６０２２２９３５４８, + ٣١٠٥٥٥٠١٠١", f"of {MASK}, {MASK}"),
        ("called by 442079460958", f"called by {MASK}"),
        ("%28310%29%20555-0101 %223105550101%22", f"{MASK} %22{MASK}%22"),
    ],
)
def test_these_are_masked(text: str, told: str | None) -> None:
    assert masked(text) == told


def test_plain_values_keep_their_type() -> None:
    values = [None, True, 7, 1763935530, 12.5]
    assert masked(values) == values


def test_other_values_are_told_as_text() -> None:
    at = datetime(2026, 11, 23, 22, 5, 30, tzinfo=UTC)
    assert masked([Decimal("35.00"), at, uuid.UUID(int=7)]) == [
        "35.00",
        "2026-11-23 22:05:30+00:00",
        "00000000-0000-0000-0000-000000000007",
    ]
    assert masked([IPv4Address("127.0.0.1"), IPv6Address("::1")]) == ["127.0.0.1", "::1"]
