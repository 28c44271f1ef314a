"""The whole audit of an export: the log, its schema, every pick, every charge and every rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from callrouter.blindness.allowed_inputs import PICK_INPUTS, PRICE_INPUTS
from callrouter.blindness.charges import AuditedCharges, audit_charges
from callrouter.blindness.export_lines import AuditedHead, ExportLines
from callrouter.blindness.findings import Findings
from callrouter.blindness.log_facts import LogFacts
from callrouter.blindness.picks import AuditedRotation, audit_picks, check_listings, connected_without_pick
from callrouter.blindness.rates import Deviation, audit_rates
from callrouter.blindness.schema import AuditedSchema, audit_schema
from callrouter.evidence.schema_statement import Columns


@dataclass(frozen=True)
class BlindnessReport:
    """What an audit found. The same export gives the same report."""

    head: AuditedHead
    records: Mapping[str, int]
    """by source"""
    schema: AuditedSchema
    rotations: list[AuditedRotation]
    connected_without_pick: Mapping[str, int]
    """helpline callers, by center"""
    listing_connections: int
    """each of which reached the listing's own center, or is named"""
    charges: AuditedCharges
    deviations: list[Deviation]
    found: Findings

    @property
    def holds(self) -> bool:
        return self.found.total == 0

    def document(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "holds": self.holds,
            "head": self.head._asdict(),
            "records": dict(self.records),
            "schema": self.schema._asdict(),
            "inputs_of_picks": {source: dict(names) for source, names in PICK_INPUTS.items()},
            "inputs_of_prices": {source: dict(names) for source, names in PRICE_INPUTS.items()},
            "rotations": [each._asdict() for each in self.rotations],
            "connected_without_pick": dict(self.connected_without_pick),
            "listing_connections": self.listing_connections,
            "charges": {
                **asdict(self.charges),
                "by_staff": [each._asdict() for each in self.charges.by_staff],
            },
            "deviations": [{**each._asdict(), "since": each.since.isoformat()} for each in self.deviations],
            "discrepancies": dict(sorted(self.found.counts.items())),
            "named": [each._asdict() for each in self.found.named],
        }


def audit_blindness(lines: Iterable[bytes], key: str, shipped: Columns) -> BlindnessReport:
    """Audit an export. `key` is the log's public key, `shipped` the schema of this release.

    Raises Fault if it is no export at all. Everything else that is wrong is in the report.
    """
    found = Findings()
    export = ExportLines(lines, key, found)
    facts = LogFacts(found)
    for line in export:
        facts.add(line)
    return BlindnessReport(
        export.audited_head,
        dict(sorted(facts.records.items())),
        audit_schema(facts, shipped),
        audit_picks(facts),
        connected_without_pick(facts),
        check_listings(facts),
        audit_charges(facts),
        audit_rates(facts),
        found,
    )
