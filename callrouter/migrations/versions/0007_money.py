"""Money: accounts with fees, adjustments and payments; months that are closed; invoices; disputes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_A_CHARGE, _NO_CHARGE, _A_RECHARGE, _A_FEE = (
    "entry = 'charge'",
    "entry <> 'charge'",
    "entry = 'recharge'",
    "entry = 'fee'",
)
_CHECKS = {
    "not_negative": "amount >= 0 OR entry = 'adjustment'",
    "entry": "entry IN ('charge', 'credit', 'recharge', 'adjustment', 'payment', 'fee')",
    "takes_back": "(entry IN ('credit', 'recharge')) = (takes_back IS NOT NULL)",
    "about_a_call": "(entry IN ('charge', 'credit', 'recharge')) = (call IS NOT NULL AND arrived_at IS NOT NULL)",
    "reason": "entry IN ('charge', 'fee') OR reason IS NOT NULL",
    "person": "entry NOT IN ('adjustment', 'payment') OR person IS NOT NULL",
    "rule": "(entry = 'credit' AND person IS NULL) = (rule IS NOT NULL)",
    "day": "period = substr(day, 1, 7)",
}
_COMMENTS = {
    "entry": "`charge`, `credit`, `recharge`, `adjustment`, `payment` or `fee`",
    "call": "what is charged; a fee has none",
    "center": "that talked with the caller",
    "helpline": "that the caller had dialled, or asked for",
    "kind": "`helpline`, `listing`, `monthly`, `adjustment` or `payment`",
    "amount": "whole minor units; a credit and a payment take it off, an adjustment has its sign",
    "takes_back": "a credit its charge, a recharge its credit",
    "rule": "of a credit by the rules: which one, see billing/rating.py",
    "reason": "why, for whoever reads the invoice",
    "person": "who entered it by hand; empty: by the rules",
    "day": "the partner's day it counts for, `2026-11-24`",
    "period": "the month of that day, whose invoice has it",
    "caller_match": "tells repeats, not numbers; dropped when the caller is forgotten",
    "arrived_at": "of the call, for repeats",
}
_UNCHANGED = (
    "id",
    "entry",
    "partner",
    "call",
    "center",
    "helpline",
    "kind",
    "amount",
    "currency",
    "takes_back",
    "rule",
    "reason",
    "person",
    "posted_at",
    "day",
    "period",
    "arrived_at",
    "simulated",
)
_NO_CHANGE = "an account is only added to: enter a credit"
_TOO_MUCH = "a credit takes back no more than its charge has left"
_CLOSED = "the month of this entry is closed: it belongs to the next that is open"
_ISSUED = "what was issued never changes"

_LEFT = (
    "(SELECT amount FROM entry WHERE id = NEW.takes_back)"
    " - COALESCE((SELECT SUM(amount) FROM entry WHERE entry = 'credit' AND takes_back = NEW.takes_back"
    " AND call = NEW.call"
    " AND id NOT IN (SELECT takes_back FROM entry WHERE entry = 'recharge' AND call = NEW.call)), 0)"
)

# What was told before of the entries that are there.
_TALKED = (
    "COALESCE((SELECT {0} FROM leg WHERE leg.call = entry.call AND leg.outcome = 'accepted'),"
    " (SELECT {0} FROM return_call tried WHERE tried.call = entry.call AND tried.outcome = 'kept'))"
)
_HELPLINE = "(SELECT helpline FROM call WHERE call.sid = entry.call)"
_RULE = (
    "CASE WHEN entry = 'credit' AND person IS NULL THEN CASE WHEN reason LIKE 'within%' THEN 'repeat'"
    " WHEN reason LIKE '%seconds of talk%' THEN 'short' WHEN reason LIKE 'no rate%' THEN 'no rate'"
    " ELSE 'no talk' END END"
)
# Nobody had closed a month before.
_DAY = "period || '-01'"

_ON_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.caller_match IS NULL
       AND ({", ".join(f"NEW.{name}" for name in _UNCHANGED)})
           IS NOT DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _UNCHANGED)}) THEN
        RETURN NEW;  -- the caller is forgotten
    END IF;
    RAISE EXCEPTION '{_NO_CHANGE}';
END $$;
ALTER TABLE entry ENABLE TRIGGER entry_is_kept;
CREATE FUNCTION month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added JOIN closed_month USING (partner, simulated, period)) THEN
        RAISE EXCEPTION '{_CLOSED}';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER month_is_open AFTER INSERT ON entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION month_is_open();
CREATE FUNCTION issued_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_ISSUED}';
END $$;
"""
_ISSUED_TABLES = ("invoice", "invoice_line", "invoice_document", "closed_month")
_SQLITE_TRIGGERS = (
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
    f"""
CREATE TRIGGER month_is_open BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM closed_month
WHERE partner = NEW.partner AND simulated = NEW.simulated AND period = NEW.period)
BEGIN SELECT RAISE(ABORT, '{_CLOSED}'); END
""",
)


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        _extend_entries()
    else:
        _make_entries_anew()
    op.create_index("ix_entry_period", "entry", ["partner", "period", "id"], unique=False)
    _index_of("uq_entry_fee", ["partner", "period", "simulated"], _A_FEE, unique=True)
    _create_tables()
    for statement in (_ON_POSTGRESQL,) if on_postgresql else _SQLITE_TRIGGERS:
        op.execute(sa.text(statement))
    for table in _ISSUED_TABLES:
        _keep(table, on_postgresql=on_postgresql)


def _index_of(name: str, columns: list[str], where: str, *, unique: bool) -> None:
    op.create_index(
        name, "entry", columns, unique=unique, postgresql_where=sa.text(where), sqlite_where=sa.text(where)
    )


def _extend_entries() -> None:
    for name in ("center", "helpline", "rule", "day"):
        op.add_column("entry", sa.Column(name, sa.Text(), nullable=True, comment=_COMMENTS[name]))
    op.execute("ALTER TABLE entry DISABLE TRIGGER entry_is_kept")
    op.execute(
        f"UPDATE entry SET center = {_TALKED.format('center')}, helpline = {_HELPLINE}, rule = {_RULE}, day = {_DAY}"
    )
    op.alter_column("entry", "day", nullable=False)
    op.alter_column("entry", "call", nullable=True)
    op.alter_column("entry", "arrived_at", nullable=True)
    for name, comment in _COMMENTS.items():
        op.alter_column("entry", name, comment=comment)
    for name in ("not_negative", "entry", "takes_back", "reason"):
        op.drop_constraint(op.f(f"ck_entry_{name}"), "entry")
    for name, condition in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_entry_{name}"), "entry", condition)


def _make_entries_anew() -> None:
    """SQLite changes no table, so it is made anew; its triggers and indexes leave with the old one."""
    op.execute(
        f"CREATE TEMP TABLE entry_before AS SELECT *, {_TALKED.format('center')} AS center,"
        f" {_HELPLINE} AS helpline, {_RULE} AS rule, {_DAY} AS day FROM entry"
    )
    op.drop_table("entry")
    op.create_table(
        "entry",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("helpline", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("takes_back", ROW_ID, nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("caller_match", sa.Text(), nullable=True),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_entry_{name}"))
            for name, condition in _CHECKS.items()
        ),
        sa.ForeignKeyConstraint(["takes_back"], ["entry.id"], name=op.f("fk_entry_takes_back_entry")),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_entry_call_call")),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_entry_partner_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    names = ", ".join((*_UNCHANGED, "caller_match"))
    op.execute(f"INSERT INTO entry ({names}) SELECT {names} FROM entry_before ORDER BY id")
    op.execute("DROP TABLE entry_before")
    _index_of("ix_entry_repeat", ["caller_match", "partner"], _A_CHARGE, unique=False)
    _index_of("uq_entry_charge", ["call"], _A_CHARGE, unique=True)
    _index_of("ix_entry_taken_back", ["call"], _NO_CHARGE, unique=False)
    _index_of("uq_entry_recharge", ["takes_back"], _A_RECHARGE, unique=True)


def _keep(table: str, *, on_postgresql: bool) -> None:
    """Rows of this table are only added."""
    if on_postgresql:
        op.execute(
            f"CREATE TRIGGER issued_is_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
            " EXECUTE FUNCTION issued_is_kept()"
        )
        op.execute(
            f"CREATE TRIGGER all_issued_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION issued_is_kept()"
        )
        return
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_is_kept_at_{deed.lower()} BEFORE {deed} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{_ISSUED}'); END"
        )


def _create_tables() -> None:
    op.create_table(
        "invoice_series",
        sa.Column("series", sa.Text(), nullable=False, comment="`INV`, or `SIM` for what was only simulated"),
        sa.Column(
            "last", sa.Integer(), nullable=False, comment="the latest number; there are no gaps below it"
        ),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "closed_month",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False, comment="`2026-11`"),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="who closed it"),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_closed_month_partner_partner")),
        sa.PrimaryKeyConstraint("partner", "simulated", "period", name=op.f("pk_closed_month")),
        comment="months to which no entry is added any more; what comes late is posted in the next that is open",
    )
    op.create_table(
        "invoice",
        sa.Column("name", sa.Text(), nullable=False, comment="series and number, `INV-000017`"),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … in its series"),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("partner_name", sa.Text(), nullable=False, comment="as it was then"),
        sa.Column("period", sa.Text(), nullable=False, comment="`2026-10`, in the zone"),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "total",
            sa.BigInteger(),
            nullable=False,
            comment="whole minor units; below zero it is owed to them",
        ),
        sa.Column(
            "rates", sa.Text(), nullable=False, comment="JSON: the rates that its lines were priced by"
        ),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column(
            "issuer", sa.Text(), nullable=False, comment="who bills: a name and an address, line by line"
        ),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_invoice_partner_partner")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "partner",
            "period",
            "currency",
            "simulated",
            name=op.f("uq_invoice_partner_period_currency_simulated"),
        ),
        sa.UniqueConstraint("series", "number", name=op.f("uq_invoice_series_number")),
        comment="never changes",
    )
    op.create_table(
        "invoice_delivery",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … each time that it is sent"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True, comment="empty once it is over"),
        sa.Column("delivered_at", INSTANT, nullable=True, comment="the mail server took it"),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest attempt"),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.name"], name=op.f("fk_invoice_delivery_invoice_invoice")
        ),
        sa.PrimaryKeyConstraint("invoice", "number", name=op.f("pk_invoice_delivery")),
        comment="the delivery log",
    )
    op.create_index(
        "ix_invoice_delivery_due",
        "invoice_delivery",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
        sqlite_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_table(
        "invoice_document",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False, comment="`pdf`, `csv` or `xlsx`"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the content"),
        sa.Column("printed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.name"], name=op.f("fk_invoice_document_invoice_invoice")
        ),
        sa.PrimaryKeyConstraint("invoice", "form", name=op.f("pk_invoice_document")),
        comment="as it was first printed; printed again it is the same bytes",
    )
    op.create_table(
        "invoice_line",
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="1, 2, 3 …"),
        sa.Column(
            "entry", ROW_ID, nullable=True, comment="of the account; empty for a call that cost nothing"
        ),
        sa.Column("what", sa.Text(), nullable=False, comment="as the entry, or `free`"),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=True, comment="its name then"),
        sa.Column("talk_seconds", sa.Integer(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=True, comment="masked"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="whole minor units, signed"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.name"], name=op.f("fk_invoice_line_invoice_invoice")),
        sa.PrimaryKeyConstraint("invoice", "position", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("entry", name=op.f("uq_invoice_line_entry")),
        comment="never changes",
    )
    op.create_table(
        "dispute",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("charge", ROW_ID, nullable=False),
        sa.Column("invoice", sa.Text(), nullable=True, comment="that has the charge; empty: none yet"),
        sa.Column("reason", sa.Text(), nullable=False, comment="one of those in disputes/reasons.py"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="what the partner says"),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column(
            "decision",
            sa.Text(),
            nullable=True,
            comment="`accepted`, `in part` or `refused`; empty while it is open",
        ),
        sa.Column(
            "credited", sa.BigInteger(), nullable=True, comment="whole minor units of the charge's currency"
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "decision <> 'refused' OR credited = 0", name=op.f("ck_dispute_refused_for_nothing")
        ),
        sa.CheckConstraint(
            "decision IN ('accepted', 'in part', 'refused')", name=op.f("ck_dispute_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (note IS NULL) AND (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (credited IS NULL)",
            name=op.f("ck_dispute_decided_whole"),
        ),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_dispute_call_call")),
        sa.ForeignKeyConstraint(["charge"], ["entry.id"], name=op.f("fk_dispute_charge_entry")),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.name"], name=op.f("fk_dispute_invoice_invoice")),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_dispute_partner_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_partner", "dispute", ["partner", "id"], unique=False)
    op.create_index(
        "uq_dispute_open",
        "dispute",
        ["charge"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
