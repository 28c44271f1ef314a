"""`python -m bench.log_writer URL DIRECTORY`: writes the evidence log every second, as the outbox sweeper does."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from callrouter.database import Database
from callrouter.evidence.append import SigningKey
from workers.evidence_writer import EvidenceWriter, write_until

KEY = SigningKey("calls.example/evidence", bytes(range(32)))

if __name__ == "__main__":
    with closing(Database(sys.argv[1], connections=2)) as database:
        writer = EvidenceWriter(database, KEY, Path(sys.argv[2]), lambda: datetime.now(UTC))
        write_until(threading.Event(), writer)
