"""The keys of the directory file, with values, limits and examples. *Pure.*

`directory.schema.json` says the same to editors. A test compares the two.
"""

from __future__ import annotations

from callrouter.directory.directory import RATE_KINDS
from callrouter.directory.directory_file import values
from callrouter.directory.directory_file.entries import EntrySchema, Field
from callrouter.directory.directory_file.lists import part, parts, several

_ZONE = "America/Los_Angeles"

LICENSE = EntrySchema(
    "license",
    (
        Field("number", values.text, '"190001AP"', needed=True),
        Field("state", values.state, "CA", needed=True),
        Field("expires", values.day, "2027-06-30", needed=True),
    ),
)

RATE = EntrySchema(
    "rate",
    (
        Field("kind", values.one_of(*RATE_KINDS), "helpline", needed=True),
        Field("from", values.day, "2026-01-01", needed=True),
        Field("price", values.price, '"35.00"', needed=True),
        Field("currency", values.currency, "USD", needed=True),
        Field("minimum_seconds", values.whole(0, 14_400, "seconds"), "30"),
        Field("repeat_days", values.whole(0, 3_650, "days"), "30"),
        Field("free_calls", values.whole(0, 1_000_000, "calls"), "10"),
    ),
)

PARTNER = EntrySchema(
    "partner",
    (
        Field("key", values.key, "sunrise", needed=True),
        Field("name", values.name, "Sunrise Recovery LLC", needed=True),
        Field("status", values.one_of("pending", "verified", "suspended", "ended"), "verified", needed=True),
        Field("timezone", values.timezone, _ZONE, needed=True),
        Field("billing_email", values.mail, "billing@sunrise.example"),
        Field("license", part(LICENSE), "{number: 190001AP, state: CA, expires: 2027-06-30}", needed=True),
        Field(
            "rates",
            parts(RATE, named_by=""),
            '[{kind: helpline, from: 2026-01-01, price: "35.00", currency: USD}]',
        ),
        Field("monthly_ceiling", values.price, '"1500.00"'),
    ),
)

CENTER = EntrySchema(
    "center",
    (
        Field("key", values.key, "sunrise-la", needed=True),
        Field("partner", values.key, "sunrise", needed=True),
        Field("name", values.name, "Sunrise Los Angeles", needed=True),
        Field("phone", values.phone, '"+13105550101"', needed=True),
        Field("timezone", values.timezone, _ZONE, needed=True),
        Field("hours", values.hours, '"Mo-Fr 08:00-20:00; PH off"'),
        # The carrier rings for 5 seconds at least.
        Field("ring_seconds", values.whole(5, 120, "seconds"), "20"),
        Field("screening", values.one_of("press-1", "none"), "press-1"),
        Field("max_concurrent", values.whole(1, 10_000, "calls"), "3"),
        Field("pause_after_missed", values.whole(0, 1_000, "calls"), "3"),
        Field("languages", several(values.language, at_least=1), "[en, es]"),
    ),
)

LISTING = EntrySchema(
    "listing",
    (
        Field("key", values.key, "sunrise-la-page", needed=True),
        Field("center", values.key, "sunrise-la", needed=True),
        Field("numbers", several(values.own_number, at_least=1), '["+13235550111"]', needed=True),
        Field("helpline", values.key, "national"),
    ),
)

SEAT = EntrySchema(
    "seat",
    (
        Field("center", values.key, "sunrise-la", needed=True),
        Field("weight", values.whole(1, 1_000, "shares"), "1"),
        Field("tier", values.whole(1, 9, "tiers"), "1"),
        Field("states", several(values.state), "[CA, NV]"),
        Field("daily_cap", values.whole(0, 1_000_000, "calls"), "20"),
        Field("monthly_cap", values.whole(0, 1_000_000, "calls"), "300"),
    ),
)

HELPLINE = EntrySchema(
    "helpline",
    (
        Field("key", values.key, "national", needed=True),
        Field("name", values.name, "Addiction Helpline America", needed=True),
        Field("numbers", several(values.own_number, at_least=1), '["+18445610606"]', needed=True),
        Field("timezone", values.timezone, "America/New_York", needed=True),
        Field("max_wait_seconds", values.whole(10, 600, "seconds"), "90"),
        Field("languages", several(values.spoken_language, at_least=1), "[en, es]"),
        Field("seats", parts(SEAT, named_by="center", at_least=1), "[{center: sunrise-la}]", needed=True),
    ),
)

FILE = EntrySchema(
    "directory file",
    (
        Field("partners", parts(PARTNER, named_by="key"), "[{key: sunrise, …}]"),
        Field("centers", parts(CENTER, named_by="key"), "[{key: sunrise-la, …}]"),
        Field("listings", parts(LISTING, named_by="key"), "[{key: sunrise-la-page, …}]"),
        Field("helplines", parts(HELPLINE, named_by="key"), "[{key: national, …}]"),
        # Editors find a JSON file's schema by this key.
        Field("$schema", values.text, "directory.schema.json"),
    ),
)
