"""Promises to call back, the return calls that keep them, and messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
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
        sa.Column("attempts", sa.Integer(), nullable=False, comment="how often the caller's phone was rung"),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("called_pseudonym", sa.Text(), nullable=True, comment="of the number to be called"),
        sa.Column("called_purpose", sa.Text(), nullable=False, comment="which sealed number is to be called"),
        sa.Column("area_code", sa.Text(), nullable=False, comment="of the number to be called; may be empty"),
        sa.Column("message_allowed", sa.Boolean(), nullable=False, comment="on an answering machine"),
        sa.Column("owned_since", INSTANT, nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False, comment="of the present owner, in vain"),
        sa.Column("misses", sa.Integer(), nullable=False, comment="owners that missed it"),
        sa.Column(
            "next_attempt_at",
            INSTANT,
            nullable=True,
            comment="not before; empty while a return call is in progress, and once it has ended",
        ),
        sa.Column("wait_reason", sa.Text(), nullable=True, comment="why it is not attempted now"),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column(
            "overdue_alert_at", INSTANT, nullable=True, comment="when a person was told that it is overdue"
        ),
        sa.Column("consent_words", sa.Text(), nullable=False, comment="what the caller heard before the key"),
        sa.Column("consent_key", sa.Text(), nullable=False),
        sa.Column("consent_at", INSTANT, nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_promise_ended")),
        sa.CheckConstraint(
            "only_center = '' OR (owner IS NOT NULL AND owner = only_center)",
            name=op.f("ck_promise_only_its_center"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'declined', 'unreachable', 'withdrawn', 'expired')",
            name=op.f("ck_promise_state"),
        ),
        sa.CheckConstraint("attempts <= 3", name=op.f("ck_promise_most_attempts")),
        sa.ForeignKeyConstraint(
            ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_promise_bound_as_its_call"
        ),
        sa.ForeignKeyConstraint(["call"], ["call.sid"], name=op.f("fk_promise_call_call")),
        sa.ForeignKeyConstraint(["owner"], ["center.key"], name=op.f("fk_promise_owner_center")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_promise")),
    )
    op.create_index("ix_promise_due_at", "promise", ["due_at", "call"])
    op.create_index(
        "ix_promise_called_pseudonym",
        "promise",
        ["called_pseudonym"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_promise_next_attempt_at",
        "promise",
        ["next_attempt_at"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "return_call",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for its promise"),
        sa.Column("only_center", sa.Text(), nullable=False, comment="as its call says"),
        sa.Column("center", sa.Text(), nullable=False, comment="who owes it then, and is rung first"),
        sa.Column("partner", sa.Text(), nullable=False, comment="who pays if the promise is kept by it"),
        sa.Column("kind", sa.Text(), nullable=False, comment="`listing` or `helpline`, for its price"),
        sa.Column("name", sa.Text(), nullable=False, comment="the center's name then"),
        sa.Column("phone", sa.Text(), nullable=False, comment="of the center"),
        sa.Column("shown", sa.Text(), nullable=False, comment="the number of ours that both see"),
        sa.Column("called_pseudonym", sa.Text(), nullable=True, comment="of the caller's number"),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column(
            "sid",
            sa.Text(),
            nullable=True,
            comment="the carrier's CallSid; empty as long as it is not known to be placed",
        ),
        sa.Column("progress", sa.Text(), nullable=False, comment="of the call to the center"),
        sa.Column(
            "caller_sid", sa.Text(), nullable=True, comment="the carrier's CallSid of the leg to the caller"
        ),
        sa.Column(
            "has_line",
            sa.Boolean(),
            nullable=False,
            comment="of the center; not while nobody knows whether it was placed",
        ),
        sa.Column("taken_at", INSTANT, nullable=True, comment="the center pressed 1: the caller is rung"),
        sa.Column(
            "asked_at", INSTANT, nullable=True, comment="somebody or something picked up at the caller's"
        ),
        sa.Column("agreed_at", INSTANT, nullable=True, comment="the caller pressed 1"),
        sa.Column(
            "looked_up_at",
            INSTANT,
            nullable=True,
            comment="when the carrier's records were last asked about it",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("talk_seconds", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "only_center = '' OR only_center = center", name=op.f("ck_return_call_only_its_center")
        ),
        sa.CheckConstraint(
            "outcome <> 'kept' OR (taken_at IS NOT NULL AND agreed_at IS NOT NULL)",
            name=op.f("ck_return_call_agreed"),
        ),
        sa.CheckConstraint(
            "outcome IN ('kept', 'no-answer', 'busy', 'failed', 'screened-out', 'later', 'handed-on', 'caller-no-answer', 'caller-busy', 'caller-failed', 'caller-silent', 'declined', 'stopped', 'not-placed')",
            name=op.f("ck_return_call_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_return_call_bound_as_its_call"
        ),
        sa.ForeignKeyConstraint(["call"], ["promise.call"], name=op.f("fk_return_call_call_promise")),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_return_call")),
    )
    op.create_index(
        "uq_return_call_kept",
        "return_call",
        ["call"],
        unique=True,
        postgresql_where=sa.text("outcome = 'kept'"),
    )
    op.create_index(
        "uq_return_call_one_a_caller",
        "return_call",
        ["called_pseudonym"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index("uq_return_call_sid", "return_call", ["sid"], unique=True)
    op.create_index("ix_return_call_partner", "return_call", ["partner"])
    op.create_index(
        "uq_return_call_in_progress",
        "return_call",
        ["call"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "return_call_queue",
        sa.Column("queue", sa.Text(), nullable=False, comment="a helpline, or a listing"),
        sa.Column("last_served_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_return_call_queue")),
        comment="when each queue was last served: the longest ago is next",
    )
    op.create_table(
        "carrier_rate_limit",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column(
            "next_call_at", INSTANT, nullable=False, comment="when the carrier may be asked for a call again"
        ),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row, for the backoff"),
        sa.CheckConstraint("one = 1", name=op.f("ck_carrier_rate_limit_single")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_carrier_rate_limit")),
        comment="a single row: the carrier takes so many calls a second",
    )
    op.create_table(
        "do_not_call",
        sa.Column(
            "number_match",
            sa.LargeBinary(),
            nullable=False,
            comment="HMAC-SHA-256 of the number, by the data key `do-not-call`",
        ),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number_match", name=op.f("pk_do_not_call")),
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
    op.create_index("ix_message_left_at", "message", ["left_at", "call"])
    op.create_table(
        "recording",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, kept, silent, gone, deleted"),
        sa.Column(
            "next_attempt_at",
            INSTANT,
            nullable=True,
            comment="when it is due, or when its lease ends; empty: nothing is to be done",
        ),
        sa.Column(
            "attempts",
            sa.Integer(),
            nullable=False,
            comment="claims since the last success, this one included",
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="of the latest attempt, where it failed"),
        sa.Column(
            "set_aside_at",
            INSTANT,
            nullable=True,
            comment="the carrier refused; staff can have it tried again",
        ),
        sa.Column("note", sa.Text(), nullable=True, comment="what was measured of a sound that was dropped"),
        sa.Column("day", sa.Date(), nullable=True, comment="in UTC; the day whose data key sealed it"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="the sound, AES-256-GCM: nonce, ciphertext, tag",
        ),
        sa.Column("fetched_at", INSTANT, nullable=True),
        sa.Column("deleted_at_carrier_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True, comment="here"),
        sa.CheckConstraint(
            "(state = 'kept') = (sealed IS NOT NULL)", name=op.f("ck_recording_sealed_while_kept")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'kept', 'silent', 'gone', 'deleted')", name=op.f("ck_recording_state")
        ),
        sa.CheckConstraint("(sealed IS NULL) = (day IS NULL)", name=op.f("ck_recording_sealed_with_a_key")),
        sa.ForeignKeyConstraint(["call"], ["message.call"], name=op.f("fk_recording_call_message")),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_recording")),
        comment="the recording of a message; everything but the sound stays when it is deleted",
    )
    op.create_index(
        "ix_recording_day",
        "recording",
        ["day"],
        postgresql_where=sa.text("day IS NOT NULL"),
    )
    op.create_index(
        "ix_recording_due",
        "recording",
        ["next_attempt_at"],
        postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
    )
