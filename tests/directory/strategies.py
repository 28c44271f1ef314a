"""Random directories that the file allows, with hostile names."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from callrouter.directory.directory import (
    MONTHLY,
    RATE_KINDS,
    Center,
    Directory,
    Helpline,
    License,
    Listing,
    Partner,
    Rate,
    Seat,
)
from callrouter.directory.directory_file.values import STATES
from callrouter.directory.document import PER_CALL_TERMS
from callrouter.money import MINOR_UNITS
from tests.directories import number_of

LONGEST_NAME = 100
HOSTILE = [
    "</Say><Dial>",
    "&amp;",
    "a \"b\" 'c'",
    "\u202eeman",
    "- x",
    "# no",
    "yes",
    "2026-01-01",
    "1e3",
    "~",
    "a: b",
]
HOSTILE += [
    "\x01\x1b[31m",
    "\x85\u2028\u2029\ufeff",
    "{a}",
    "\\u0041\\",
    " lead and trail ",
    "x" * 10_000,
    "\U0001f600",
]

keys = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1).filter(
        str.strip
    ),
)
names = st.one_of(
    st.sampled_from([text for text in HOSTILE if text.isprintable() and len(text) <= LONGEST_NAME]),
    st.text(st.characters(blacklist_categories=["C", "Z"], whitelist_characters=" "), min_size=1)
    .map(lambda text: text[:LONGEST_NAME])
    .filter(lambda text: text.strip() and text.isprintable()),
)
"""are spoken; other texts may be anything"""
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
zones = st.sampled_from(
    ["America/New_York", "Pacific/Honolulu", "America/Kentucky/Louisville", "Asia/Kathmandu"]
)
hours = st.sampled_from(
    ["24/7", "off", "Mo-Fr 08:00-20:00; PH off", "Mo-Su 18:00-08:00", '10:00-12:00 open "by call"']
)
states = st.lists(st.sampled_from(sorted(STATES)), unique=True, max_size=4).map(tuple)
languages = st.lists(st.sampled_from(["en", "es", "no", "on"]), unique=True, min_size=1).map(tuple)
caps = st.none() | st.integers(0, 1000)


def terms(kind: str) -> st.SearchStrategy[dict[str, int]]:
    """What a rate says of single calls; a flat fee says nothing."""
    counts = st.integers(0, 100)
    return st.fixed_dictionaries({} if kind == MONTHLY else dict.fromkeys(PER_CALL_TERMS, counts))


@st.composite
def partners(draw: Any, key: str) -> Partner:
    currency = draw(st.sampled_from(list(MINOR_UNITS)))
    begins = draw(st.lists(st.tuples(st.sampled_from(RATE_KINDS), days), unique=True, max_size=3))
    prices = st.integers(0, 1_000_000)
    rates = tuple(Rate(kind, day, draw(prices), currency, **draw(terms(kind))) for kind, day in begins)
    has_calls = any(not rate.is_flat for rate in rates)
    return Partner(
        key,
        draw(names),
        draw(st.sampled_from(["pending", "verified", "suspended", "ended"])),
        draw(zones),
        License(draw(texts), draw(st.sampled_from(sorted(STATES))), draw(days)),
        draw(st.sampled_from(["", "billing@sunrise.example"])),
        rates,
        draw(st.none() | prices) if has_calls else None,
    )


@st.composite
def centers(draw: Any, key: str, partner_keys: list[str]) -> Center:
    return Center(
        key,
        draw(st.sampled_from(partner_keys)),
        draw(names),
        draw(st.sampled_from([number_of(f"center {key}"), f"sip:{key}@sunrise.example"])),
        draw(zones),
        draw(hours),
        draw(st.integers(5, 45)),
        draw(st.sampled_from(["press-1", "none"])),
        draw(st.none() | st.integers(1, 50)),
        draw(st.integers(0, 50)),
        draw(languages),
    )


@st.composite
def helplines(draw: Any, key: str, center_keys: list[str]) -> Helpline:
    seated = draw(st.lists(st.sampled_from(center_keys), unique=True, min_size=1))
    weights, tiers = st.integers(1, 1000), st.integers(1, 9)
    seats = (Seat(c, draw(weights), draw(tiers), draw(states), draw(caps), draw(caps)) for c in seated)
    return Helpline(
        key,
        draw(names),
        (number_of(f"helpline {key}"),),
        draw(zones),
        draw(st.integers(60, 600)),
        tuple(seats),
        draw(st.sampled_from([("en", "es"), ("es",), ("es", "en")])),
    )


@st.composite
def directories(draw: Any) -> Directory:
    """A directory of a few entries; it may have no helpline, or nothing at all."""
    partner_keys, center_keys, listing_keys, helpline_keys = (
        draw(st.lists(keys, unique=True, min_size=least, max_size=4)) for least in (1, 1, 0, 0)
    )
    lines = {key: draw(helplines(key, center_keys)) for key in helpline_keys}
    of_listing = st.sampled_from([None, *helpline_keys])
    pages = {
        key: Listing(
            key, draw(st.sampled_from(center_keys)), (number_of(f"listing {key}"),), draw(of_listing)
        )
        for key in listing_keys
    }
    return Directory(
        0,
        {key: draw(partners(key)) for key in partner_keys},
        {key: draw(centers(key, partner_keys)) for key in center_keys},
        pages,
        lines,
    )
