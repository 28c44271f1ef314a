"""The types of all values that an audit reads from an export. A record without them is named, and not read. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callrouter.billing.model import ADJUSTMENT, CHARGE, CREDIT, CREDIT_REVERSAL, FEE, PAYMENT
from callrouter.blindness.value_types import (
    ValueType,
    is_count,
    is_currency,
    is_day,
    is_hex,
    is_integer,
    is_moment,
    is_month,
    is_number,
    is_text,
    is_truth,
    is_weight,
    json_text,
    list_of,
    object_of,
    object_with,
    one_of,
    optional,
    row_of,
)
from callrouter.routing.give_back import GIVEN_BACK, KEPT, UNDONE

Types = Mapping[str, ValueType]
_OF_CALLS = CHARGE, CREDIT, CREDIT_REVERSAL
_LINEUP = json_text(
    object_with(
        candidates=list_of(row_of(is_text, is_weight, is_integer, list_of(is_text))),
        skipped=object_of(is_text),
    )
)
_COLUMNS = json_text(object_of(object_of(is_text)))

RECORD_TYPES: Mapping[str, Types] = {
    "schema_statement": {"id": is_number, "stated_at": is_moment, "digest": is_text, "document": _COLUMNS},
    "directory_version": {
        "version": is_number,
        "loaded_at": is_moment,
        "loaded_by": optional(is_text),
        "approved_by": optional(is_text),
        "reason": optional(is_text),
        "digest": is_text,
    },
    "decision": {
        "id": is_number,
        "helpline": is_text,
        "number": is_number,
        "call": is_text,
        "attempt": is_integer,
        "for_promise": is_truth,
        "decided_at": is_moment,
        "day": is_day,
        "directory_version": is_integer,
        "lineup": is_text,
        "state": is_text,
        "language": is_text,
        "passed_over": json_text(list_of(row_of(is_text, is_text))),
        "center": optional(is_text),
    },
    "decision_result": {
        "id": is_number,
        "helpline": is_text,
        "number": is_number,
        "what": one_of(GIVEN_BACK, UNDONE, KEPT),
        "after": is_number,
    },
    "center_pause": {
        "id": is_number,
        "center": is_text,
        "at": is_moment,
        "until": optional(is_moment),
        "reason": optional(is_text),
    },
    "connection_record": {
        "id": is_number,
        "call": is_text,
        "attempt": is_integer,
        "returned": is_truth,
        "center": is_text,
        "partner": is_text,
        "kind": is_text,
        "dialed_number": is_text,
        "arrived_at": is_moment,
        "began_at": is_moment,
        "talk_seconds": is_count,
        "directory_version": is_integer,
        "simulated": is_truth,
        "caller": optional(is_hex),
    },
    "ledger_entry": {
        "id": is_number,
        "entry_type": one_of(CHARGE, CREDIT, CREDIT_REVERSAL, ADJUSTMENT, PAYMENT, FEE),
        "partner": is_text,
        "call": optional(is_text),
        "center": optional(is_text),
        "helpline": optional(is_text),
        "kind": is_text,
        "amount": is_integer,
        "currency": is_currency,
        "reverses": optional(is_number),
        "rule": optional(is_text),
        "reason": optional(is_text),
        "person": optional(is_text),
        "posted_at": is_moment,
        "day": is_day,
        "period": is_month,
        "arrived_at": optional(is_moment),
        "simulated": is_truth,
    },
}
"""by source; of others nothing is read"""
ATTACHMENT_TYPES: Mapping[str, Types] = {
    "directory_version": {"document": is_text},
    "decision": {"lineup": optional(_LINEUP)},
    "connection_record": {"caller": optional(is_hex), "caller_salt": optional(is_hex)},
}
"""what goes with a record on its line"""


def wrong_values(source: str, line: Mapping[str, Any]) -> list[str]:
    """The names of the values that are missing or have another type, of the record and of its attachments."""
    record: Mapping[str, Any] = line["record"]
    wrong = {
        *_wrong(record, RECORD_TYPES[source]),
        *_wrong(line, ATTACHMENT_TYPES.get(source, {})),
        *_out_of_place(source, record),
    }
    return sorted(wrong)


def _wrong(values: Mapping[str, Any], types: Types) -> list[str]:
    return [name for name, has_type in types.items() if not has_type(values.get(name))]


def _out_of_place(source: str, record: Mapping[str, Any]) -> list[str]:
    """What an entry of the ledger must have, or must not, by its type. The ledger's table has the same conditions.

    A credit of nobody and by no rule would be in no list of the report.
    """
    if source != "ledger_entry":
        return []
    entry_type, has = record.get("entry_type"), {name for name in record if record[name] is not None}
    conditions = {
        "call": entry_type in _OF_CALLS,
        "arrived_at": entry_type in _OF_CALLS,
        "reverses": entry_type in (CREDIT, CREDIT_REVERSAL),
        "rule": entry_type == CREDIT and "person" not in has,
    }
    wrong = [name for name, is_needed in conditions.items() if (name in has) is not is_needed]
    lacks_person = entry_type in (ADJUSTMENT, PAYMENT) and "person" not in has
    return [*wrong, "person"] if lacks_person else wrong
