"""The records of a log that picks and prices follow from, in memory."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from callrouter.billing.charged_call import CallEntry
from callrouter.blindness.allowed_inputs import COLUMNS
from callrouter.blindness.export_lines import Line
from callrouter.blindness.findings import CHARGE, LOG, PICK, RATE, SCHEMA, Findings
from callrouter.directory.directory import Directory
from callrouter.directory.document import from_document
from callrouter.routing.eligibility import Lineup

Record = Mapping[str, Any]


class LoggedVersion(NamedTuple):
    """A version of the directory, and who put it in force."""

    directory: Directory
    loaded_at: datetime
    loaded_by: str | None
    approved_by: str | None
    reason: str | None
    document: str


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """A decision as the log has it."""

    helpline: str
    number: int
    call: str
    attempt: int
    for_promise: bool
    decided_at: datetime
    day: str
    directory_version: int
    lineup: str
    state: str
    language: str
    passed_over: tuple[tuple[str, str], ...]
    center: str | None

    @property
    def name(self) -> str:
        return f"{self.helpline} {self.number}"


class LoggedResult(NamedTuple):
    """What became of a decision."""

    number: int
    what: str
    after: int


class LoggedPause(NamedTuple):
    """A pause of a center; without an end, it was resumed."""

    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LoggedConnection:
    """Who was connected, with the facts that the price depends on."""

    call: str
    attempt: int
    returned: bool
    center: str
    partner: str
    kind: str
    dialed_number: str
    """ours"""
    arrived_at: datetime
    talk_seconds: int
    directory_version: int
    simulated: bool
    caller: str | None
    """the same for the same caller of this partner; None: withheld"""
    is_proved: bool
    """whether the log's commitment opens to this caller"""


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """A ledger entry with what `CallEntry` leaves out."""

    entry: CallEntry
    reason: str | None
    posted_at: str
    arrived_at: datetime | None
    period: str


@dataclass
class LogFacts:
    """What the log says, collected record by record."""

    found: Findings
    records: Counter[str] = field(default_factory=Counter)
    versions: dict[int, LoggedVersion] = field(default_factory=dict)
    statements: list[Record] = field(default_factory=list)
    decisions: dict[str, list[LoggedDecision]] = field(default_factory=lambda: defaultdict(list))
    results: dict[str, list[LoggedResult]] = field(default_factory=lambda: defaultdict(list))
    pauses: dict[str, list[LoggedPause]] = field(default_factory=lambda: defaultdict(list))
    lineups: dict[str, Lineup] = field(default_factory=dict)
    connections: dict[tuple[str, int, bool], LoggedConnection] = field(default_factory=dict)
    """the latest of each attempt"""
    entries: dict[int, LoggedEntry] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        """Take in the record of a line, and check what is attached to it."""
        record = line["record"]
        source = record.get("source", "")
        self.records[source] += 1
        take = _TAKE.get(source)
        if take is None:
            return
        try:
            self._check_columns(source, record)
            take(self, line, record)
        except (LookupError, TypeError, ValueError) as error:
            self.found.add(
                LOG, f"{source} {record.get('id', record.get('version'))}", f"unreadable: {error!r}"
            )

    def _check_columns(self, source: str, record: Record) -> None:
        allowed = COLUMNS.get(source)
        if allowed and record.keys() != allowed:
            names = ", ".join(sorted(record.keys() ^ allowed))
            self.found.add(SCHEMA, f"{source} {record['id']}", f"the columns are not those allowed: {names}")

    def _take_statement(self, line: Line, record: Record) -> None:
        self.statements.append(record)

    def _take_version(self, line: Line, record: Record) -> None:
        document, version = line.get("document", ""), record["version"]
        name = f"directory version {version}"
        if _sha256(document.encode()) != record["digest"]:
            self.found.add(RATE, name, "the document is not the one that the log has")
            return
        self.versions[version] = LoggedVersion(
            from_document(document, version),
            _moment(record["loaded_at"]),
            record["loaded_by"],
            record["approved_by"],
            record["reason"],
            document,
        )

    def _take_decision(self, line: Line, record: Record) -> None:
        names = LoggedDecision.__slots__
        values = {name: record[name] for name in names}
        values["decided_at"] = _moment(record["decided_at"])
        values["passed_over"] = _passed_over(record["passed_over"])
        decision = LoggedDecision(**values)
        self.decisions[decision.helpline].append(decision)
        if "lineup" in line:
            self._take_lineup(decision, line["lineup"])

    def _take_lineup(self, decision: LoggedDecision, document: str) -> None:
        digest = _sha256(document.encode())
        self.found.expect(
            digest == decision.lineup, PICK, decision.name, "the lineup is not the one that the log has"
        )
        self.lineups[digest] = Lineup.from_document(document)

    def _take_result(self, line: Line, record: Record) -> None:
        result = LoggedResult(record["number"], record["what"], record["after"])
        self.results[record["helpline"]].append(result)

    def _take_pause(self, line: Line, record: Record) -> None:
        until = _moment(record["until"]) if record["until"] else None
        self.pauses[record["center"]].append(LoggedPause(_moment(record["at"]), until))

    def _take_connection(self, line: Line, record: Record) -> None:
        caller, salt = line.get("caller"), line.get("caller_salt")
        if caller and salt:
            opened = _sha256(bytes.fromhex(salt) + bytes.fromhex(caller))
            self.found.expect(
                opened == record["caller"],
                CHARGE,
                record["call"],
                "the caller is not the one that the log has",
            )
        self.found.expect(
            caller or record["caller"] is None, CHARGE, record["call"], "who called is not in the export"
        )
        connection = LoggedConnection(
            call=record["call"],
            attempt=record["attempt"],
            returned=record["returned"],
            center=record["center"],
            partner=record["partner"],
            kind=record["kind"],
            dialed_number=record["dialed_number"],
            arrived_at=_moment(record["arrived_at"]),
            talk_seconds=record["talk_seconds"],
            directory_version=record["directory_version"],
            simulated=record["simulated"],
            caller=caller,
            is_proved=caller is None or salt is not None,
        )
        self.connections[connection.call, connection.attempt, connection.returned] = connection

    def _take_entry(self, line: Line, record: Record) -> None:
        entry = CallEntry(**{name: record[name] for name in CallEntry.__slots__})
        arrived_at = _moment(record["arrived_at"]) if record["arrived_at"] else None
        self.entries[entry.id] = LoggedEntry(
            entry, record["reason"], record["posted_at"], arrived_at, record["period"]
        )


_TAKE = {
    "schema_statement": LogFacts._take_statement,
    "directory_version": LogFacts._take_version,
    "decision": LogFacts._take_decision,
    "decision_result": LogFacts._take_result,
    "center_pause": LogFacts._take_pause,
    "connection_record": LogFacts._take_connection,
    "ledger_entry": LogFacts._take_entry,
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(4096)
def _passed_over(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((center, reason) for center, reason in json.loads(text))


def _sha256(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
