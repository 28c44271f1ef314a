"""The audit log is append-only."""

import re
from pathlib import Path

import callrouter

CHANGES = re.compile(
    r"(UPDATE|DELETE FROM)\s+audit_log\b|(update|delete)\((\w+\.)?AuditEntry\b", re.IGNORECASE
)


def test_no_line_of_the_house_changes_or_deletes_an_entry() -> None:
    house = Path(callrouter.__file__).parents[1]
    files = [
        file
        for room in ("callrouter", "console", "webhooks", "workers")
        for file in house.glob(f"{room}/**/*.py")
    ]
    assert len(files) > 100
    assert [file for file in files if CHANGES.search(file.read_text())] == []
