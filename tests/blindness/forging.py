"""What somebody who has the log's private key can do to an export: change it, and sign all of it anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from callrouter.evidence.append import SigningKey
from callrouter.evidence.offline_verifier import TreePeaks, canonical, commitment, leaf_hash
from tests.evidence.logs import KEY, signed_head

Line = dict[str, Any]
Lines = list[Line]
Forgery = Callable[[Lines, Random], str]
"""changes the lines; returns what must be named"""


def parsed(exported: Iterable[bytes]) -> Lines:
    return [json.loads(line) for line in exported]


def written(lines: Lines) -> list[bytes]:
    return [canonical(line) + b"\n" for line in lines]


def signed_anew(lines: Lines, key: SigningKey = KEY) -> list[bytes]:
    """The export with a head of its own records."""
    tree = TreePeaks()
    for line in lines[1:]:
        tree.add(leaf_hash(commitment(bytes.fromhex(line["salt"]), line["record"])))
    first = {**lines[0], "checkpoint": signed_head(len(lines) - 1, tree.root(), key)}
    return written([first, *lines[1:]])


def of(lines: Lines, source: str, **values: Any) -> Lines:
    """The lines of a source with these values."""
    return [
        line
        for line in lines[1:]
        if line["record"]["source"] == source
        and all(line["record"][name] == value for name, value in values.items())
    ]


def picks_another(lines: Lines, chance: Random) -> str:
    line = chance.choice([line for line in of(lines, "decision") if line["record"]["center"]])
    record = line["record"]
    others = {each["record"]["center"] for each in of(lines, "decision", helpline=record["helpline"])}
    record["center"] = chance.choice(sorted(others - {record["center"], None}))
    return f"{record['helpline']} {record['number']}"


def picks_nobody(lines: Lines, chance: Random) -> str:
    record = chance.choice([line for line in of(lines, "decision") if line["record"]["center"]])["record"]
    record["center"] = None
    return f"{record['helpline']} {record['number']}"


def skips_one_more(lines: Lines, chance: Random) -> str:
    """Whoever was picked is said to have been paused, and the next one was picked."""
    line = chance.choice([line for line in of(lines, "decision") if line["record"]["center"]])
    record = line["record"]
    skipped = [*json.loads(record["passed_over"]), [record["center"], "paused by staff"]]
    record["passed_over"] = json.dumps(skipped)
    return f"{record['helpline']} {record['number']}"


def connects_a_listing_elsewhere(lines: Lines, chance: Random) -> str:
    """With the charge, so that only the listing tells."""
    record = chance.choice(of(lines, "connection_record", kind="listing"))["record"]
    record["center"] = "harbor-sd"
    return str(record["call"])


def leaves_a_decision_out(lines: Lines, chance: Random) -> str:
    numbers = [line["record"]["number"] for line in of(lines, "decision", helpline="national")]
    number = chance.choice([each for each in numbers if each < max(numbers)])
    [line] = of(lines, "decision", helpline="national", number=number)
    _remove(lines, line)
    return f"national {number}"


def inserts_a_decision(lines: Lines, chance: Random) -> str:
    line = chance.choice(of(lines, "decision", helpline="national"))
    again = {**line, "record": {**line["record"], "id": 10_000, "call": "CAforged"}}
    lines.insert(lines.index(line) + 1, again)
    return f"national {line['record']['number']}"


def forgets_that_it_was_undone(lines: Lines, chance: Random) -> str:
    """The credits are others from then on, so some later pick does not follow."""
    first = min(of(lines, "decision_result", what="undone"), key=lambda line: line["record"]["after"])
    _remove(lines, first)
    return first["record"]["helpline"]


def changes_a_lineup(lines: Lines, chance: Random) -> str:
    """A seat gets another weight for the decisions of one lineup."""
    line = chance.choice(
        [line for line in of(lines, "decision") if '"candidates":[[' in line.get("lineup", "")]
    )
    lineup = json.loads(line["lineup"])
    lineup["candidates"][0][1] += 5
    old, document = line["record"]["lineup"], json.dumps(lineup, separators=(",", ":"))
    for each in of(lines, "decision", lineup=old):
        each["record"]["lineup"] = hashlib.sha256(document.encode()).hexdigest()
    line["lineup"] = document
    return f"{line['record']['helpline']} {line['record']['number']}"


def changes_a_charge(lines: Lines, chance: Random) -> str:
    record = chance.choice(of(lines, "ledger_entry", entry_type="charge"))["record"]
    record["amount"] += chance.choice([-1000, -1, 1, 500])
    return str(record["call"])


def charges_another_partner(lines: Lines, chance: Random) -> str:
    record = chance.choice(of(lines, "ledger_entry", entry_type="charge"))["record"]
    record["partner"] = "harbor"
    return str(record["call"])


def leaves_a_charge_out(lines: Lines, chance: Random) -> str:
    """Of a call that no rule makes free."""
    credited = {line["record"]["call"] for line in of(lines, "ledger_entry", entry_type="credit")}
    charges = of(lines, "ledger_entry", entry_type="charge")
    line = chance.choice([line for line in charges if line["record"]["call"] not in credited])
    _remove(lines, line)
    return str(line["record"]["call"])


def leaves_a_credit_out(lines: Lines, chance: Random) -> str:
    """By a rule, and not reversed."""
    reversed_ = {
        line["record"]["reverses"] for line in of(lines, "ledger_entry", entry_type="credit_reversal")
    }
    credits = [line for line in of(lines, "ledger_entry", entry_type="credit") if line["record"]["rule"]]
    line = chance.choice([line for line in credits if line["record"]["id"] not in reversed_])
    _remove(lines, line)
    return str(line["record"]["call"])


def invents_a_charge(lines: Lines, chance: Random) -> str:
    line = chance.choice(of(lines, "ledger_entry", entry_type="charge"))
    lines.append({**line, "record": {**line["record"], "id": 99_999, "call": "CAforged"}})
    return "CAforged"


def shortens_a_talk(lines: Lines, chance: Random) -> str:
    """A call that was charged is said to have been too short."""
    charged = {line["record"]["call"] for line in of(lines, "ledger_entry", entry_type="charge")}
    credited = {line["record"]["call"] for line in of(lines, "ledger_entry", entry_type="credit")}
    talks = [line for line in of(lines, "connection_record") if line["record"]["call"] in charged - credited]
    call = str(chance.choice(talks)["record"]["call"])
    for line in of(lines, "connection_record", call=call):
        line["record"]["talk_seconds"] = 0
    return call


def says_that_another_called(lines: Lines, chance: Random) -> str:
    """Whoever called again is said to be somebody else, so that each call costs."""
    line = chance.choice([line for line in of(lines, "connection_record") if "caller" in line])
    line["caller"] = chance.randbytes(32).hex()
    return str(line["record"]["call"])


def changes_a_rate_silently(lines: Lines, chance: Random) -> str:
    """In the version that is in force, digest and all; what was charged before does not follow from it."""
    paying = sorted({line["record"]["partner"] for line in of(lines, "ledger_entry", kind="helpline")})
    partner = chance.choice(paying)
    for line in of(lines, "directory_version"):
        document = json.loads(line["document"])
        [entry] = [each for each in document["partners"] if each["key"] == partner]
        for rate in entry["rates"]:
            rate["price"] = "12.00"
        line["document"] = canonical(document).decode()
        line["record"]["digest"] = hashlib.sha256(line["document"].encode()).hexdigest()
    return partner


def changes_a_rate_in_the_document_alone(lines: Lines, chance: Random) -> str:
    line = chance.choice(of(lines, "directory_version"))
    line["document"] = line["document"].replace('"price":"35.00"', '"price":"34.00"', 1)
    return f"directory version {line['record']['version']}"


def changes_a_rate_alone(lines: Lines, chance: Random) -> str:
    """A further version, by one person, gives one partner another price."""
    last = of(lines, "directory_version")[-1]
    document = last["document"].replace('"price":"35.00"', '"price":"34.00"', 1)
    number = last["record"]["version"] + 1
    digest = hashlib.sha256(document.encode()).hexdigest()
    record = {**last["record"], "version": number, "digest": digest, "approved_by": None}
    lines.append({**last, "document": document, "record": record})
    return f"directory version {number}"


def makes_place_for_insurance(lines: Lines, chance: Random) -> str:
    [line] = of(lines, "schema_statement")
    stated = json.loads(line["record"]["document"])
    stated["call"]["insurance"] = "TEXT"
    document = canonical(stated).decode()
    line["record"] |= {"document": document, "digest": hashlib.sha256(document.encode()).hexdigest()}
    return "call.insurance"


def notes_the_insurance_of_a_pick(lines: Lines, chance: Random) -> str:
    record = chance.choice(of(lines, "decision"))["record"]
    record["insurer"] = "Aetna"
    return f"decision {record['id']}"


def _remove(lines: Lines, line: Line) -> None:
    """Another decision with the same lineup must carry it on."""
    lines.remove(line)
    if "lineup" in line:
        later = of(lines, "decision", lineup=line["record"]["lineup"])
        if later:
            later[0]["lineup"] = line["lineup"]


FORGERIES: tuple[Forgery, ...] = (
    picks_another,
    picks_nobody,
    skips_one_more,
    connects_a_listing_elsewhere,
    leaves_a_decision_out,
    inserts_a_decision,
    forgets_that_it_was_undone,
    changes_a_lineup,
    changes_a_charge,
    charges_another_partner,
    leaves_a_charge_out,
    leaves_a_credit_out,
    invents_a_charge,
    shortens_a_talk,
    says_that_another_called,
    changes_a_rate_silently,
    changes_a_rate_in_the_document_alone,
    changes_a_rate_alone,
    makes_place_for_insurance,
    notes_the_insurance_of_a_pick,
)
