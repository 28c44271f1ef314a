"""Triggers that keep the evidence log: rows are only added. A connection's salt may be destroyed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_ONLY_ADDED_TABLES = (
    "evidence_log",
    "evidence_entry",
    "evidence_tile",
    "evidence_head",
    "evidence_timestamp",
    "consent_record",
    "disclosure",
    "audit_log",
    "decision_result",
    "center_pause",
    "schema_statement",
    "privacy_act",
)
_UNCHANGED = (
    "id",
    "call",
    "attempt",
    "returned",
    "center",
    "partner",
    "kind",
    "dialed_number",
    "arrived_at",
    "began_at",
    "talk_seconds",
    "directory_version",
    "simulated",
    "caller",
)
_CONNECTION_IS_KEPT = f"""
CREATE FUNCTION connection_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.caller_salt IS NULL
       AND ({", ".join(f"NEW.{name}" for name in _UNCHANGED)})
           IS NOT DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _UNCHANGED)}) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'of a connection only the salt can be destroyed';
END $$;
CREATE TRIGGER connection_is_kept BEFORE UPDATE OR DELETE ON connection_record FOR EACH ROW
    EXECUTE FUNCTION connection_is_kept();
CREATE TRIGGER connections_are_kept BEFORE TRUNCATE ON connection_record FOR EACH STATEMENT
    EXECUTE FUNCTION connection_is_kept();
"""


def create() -> None:
    """Make the triggers. `is_only_added` is made with those of invoices."""
    op.execute(sa.text(_CONNECTION_IS_KEPT))
    for table in _ONLY_ADDED_TABLES:
        op.execute(
            f"CREATE TRIGGER evidence_is_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION is_only_added()"
        )
        op.execute(
            f"CREATE TRIGGER all_evidence_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION is_only_added()"
        )
