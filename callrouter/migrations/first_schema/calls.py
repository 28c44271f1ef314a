"""Calls and their legs, what is kept of a call that is over, and what its caller was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
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
        sa.Column(
            "caller_pseudonym",
            sa.Text(),
            nullable=True,
            comment="random; tells repeats. Only the vault leads to it. Empty: withheld",
        ),
        sa.Column(
            "caller_erased_at",
            INSTANT,
            nullable=True,
            comment="on request; since then the pseudonym leads to nobody",
        ),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="US state of the caller's number; may be empty"
        ),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False, comment="in force at its arrival"),
        sa.Column(
            "wordings_version",
            sa.Integer(),
            nullable=False,
            comment="the words that its caller hears; in force at its arrival",
        ),
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
        sa.Column(
            "prompt_words", sa.Text(), nullable=True, comment="the words before a key that can be a consent"
        ),
        sa.Column(
            "owed_by",
            sa.Text(),
            nullable=True,
            comment="the center that the caller was offered again: it owes a return call",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("last_callback_at", INSTANT, nullable=False, comment="of its latest callback"),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("carrier_seconds", sa.Integer(), nullable=True, comment="CallDuration"),
        sa.Column("reaped", sa.Boolean(), nullable=False, comment="its end never came"),
        sa.Column(
            "spoken_seconds",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="what the caller was given to listen to since the call came to its route",
        ),
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
        sa.CheckConstraint(
            "outcome IN ('answered', 'promised', 'voicemail', 'abandoned', 'crisis', 'unserved', 'refused')",
            name=op.f("ck_call_outcome"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR outcome IS NOT NULL", name=op.f("ck_call_ended_with_an_outcome")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["center.key"], name=op.f("fk_call_answered_by_center")),
        sa.ForeignKeyConstraint(
            ["bound_listing", "only_center"], ["listing.key", "listing.center"], name="fk_call_own_listing"
        ),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_call")),
        sa.UniqueConstraint("sid", "only_center", name=op.f("uq_call_sid_only_center")),
    )
    op.create_index("ix_call_arrived_at", "call", ["arrived_at"])
    op.create_index("ix_call_caller_pseudonym", "call", ["caller_pseudonym"])
    op.create_index("ix_call_unended", "call", ["arrived_at"], postgresql_where=sa.text("ended_at IS NULL"))
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
        postgresql_where=sa.text("outcome IN ('no-answer', 'screened-out')"),
    )
    op.create_index("ix_leg_sid", "leg", ["sid"], postgresql_where=sa.text("sid IS NOT NULL"))
    op.create_index("ix_leg_open", "leg", ["call"], postgresql_where=sa.text("outcome IS NULL"))
    op.create_index(
        "uq_leg_accepted", "leg", ["call"], unique=True, postgresql_where=sa.text("outcome = 'accepted'")
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
