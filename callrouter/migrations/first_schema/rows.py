"""Rows that are always there: each is the only one of its table."""

from __future__ import annotations

from alembic import op

# Long ago, so that the first return call waits for no other.
_LONG_AGO = "2026-01-01T00:00:00.000000+00:00"


def create() -> None:
    """Write them."""
    op.execute("INSERT INTO directory_head (one, version) VALUES (1, 0)")
    op.execute("INSERT INTO wordings_head (one, version) VALUES (1, 1)")
    op.execute("INSERT INTO outbox_lock (one) VALUES (1)")
    op.execute("INSERT INTO heartbeat (one) VALUES (1)")
    op.execute(f"INSERT INTO carrier_rate_limit (one, next_call_at, failures) VALUES (1, '{_LONG_AGO}', 0)")
    op.execute("INSERT INTO vault_key (one) VALUES (1)")
