"""The first schema: the directory, calls and legs, the rotation, in- and outbox, promises, entries, disclosures."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "availability",
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("calls_in_progress", sa.Integer(), nullable=False),
        sa.Column("limit_seen", sa.Integer(), nullable=False, comment="its max_concurrent when last written"),
        sa.Column("paused_until", INSTANT, nullable=True),
        sa.Column(
            "missed_since",
            INSTANT,
            nullable=True,
            comment="missed calls before this do not count: taken back by hand",
        ),
        sa.CheckConstraint("calls_in_progress >= 0", name=op.f("ck_availability_no_less_than_none")),
        sa.PrimaryKeyConstraint("center", name=op.f("pk_availability")),
    )
    op.create_index(
        "ix_availability_beset",
        "availability",
        ["center"],
        unique=False,
        postgresql_where=sa.text("calls_in_progress >= limit_seen OR paused_until IS NOT NULL"),
        sqlite_where=sa.text("calls_in_progress >= limit_seen OR paused_until IS NOT NULL"),
    )
    op.create_table(
        "call_record",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("listing", sa.Text(), nullable=True),
        sa.Column("helpline", sa.Text(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=False, comment="masked"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('answered', 'promised', 'voicemail', 'abandoned', 'crisis', 'unserved', 'refused')",
            name=op.f("ck_call_record_outcome"),
        ),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_call_record")),
        comment="one row for each call that is over: what reports and exports are made of",
    )
    op.create_index("ix_call_record_arrived_at", "call_record", ["arrived_at", "sid"], unique=False)
    op.create_table(
        "decision",
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="1, 2, 3 … in its helpline",
        ),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="1, 2, 3 … in its call"),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("day", sa.Text(), nullable=False, comment="the helpline's day it counts for"),
        sa.Column("directory_version", sa.Integer(), nullable=False),
        sa.Column("lineup", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "passed_over", sa.Text(), nullable=False, comment="JSON: [center, reason] beyond the lineup's own"
        ),
        sa.Column("center", sa.Text(), nullable=True, comment="who was picked; empty: nobody was eligible"),
        sa.Column("given_back", sa.Boolean(), nullable=False, comment="not accepted: counts for no cap"),
        sa.Column(
            "undone_after",
            sa.BigInteger(),
            nullable=True,
            comment="busy or failed: undone when this was the latest decision",
        ),
        sa.PrimaryKeyConstraint("helpline", "number", name=op.f("pk_decision")),
        sa.UniqueConstraint("call", "attempt", name=op.f("uq_decision_call_attempt")),
    )
    op.create_table(
        "directory_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="the version in force; 0: none was loaded yet"
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_directory_head_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_directory_head")),
        comment="a single row, so that a decision can make sure that it knows the version in force",
    )
    op.create_table(
        "directory_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column("document", sa.Text(), nullable=False, comment="the directory file as JSON"),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_directory_version")),
    )
    op.create_table(
        "disclosure",
        sa.Column(
            "sequence",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="1, 2, 3 … without a gap",
        ),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False, comment="which document of the call told it"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False, comment="key and version"),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("call", "turn", name=op.f("uq_disclosure_call_turn")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "beat_at",
            INSTANT,
            nullable=True,
            comment="when a task last came through the broker and a worker to here",
        ),
        sa.Column(
            "errands_at", INSTANT, nullable=True, comment="when the worker of the errands last had its turn"
        ),
        sa.CheckConstraint("one = 1", name=op.f("ck_heartbeat_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_heartbeat")),
        comment="a single row: the proof that broker and workers work end to end",
    )
    op.create_table(
        "helpline",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_helpline")),
    )
    op.create_table(
        "inbox",
        sa.Column("call", sa.Text(), nullable=False, comment="CallSid of the caller's call"),
        sa.Column(
            "key",
            sa.Text(),
            nullable=False,
            comment="which callback of the call: `turn 2`, `status completed` …",
        ),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False, comment="JSON, without any number"),
        sa.Column(
            "answer", sa.Text(), nullable=True, comment="the document it was answered with, for repetitions"
        ),
        sa.PrimaryKeyConstraint("call", "key", name=op.f("pk_inbox")),
        comment="each callback, once",
    )
    op.create_table(
        "lineup",
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the document"),
        sa.Column(
            "document",
            sa.Text(),
            nullable=False,
            comment="JSON: the seats that may be rung, and why others not",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_lineup")),
        comment="what many decisions have in common, stored once",
    )
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("fact", sa.Text(), nullable=False, comment="`told`, `ended` or `alert`"),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column(
            "turn", sa.Integer(), nullable=False, comment="the document that told it; 0 for the others"
        ),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("center", sa.Text(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True, comment="word for word"),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest failure"),
        sa.Column(
            "set_aside_at", INSTANT, nullable=True, comment="it kept failing; staff can have it tried again"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        comment="facts to act on, written with what they tell of; a row goes when it is settled",
    )
    op.create_index(
        "ix_outbox_set_aside",
        "outbox",
        ["id"],
        unique=False,
        postgresql_where=sa.text("set_aside_at IS NOT NULL"),
        sqlite_where=sa.text("set_aside_at IS NOT NULL"),
    )
    op.create_table(
        "partner",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_partner")),
    )
    op.create_table(
        "sealed_number",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, comment="what it may be opened for, `caller`"),
        sa.Column("key_id", sa.Text(), nullable=False, comment="the vault key it was sealed with"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="AES-256-GCM: nonce, ciphertext, tag"),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("call", "purpose", name=op.f("pk_sealed_number")),
    )
    op.create_table(
        "settler",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True, comment="when somebody last settled facts"),
        sa.CheckConstraint("one = 1", name=op.f("ck_settler_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_settler")),
        comment="a single row: whoever holds its lock settles the outbox",
    )
    op.create_table(
        "center",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_center_partner_partner")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_center")),
    )
    op.create_table(
        "rotation",
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="of the latest decision"),
        sa.Column(
            "credits", sa.LargeBinary(), nullable=False, comment="by seat position, 4 bytes each; sum is zero"
        ),
        sa.Column(
            "last_rung", sa.LargeBinary(), nullable=False, comment="by seat position: its latest decision"
        ),
        sa.Column(
            "day", sa.Text(), nullable=False, comment="the helpline's day that taken_today counts; or empty"
        ),
        sa.Column("taken_today", sa.LargeBinary(), nullable=False, comment="by seat position, 4 bytes each"),
        sa.Column(
            "taken_this_month", sa.LargeBinary(), nullable=False, comment="by seat position, 4 bytes each"
        ),
        sa.ForeignKeyConstraint(["helpline"], ["helpline.key"], name=op.f("fk_rotation_helpline_helpline")),
        sa.PrimaryKeyConstraint("helpline", name=op.f("pk_rotation")),
        comment="one row a helpline, locked by whoever decides",
    )
    op.create_table(
        "listing",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["center"], ["center.key"], name=op.f("fk_listing_center_center")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_listing")),
        sa.UniqueConstraint("key", "center", name="uq_listing_key_center"),
    )
    op.create_table(
        "seat",
        sa.Column("helpline", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column(
            "position", sa.Integer(), nullable=False, comment="its place in the rotation's arrays, for ever"
        ),
        sa.ForeignKeyConstraint(["center"], ["center.key"], name=op.f("fk_seat_center_center")),
        sa.ForeignKeyConstraint(["helpline"], ["helpline.key"], name=op.f("fk_seat_helpline_helpline")),
        sa.PrimaryKeyConstraint("helpline", "center", name=op.f("pk_seat")),
        sa.UniqueConstraint("helpline", "position", name=op.f("uq_seat_helpline_position")),
    )
    op.create_table(
        "call",
        sa.Column("sid", sa.Text(), nullable=False, comment="the carrier's CallSid"),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False, comment="our number that the caller dialled"),
        sa.Column(
            "route", sa.Text(), nullable=True, comment="`listing` or `helpline`; empty: no number of ours"
        ),
        sa.Column("listing", sa.Text(), nullable=True, comment="whose number was dialled"),
        sa.Column(
            "bound_listing",
            sa.Text(),
            nullable=True,
            comment="the same, as long as the call is bound to its center",
        ),
        sa.Column(
            "helpline",
            sa.Text(),
            nullable=True,
            comment="no foreign key: every call would lock the helpline's row",
        ),
        sa.Column(
            "only_center", sa.Text(), nullable=False, comment="the one center it may reach; empty: any"
        ),
        sa.Column("caller", sa.Text(), nullable=False, comment="masked"),
        sa.Column("caller_match", sa.Text(), nullable=True, comment="keyed; tells repeats, not numbers"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="US state of the caller's number; may be empty"
        ),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False, comment="in force at its arrival"),
        sa.Column("status", sa.Text(), nullable=False, comment="see calls/states.py"),
        sa.Column("turn", sa.Integer(), nullable=False, comment="how many documents it was given"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="how many legs and decisions it has had"),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("shows_number", sa.Boolean(), nullable=False, comment="the caller pressed for it"),
        sa.Column(
            "helpline_consent",
            sa.Text(),
            nullable=True,
            comment="words after which a listing's caller pressed for the helpline",
        ),
        sa.Column("helpline_consent_at", INSTANT, nullable=True),
        sa.Column("heard", sa.Text(), nullable=True, comment="the words before a key that can be a consent"),
        sa.Column(
            "owed_by",
            sa.Text(),
            nullable=True,
            comment="the center that the caller was offered again: it owes a return call",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("last_heard_at", INSTANT, nullable=False, comment="of its latest callback"),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("carrier_seconds", sa.Integer(), nullable=True, comment="CallDuration"),
        sa.Column("reaped", sa.Boolean(), nullable=False, comment="its end never came"),
        sa.CheckConstraint(
            "route <> 'helpline' OR (helpline IS NOT NULL AND bound_listing IS NULL AND only_center = '')",
            name=op.f("ck_call_helpline_free"),
        ),
        sa.CheckConstraint(
            "route <> 'listing' OR (bound_listing IS NOT NULL AND bound_listing = listing AND only_center <> '')",
            name=op.f("ck_call_listing_bound"),
        ),
        sa.CheckConstraint("route IN ('listing', 'helpline')", name=op.f("ck_call_route")),
        sa.CheckConstraint(
            "listing IS NULL OR bound_listing IS NOT NULL OR (helpline_consent_at IS NOT NULL AND helpline_consent IS NOT NULL)",
            name=op.f("ck_call_consent_before_helpline"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["center.key"], name=op.f("fk_call_answered_by_center")),
        sa.ForeignKeyConstraint(
            ["bound_listing", "only_center"], ["listing.key", "listing.center"], name="fk_call_own_listing"
        ),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_call")),
        sa.UniqueConstraint("sid", "only_center", name=op.f("uq_call_sid_only_center")),
    )
    op.create_index("ix_call_caller_match", "call", ["caller_match"], unique=False)
    op.create_index("ix_call_arrived_at", "call", ["arrived_at"], unique=False)
    op.create_index(
        "ix_call_unended",
        "call",
        ["arrived_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "number",
        sa.Column(
            "number", sa.Text(), nullable=False, comment="E.164; belongs to one listing or one helpline"
        ),
        sa.Column("listing", sa.Text(), nullable=True),
        sa.Column("helpline", sa.Text(), nullable=True),
        sa.CheckConstraint("(listing IS NULL) <> (helpline IS NULL)", name=op.f("ck_number_one_owner")),
        sa.ForeignKeyConstraint(["helpline"], ["helpline.key"], name=op.f("fk_number_helpline_helpline")),
        sa.ForeignKeyConstraint(["listing"], ["listing.key"], name=op.f("fk_number_listing_listing")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number")),
    )
    op.create_table(
        "entry",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False, comment="`charge`, `credit` or `recharge`"),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="`helpline` or `listing`"),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="whole minor units; a credit takes it off"
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("takes_back", ROW_ID, nullable=True, comment="a credit its charge, a recharge its credit"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why, for whoever reads the invoice"),
        sa.Column("person", sa.Text(), nullable=True, comment="who entered it by hand; empty: by the rules"),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column(
            "period", sa.Text(), nullable=False, comment="the partner's month it is posted in, `2026-11`"
        ),
        sa.Column(
            "caller_match",
            sa.Text(),
            nullable=True,
            comment="tells repeats, not numbers; dropped when the caller is forgotten",
        ),
        sa.Column("arrived_at", INSTANT, nullable=False, comment="of the call, for repeats"),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_entry_not_negative")),
        sa.CheckConstraint("entry IN ('charge', 'credit', 'recharge')", name=op.f("ck_entry_entry")),
        sa.CheckConstraint("(entry = 'charge') = (takes_back IS NULL)", name=op.f("ck_entry_takes_back")),
        sa.CheckConstraint("entry = 'charge' OR reason IS NOT NULL", name=op.f("ck_entry_reason")),
        sa.ForeignKeyConstraint(["takes_back"], ["entry.id"], name=op.f("fk_entry_takes_back_entry")),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_entry_call_call")),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_entry_partner_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        comment="append only",
    )
    op.create_index(
        "ix_entry_repeat",
        "entry",
        ["caller_match", "partner"],
        unique=False,
        postgresql_where=sa.text("entry = 'charge'"),
        sqlite_where=sa.text("entry = 'charge'"),
    )
    op.create_index(
        "ix_entry_taken_back",
        "entry",
        ["call"],
        unique=False,
        postgresql_where=sa.text("entry <> 'charge'"),
        sqlite_where=sa.text("entry <> 'charge'"),
    )
    op.create_index(
        "uq_entry_recharge",
        "entry",
        ["takes_back"],
        unique=True,
        postgresql_where=sa.text("entry = 'recharge'"),
        sqlite_where=sa.text("entry = 'recharge'"),
    )
    op.create_index(
        "uq_entry_charge",
        "entry",
        ["call"],
        unique=True,
        postgresql_where=sa.text("entry = 'charge'"),
        sqlite_where=sa.text("entry = 'charge'"),
    )
    op.create_table(
        "leg",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="its attempt within the call"),
        sa.Column("only_center", sa.Text(), nullable=False, comment="as its call says"),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False, comment="who pays if it is accepted"),
        sa.Column("kind", sa.Text(), nullable=False, comment="`listing` or `helpline`, for its price"),
        sa.Column("name", sa.Text(), nullable=False, comment="the center's name then"),
        sa.Column("phone", sa.Text(), nullable=False, comment="what was dialled"),
        sa.Column("ring_seconds", sa.Integer(), nullable=False),
        sa.Column("screens", sa.Boolean(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("sid", sa.Text(), nullable=True, comment="CallSid of the leg"),
        sa.Column(
            "progress",
            sa.Text(),
            nullable=False,
            comment="latest of initiated, ringing, in-progress, completed …",
        ),
        sa.Column(
            "whispered_at",
            INSTANT,
            nullable=True,
            comment="somebody or something picked up and was asked for key 1",
        ),
        sa.Column("taken_at", INSTANT, nullable=True, comment="key 1 was pressed"),
        sa.Column("carrier_seconds", sa.Integer(), nullable=True, comment="CallDuration of the leg"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("talk_seconds", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("only_center = '' OR only_center = center", name=op.f("ck_leg_only_its_center")),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'no-answer', 'busy', 'failed', 'screened-out', 'abandoned')",
            name=op.f("ck_leg_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["call", "only_center"],
            ["call.sid", "call.only_center"],
            name="fk_leg_bound_as_its_call",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_leg")),
    )
    op.create_index(
        "ix_leg_missed",
        "leg",
        ["center", "closed_at"],
        unique=False,
        postgresql_where=sa.text("outcome IN ('no-answer', 'screened-out')"),
        sqlite_where=sa.text("outcome IN ('no-answer', 'screened-out')"),
    )
    op.create_index(
        "ix_leg_open",
        "leg",
        ["call"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
        sqlite_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "uq_leg_accepted",
        "leg",
        ["call"],
        unique=True,
        postgresql_where=sa.text("outcome = 'accepted'"),
        sqlite_where=sa.text("outcome = 'accepted'"),
    )
    op.create_table(
        "message",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True, comment="who is to hear it; empty: staff"),
        sa.Column("recording", sa.Text(), nullable=False, comment="the carrier's RecordingSid"),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_message_call_call")),
        sa.ForeignKeyConstraint(["owner"], ["center.key"], name=op.f("fk_message_owner_center")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_message")),
    )
    op.create_table(
        "promise",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True, comment="who owes it; empty: staff must find somebody"),
        sa.Column("listing", sa.Text(), nullable=True),
        sa.Column("helpline", sa.Text(), nullable=True),
        sa.Column("only_center", sa.Text(), nullable=False, comment="as its call says"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("called_match", sa.Text(), nullable=True, comment="keyed; of the number to be called"),
        sa.Column("called_purpose", sa.Text(), nullable=False, comment="which sealed number is to be called"),
        sa.Column("area_code", sa.Text(), nullable=False, comment="of the number to be called; may be empty"),
        sa.Column("message_allowed", sa.Boolean(), nullable=False, comment="on an answering machine"),
        sa.Column("owned_since", INSTANT, nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False, comment="of the present owner, in vain"),
        sa.Column("misses", sa.Integer(), nullable=False, comment="owners that missed it"),
        sa.Column("next_try_at", INSTANT, nullable=True, comment="not before; empty once it has ended"),
        sa.Column("waits_for", sa.Text(), nullable=True, comment="why it is not tried now"),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column(
            "overdue_told_at", INSTANT, nullable=True, comment="when a person was told that it is overdue"
        ),
        sa.Column("consent_words", sa.Text(), nullable=False, comment="what the caller heard before the key"),
        sa.Column("consent_key", sa.Text(), nullable=False),
        sa.Column("consent_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "only_center = '' OR (owner IS NOT NULL AND owner = only_center)",
            name=op.f("ck_promise_only_its_center"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'declined', 'unreachable', 'withdrawn', 'expired')",
            name=op.f("ck_promise_state"),
        ),
        sa.CheckConstraint("attempts <= 3", name=op.f("ck_promise_most_attempts")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_promise_ended")),
        sa.ForeignKeyConstraint(
            ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_promise_bound_as_its_call"
        ),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_promise_call_call")),
        sa.ForeignKeyConstraint(["owner"], ["center.key"], name=op.f("fk_promise_owner_center")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_promise")),
    )
    op.execute("INSERT INTO directory_head (one, version) VALUES (1, 0)")
    op.execute("INSERT INTO settler (one) VALUES (1)")
    op.execute("INSERT INTO heartbeat (one) VALUES (1)")
    if op.get_bind().dialect.name == "postgresql":
        # Rewritten with every decision: to compress them costs more than it saves.
        for column in ("credits", "last_rung", "taken_today", "taken_this_month"):
            op.execute(f"ALTER TABLE rotation ALTER COLUMN {column} SET STORAGE EXTERNAL")
