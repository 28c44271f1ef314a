"""A telephone belongs to one partner: no version of the directory gives it to two, whoever writes it."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SHARED = "a telephone belongs to one partner: no two may be rung at the same"

# SIP addresses are compared without their case, their parameters, their encryption and the usual ports.
_ON_POSTGRESQL = rf"""
CREATE FUNCTION telephone_has_one_partner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.document::jsonb -> 'centers') AS center
               GROUP BY regexp_replace(
                   regexp_replace(lower(center ->> 'phone'), '^sips:', 'sip:'), '^(sip:[^;]*?)\.?(:506[01])?(;.*)?$', '\1')
               HAVING COUNT(DISTINCT center ->> 'partner') > 1) THEN
        RAISE EXCEPTION '{_SHARED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER telephone_has_one_partner BEFORE INSERT ON directory_version FOR EACH ROW
    EXECUTE FUNCTION telephone_has_one_partner();
"""

_WRITTEN = "lower(json_extract(center.value, '$.phone'))"
_ADDRESS = f"CASE WHEN {_WRITTEN} LIKE 'sips:%' THEN 'sip:' || substr({_WRITTEN}, 6) ELSE {_WRITTEN} END"
_ON_SQLITE = f"""
CREATE TRIGGER telephone_has_one_partner BEFORE INSERT ON directory_version
WHEN EXISTS (
    WITH written AS (
        SELECT json_extract(center.value, '$.partner') AS partner, {_ADDRESS} AS address
          FROM json_each(NEW.document, '$.centers') AS center),
    bare AS (
        SELECT partner, CASE WHEN address LIKE 'sip:%' AND instr(address, ';') > 0
                        THEN substr(address, 1, instr(address, ';') - 1) ELSE address END AS address FROM written),
    telephone AS (
        SELECT partner, CASE WHEN address LIKE 'sip:%:5060' OR address LIKE 'sip:%:5061'
                        THEN substr(address, 1, length(address) - 5) ELSE address END AS address FROM bare)
    SELECT 1 FROM telephone GROUP BY rtrim(address, '.') HAVING COUNT(DISTINCT partner) > 1)
BEGIN SELECT RAISE(ABORT, '{_SHARED}'); END
"""


def upgrade() -> None:
    connection = op.get_bind()
    on_postgresql = connection.dialect.name == "postgresql"
    connection.exec_driver_sql(_ON_POSTGRESQL if on_postgresql else _ON_SQLITE)
