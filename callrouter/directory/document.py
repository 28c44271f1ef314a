"""Converts a directory to plain values as in its file, and to the text that a version is stored as. *Pure.*"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from callrouter.directory.directory import Center, Directory, Helpline, License, Listing, Partner, Rate, Seat
from callrouter.money import Money, parse_amount

EntryDocument = dict[str, Any]
Entry = Partner | Center | Listing | Helpline

PER_CALL_TERMS = ("minimum_seconds", "repeat_days", "free_calls")
"""the keys of a rate that are about single calls"""

_ELSEWHERE = ("spend_cap_minor",)
"""what the file writes differently"""

_NAMES = {
    kind: tuple(field.name for field in fields(kind) if field.name not in _ELSEWHERE)
    for kind in (Partner, License, Center, Listing, Helpline, Seat)
}


def to_document(directory: Directory) -> str:
    """The directory as one text. The same directory always gives the same text.

    Defaults are written out, so that an old version keeps its meaning when a default changes.
    """
    return json.dumps(in_words(directory), ensure_ascii=False, separators=(",", ":"))


def from_document(text: str, version: int) -> Directory:
    """The directory that `to_document` wrote."""
    return from_sections(json.loads(text), version)


def in_words(directory: Directory) -> EntryDocument:
    """The sections of the file in order, with every key."""
    return {
        "partners": [_partner_in_words(partner) for partner in directory.partners.values()],
        "centers": [_written(center) for center in directory.centers.values()],
        "listings": [_written(listing) for listing in directory.listings.values()],
        "helplines": [_helpline_in_words(helpline) for helpline in directory.helplines.values()],
    }


def entry_document(entry: Entry) -> EntryDocument:
    """One entry as the file has it, with every key."""
    if isinstance(entry, Partner):
        return _partner_in_words(entry)
    return _helpline_in_words(entry) if isinstance(entry, Helpline) else _written(entry)


def from_sections(words: Mapping[str, Any], version: int = 0) -> Directory:
    """The directory of sections with valid values. Missing keys get their defaults."""
    return Directory(
        version,
        {entry["key"]: _partner(entry) for entry in words.get("partners", ())},
        {entry["key"]: Center(**_tuples(entry, "languages")) for entry in words.get("centers", ())},
        {entry["key"]: Listing(**_tuples(entry, "numbers")) for entry in words.get("listings", ())},
        {entry["key"]: helpline_from_words(entry) for entry in words.get("helplines", ())},
    )


def _written(entry: Any) -> EntryDocument:
    return {name: getattr(entry, name) for name in _NAMES[type(entry)]}


def _partner_in_words(partner: Partner) -> EntryDocument:
    license = {**_written(partner.license), "expires": partner.license.expires.isoformat()}
    written = {**_written(partner), "license": license}
    written["rates"] = [_rate_in_words(rate) for rate in partner.rates]
    return {**written, "monthly_ceiling": _ceiling_in_words(partner)}


def _ceiling_in_words(partner: Partner) -> str | None:
    """In the currency of the rates; without a rate the file allows no ceiling."""
    if partner.spend_cap_minor is None or partner.currency is None:
        return None
    return Money(partner.spend_cap_minor, partner.currency).decimal()


def _rate_in_words(rate: Rate) -> EntryDocument:
    words = {
        "kind": rate.kind,
        "from": rate.begins.isoformat(),
        "price": Money(rate.price_minor, rate.currency).decimal(),
        "currency": rate.currency,
    }
    return words if rate.is_flat else {**words, **{name: getattr(rate, name) for name in PER_CALL_TERMS}}


def _helpline_in_words(helpline: Helpline) -> EntryDocument:
    return {**_written(helpline), "seats": [_written(seat) for seat in helpline.seats]}


def _tuples(words: EntryDocument, *names: str) -> EntryDocument:
    return {**words, **{name: tuple(words[name]) for name in names if name in words}}


def _partner(words: EntryDocument) -> Partner:
    license = {**words["license"], "expires": date.fromisoformat(words["license"]["expires"])}
    rates = tuple(_rate(rate) for rate in words.get("rates", ()))
    others = {name: value for name, value in words.items() if name != "monthly_ceiling"}
    partner = Partner(**{**others, "license": License(**license), "rates": rates})
    ceiling = words.get("monthly_ceiling")
    if ceiling is None or partner.currency is None:
        return partner
    return replace(partner, spend_cap_minor=parse_amount(ceiling, partner.currency))


def _rate(words: EntryDocument) -> Rate:
    others = {name: value for name, value in words.items() if name not in ("from", "price")}
    price = parse_amount(words["price"], words["currency"])
    return Rate(begins=date.fromisoformat(words["from"]), price_minor=price, **others)


def helpline_from_words(words: EntryDocument) -> Helpline:
    """One helpline. Missing keys get their defaults."""
    seats = tuple(Seat(**_tuples(seat, "states")) for seat in words["seats"])
    return Helpline(**{**_tuples(words, "numbers", "languages"), "seats": seats})
