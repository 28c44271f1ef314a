"""The partners' accounts: entries that take back others, and the guards that let entries only be added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_UNCHANGED = (
    "id",
    "entry",
    "partner",
    "call",
    "kind",
    "amount",
    "currency",
    "takes_back",
    "reason",
    "person",
    "posted_at",
    "period",
    "arrived_at",
    "simulated",
)
_LEFT = (
    "(SELECT amount FROM entry WHERE id = NEW.takes_back)"
    " - COALESCE((SELECT SUM(amount) FROM entry WHERE entry = 'credit' AND takes_back = NEW.takes_back"
    " AND call = NEW.call"
    " AND id NOT IN (SELECT takes_back FROM entry WHERE entry = 'recharge' AND call = NEW.call)), 0)"
)
_NO_CHANGE = "an account is only added to: enter a credit"
_TOO_MUCH = "a credit takes back no more than its charge has left"

_ON_POSTGRESQL = f"""
CREATE FUNCTION entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.caller_match IS NULL
       AND ({", ".join(f"NEW.{name}" for name in _UNCHANGED)})
           IS NOT DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _UNCHANGED)}) THEN
        RETURN NEW;  -- the caller is forgotten
    END IF;
    RAISE EXCEPTION '{_NO_CHANGE}';
END $$;
CREATE TRIGGER entry_is_kept BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_is_kept();
CREATE TRIGGER entries_are_kept BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION entry_is_kept();
CREATE FUNCTION credit_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount > {_LEFT} THEN
        RAISE EXCEPTION '{_TOO_MUCH}';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_fits BEFORE INSERT ON entry FOR EACH ROW WHEN (NEW.entry = 'credit')
    EXECUTE FUNCTION credit_fits();
"""
_ON_SQLITE = (
    f"""
CREATE TRIGGER entry_is_kept BEFORE UPDATE ON entry
WHEN NEW.caller_match IS NOT NULL OR {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _UNCHANGED)}
BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END
""",
    f"CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END",
    f"""
CREATE TRIGGER credit_fits BEFORE INSERT ON entry WHEN NEW.entry = 'credit' AND NEW.amount > {_LEFT}
BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END
""",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(_ON_POSTGRESQL))
        return
    for trigger in _ON_SQLITE:
        op.execute(sa.text(trigger))
