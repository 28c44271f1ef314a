"""The forms of the directory: for each kind of entry its fields, with label, hint and control. *Pure.*

What a value may be, and whether it is needed, is not said here: the schema of the directory file says it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from callrouter.directory.directory import CALL_KINDS, MONTHLY
from callrouter.directory.directory_file.entries import EntrySchema
from callrouter.directory.directory_file.schema import CENTER, HELPLINE, LICENSE, LISTING, PARTNER, RATE, SEAT
from callrouter.directory.document import EntryDocument
from callrouter.directory.single_entries.check import FieldPath
from callrouter.directory.single_entries.entry import (
    CENTERS,
    HELPLINES,
    LISTINGS,
    NUMBERS,
    PARTNERS,
    RATES,
    SEATS,
    EntryName,
)
from console.directory.entries.controls import (
    ChoiceControl,
    Control,
    ListControl,
    TextControl,
    WeekControl,
    WholeNumberControl,
)

_TEXT, _WHOLE, _DAY = TextControl(), WholeNumberControl(), TextControl(kind="date")
_ZONE = TextControl(suggestions="zones")
_TELEPHONE = TextControl(telephone=True)
_LANGUAGES = ListControl(has_default=True)
_TELEPHONES = ListControl(telephones=True)
_KEY_HINT = "lower-case words and hyphens; it stays for ever, because calls and charges point at it"
_ZONE_HINT = "such as America/Los_Angeles"


@dataclass(frozen=True, slots=True)
class EntryField:
    """A field of a form. `path` leads to its value in the entry."""

    path: FieldPath
    label: str
    hint: str
    control: Control
    for_ever: bool = False
    """only a new entry has it as a field; later it cannot change"""
    first: bool = False
    """only a new entry has it; later it is edited elsewhere"""

    @property
    def name(self) -> str:
        return "-".join(map(str, self.path))

    def value_in(self, words: Any) -> Any:
        """Its value in an entry. None if there is none."""
        for key in self.path:
            words = words.get(key) if isinstance(words, dict) else None
        return words

    def holds(self, path: FieldPath) -> bool:
        """Whether a fault at this path is about this field."""
        return path[: len(self.path)] == self.path


def _as_it_is(words: EntryDocument) -> EntryDocument:
    return words


def _with_rates(words: EntryDocument) -> EntryDocument:
    """A new partner with the prices that were given, which begin on one day, in one currency."""
    typed = zip(CALL_KINDS, words.get("rates", ()), strict=False)
    shared = (
        {name: words["rates"][0].get(name) for name in ("from", "currency")} if words.get("rates") else {}
    )
    rates = [{"kind": kind, **shared, "price": rate["price"]} for kind, rate in typed if rate["price"]]
    return {**words, "rates": rates}


@dataclass(frozen=True)
class EntryForm:
    """The form of a kind of entry."""

    kind: str
    title: str
    """what one entry is called"""
    schemas: tuple[EntrySchema, ...]
    fields: tuple[EntryField, ...]
    about: str = ""
    """what a person should know before a change"""
    complete: Callable[[EntryDocument], EntryDocument] = _as_it_is
    """what the fields of a new entry stand for in the file"""

    @cached_property
    def needed(self) -> frozenset[str]:
        """The names of the fields that must be filled in."""
        needed = {field.name for schema in self.schemas for field in schema.fields if field.needed}
        return frozenset(field.name for field in self.fields if str(field.path[-1]) in needed)

    def fields_of(self, *, is_new: bool) -> tuple[EntryField, ...]:
        """The fields that are filled in."""
        return tuple(field for field in self.fields if is_new or not (field.for_ever or field.first))

    def named(self, key: str) -> EntryName:
        """An entry of this kind; without a key, a new one."""
        return EntryName(self.kind, key)

    def fixed_fields(self) -> tuple[EntryField, ...]:
        """The values of an entry that cannot change any more."""
        return tuple(field for field in self.fields if field.for_ever)


def _key(example: str) -> EntryField:
    return EntryField(("key",), "Key", f"such as {example}: {_KEY_HINT}", _TEXT, for_ever=True)


FORMS = {
    PARTNERS: EntryForm(
        PARTNERS,
        "partner",
        (PARTNER, LICENSE),
        (
            _key("sunrise"),
            EntryField(("name",), "Name", "the organization, as it stands on invoices", _TEXT),
            EntryField(
                ("status",),
                "Status",
                "only a verified partner gets calls",
                ChoiceControl(
                    {
                        "pending": "pending: not verified yet",
                        "verified": "verified: gets calls",
                        "suspended": "suspended: gets no calls for now",
                        "ended": "ended: gets no calls any more",
                    }
                ),
            ),
            EntryField(("timezone",), "Time zone", f"for its license, rates and months; {_ZONE_HINT}", _ZONE),
            EntryField(
                ("billing_email",), "Billing e-mail", "invoices are sent there", TextControl(kind="email")
            ),
            EntryField(("license", "number"), "License number", "as the state wrote it", _TEXT),
            EntryField(("license", "state"), "License state", "two letters, such as CA", _TEXT),
            EntryField(
                ("license", "expires"),
                "License's last day",
                "no calls once it is over, in the partner's zone",
                _DAY,
            ),
            EntryField(
                ("monthly_ceiling",),
                "Spend cap of a month",
                "in the currency of its rates, such as 1500.00; empty: no cap. A helpline call that would go beyond"
                " skips its seats",
                _TEXT,
            ),
            EntryField(
                ("rates", 0, "price"),
                "Price of a helpline call",
                "such as 35.00; empty: they cost nothing. What the others pay takes one person",
                _TEXT,
                first=True,
            ),
            EntryField(
                ("rates", 1, "price"),
                "Price of a listing call",
                "such as 20.00; empty: they cost nothing. Later prices, and a monthly fee, take a second person",
                _TEXT,
                first=True,
            ),
            EntryField(("rates", 0, "from"), "Prices begin on", "in the partner's zone", _DAY, first=True),
            EntryField(("rates", 0, "currency"), "Currency of the prices", "such as USD", _TEXT, first=True),
        ),
        complete=_with_rates,
        about="A change of the spend cap or the time zone of a partner that pays takes a second person, and so does"
        " a status that ends or begins its monthly fee. Suspending takes one.",
    ),
    RATES: EntryForm(
        RATES,
        "rate",
        (RATE,),
        (
            EntryField(
                ("kind",),
                "For",
                "",
                ChoiceControl(
                    {
                        CALL_KINDS[0]: "helpline: a call by rotation",
                        CALL_KINDS[1]: "listing: a call to its own number",
                        MONTHLY: "monthly: a flat fee a month",
                    }
                ),
            ),
            EntryField(
                ("from",),
                "From",
                "the first day, in the partner's zone; the latest that has begun counts",
                _DAY,
            ),
            EntryField(("price",), "Price", "such as 35.00", _TEXT),
            EntryField(("currency",), "Currency", "such as USD; one for all rates of a partner", _TEXT),
            EntryField(("minimum_seconds",), "Shortest charged call", "seconds; empty: 30", _WHOLE),
            EntryField(
                ("repeat_days",), "Days without a second charge", "for the same caller; empty: 30", _WHOLE
            ),
            EntryField(("free_calls",), "Free calls of a month", "empty: none", _WHOLE),
        ),
        "What a partner pays that has rates is changed by two people: nothing is in force until another person has"
        " approved it. A monthly fee has none of the last three fields.",
    ),
    CENTERS: EntryForm(
        CENTERS,
        "center",
        (CENTER,),
        (
            _key("sunrise-la"),
            EntryField(
                ("partner",),
                "Partner",
                "the key of the partner that it belongs to, for ever",
                TextControl(suggestions=PARTNERS),
                for_ever=True,
            ),
            EntryField(("name",), "Name", "it is spoken to callers", _TEXT),
            EntryField(
                ("phone",),
                "Telephone",
                "the number that rings there, or sip:…; never one of ours",
                _TELEPHONE,
            ),
            EntryField(("timezone",), "Time zone", f"of its hours; {_ZONE_HINT}", _ZONE),
            EntryField(
                ("hours",),
                "Hours",
                "when helplines may ring it; a listing reaches it at any hour",
                WeekControl(),
            ),
            EntryField(("ring_seconds",), "Rings for", "seconds, 5 to 120; empty: 20", _WHOLE),
            EntryField(
                ("screening",),
                "Screening",
                "",
                ChoiceControl(
                    {
                        "none": "none: whoever picks up has the call",
                        "press-1": "press-1: who picks up takes the call with key 1, so that no voicemail does",
                    }
                ),
            ),
            EntryField(
                ("max_concurrent",),
                "Calls at a time",
                "by listings and helplines together; empty: no limit",
                _WHOLE,
            ),
            EntryField(
                ("pause_after_missed",),
                "Pauses after missed calls",
                "so many in an hour pause its seats for an hour; 0 or empty: never",
                _WHOLE,
            ),
            EntryField(
                ("languages",), "Languages", "two letters each, such as en, es; empty: en", _LANGUAGES
            ),
        ),
    ),
    LISTINGS: EntryForm(
        LISTINGS,
        "listing",
        (LISTING,),
        (
            _key("sunrise-la-page"),
            EntryField(
                ("center",),
                "Center",
                "the key of the center that its numbers reach, for ever",
                TextControl(suggestions=CENTERS),
                for_ever=True,
            ),
            EntryField(
                ("numbers",),
                "Numbers",
                "of ours, with commas between them; a call reaches the center or nobody",
                _TELEPHONES,
            ),
            EntryField(
                ("helpline",),
                "Helpline",
                "that a caller may ask for when nobody answers; empty: the first one",
                TextControl(suggestions=HELPLINES),
            ),
        ),
    ),
    HELPLINES: EntryForm(
        HELPLINES,
        "helpline",
        (HELPLINE, SEAT),
        (
            _key("national"),
            EntryField(("name",), "Name", "it is spoken to callers", _TEXT),
            EntryField(("numbers",), "Numbers", "of ours, with commas between them", _TELEPHONES),
            EntryField(("timezone",), "Time zone", f"of the days and months of caps; {_ZONE_HINT}", _ZONE),
            EntryField(
                ("max_wait_seconds",),
                "Longest wait",
                "seconds, 10 to 600, from the call's arrival to the end of the last attempt; empty: 90",
                _WHOLE,
            ),
            EntryField(
                ("languages",),
                "Languages",
                "the first is the greeting's, key 2 is the second; empty: en, es",
                _LANGUAGES,
            ),
            EntryField(
                ("seats", 0, "center"),
                "First seat",
                "the key of a center; more seats are added once the helpline is there",
                TextControl(suggestions=CENTERS),
                first=True,
            ),
        ),
    ),
    SEATS: EntryForm(
        SEATS,
        "seat",
        (SEAT,),
        (
            EntryField(("center",), "Center", "its key", TextControl(suggestions=CENTERS), for_ever=True),
            EntryField(("weight",), "Weight", "its share of the calls of its tier; empty: 1", _WHOLE),
            EntryField(
                ("tier",), "Tier", "tier 2 is rung only when nobody of tier 1 can be; empty: 1", _WHOLE
            ),
            EntryField(
                ("states",),
                "Callers' states",
                "two letters each, such as CA, NV; empty: all",
                ListControl(upper=True),
            ),
            EntryField(("daily_cap",), "Calls a day, at most", "accepted ones; empty: no limit", _WHOLE),
            EntryField(("monthly_cap",), "Calls a month, at most", "accepted ones; empty: no limit", _WHOLE),
        ),
        "Another weight, tier or cap takes a second person. Other states, and taking a seat off, take one.",
    ),
    NUMBERS: EntryForm(
        NUMBERS,
        "number",
        (),
        (
            EntryField(
                ("number",), "Number", "one of ours, such as +1 844 561 0606", _TELEPHONE, for_ever=True
            ),
            EntryField(
                ("listing",),
                "Listing",
                "whose center it reaches; empty if it is a helpline's",
                TextControl(suggestions=LISTINGS),
            ),
            EntryField(
                ("helpline",),
                "Helpline",
                "that it reaches; empty if it is a listing's",
                TextControl(suggestions=HELPLINES),
            ),
        ),
        "A number that was another partner's or a helpline's within 30 days takes a second person.",
    ),
}
