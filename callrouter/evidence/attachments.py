"""What an auditor needs beside the records: the documents that they name by a digest, and who called again.

Each attachment is checked against the record on its line. A document is the one of the digest. Of a connection the
commitment to its caller is opened, as far as one partner's records go: equal callers called the same partner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from callrouter.calls.model import Call
from callrouter.database import Session
from callrouter.directory.model import DirectoryVersion
from callrouter.evidence.model import ConnectionRecord
from callrouter.evidence.records import Document
from callrouter.evidence.snapshots import caller_of_partner
from callrouter.routing.model import LineupDocument

_KEYS = sa.bindparam("keys", type_=ARRAY(sa.BigInteger))
_DIRECTORIES = sa.select(DirectoryVersion.version.label("key"), DirectoryVersion.document).where(
    DirectoryVersion.version == sa.any_(_KEYS)
)
_LINEUPS = sa.select(LineupDocument.digest, LineupDocument.document).where(
    LineupDocument.digest == sa.any_(sa.bindparam("digests", type_=ARRAY(sa.Text)))
)
_CALLERS = (
    sa.select(
        ConnectionRecord.id.label("key"),
        ConnectionRecord.caller_salt,
        caller_of_partner(sa.type_coerce(ConnectionRecord.partner, sa.Text)).label("caller"),
    )
    .join(Call, Call.sid == ConnectionRecord.call)
    .where(ConnectionRecord.id == sa.any_(_KEYS))
)

Attachments = Mapping[tuple[str, int], Document]
"""(source, key) of a record: what goes with it"""


class Attacher:
    """Finds the attachments of records, in their order. A lineup goes with the first decision that has it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._attached: set[str] = set()

    def attachments(self, records: Mapping[tuple[str, int], Document]) -> Attachments:
        """The attachments of these records."""
        keys: dict[str, list[int]] = defaultdict(list)
        for source, key in records:
            keys[source].append(key)
        lineups = {key: record for (source, key), record in records.items() if source == "decision"}
        return {
            **self._directories(keys["directory_version"]),
            **self._callers(keys["connection_record"]),
            **self._lineups(lineups),
        }

    def _directories(self, keys: Sequence[int]) -> dict[tuple[str, int], Document]:
        rows = self._rows(_DIRECTORIES, keys=keys)
        return {("directory_version", row.key): {"document": row.document} for row in rows}

    def _callers(self, keys: Sequence[int]) -> dict[tuple[str, int], Document]:
        """Once a caller is forgotten there is no salt: then who called again is stated, and no longer proved."""
        return {
            ("connection_record", row.key): {
                "caller": row.caller.hex(),
                "caller_salt": row.caller_salt.hex() if row.caller_salt else None,
            }
            for row in self._rows(_CALLERS, keys=keys)
            if row.caller
        }

    def _lineups(self, records: Mapping[int, Document]) -> dict[tuple[str, int], Document]:
        first: dict[str, int] = {}
        for key, record in sorted(records.items()):
            if record["lineup"] not in self._attached:
                first.setdefault(record["lineup"], key)
        self._attached |= first.keys()
        rows = self._rows(_LINEUPS, digests=list(first))
        return {("decision", first[row.digest]): {"lineup": row.document} for row in rows}

    def _rows(self, query: sa.Executable, **wanted: Sequence[Any]) -> Iterable[Any]:
        return self._session.execute(query, wanted) if any(wanted.values()) else ()
