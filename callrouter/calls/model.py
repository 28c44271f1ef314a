"""Tables of calls and their legs. Promise 1 stands here, where no code path gets around it."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.database import Instant, metadata

ANY_CENTER = ""
"""`only_center` of a call that may reach any center."""

call = sa.Table(
    "call",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True, comment="the carrier's CallSid"),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("dialled", sa.Text, nullable=False, comment="our number that the caller dialled"),
    sa.Column("route", sa.Text, comment="`listing` or `helpline`; empty: no number of ours"),
    sa.Column("listing", sa.Text, comment="whose number was dialled"),
    sa.Column("bound_listing", sa.Text, comment="the same, as long as the call is bound to its center"),
    sa.Column("helpline", sa.Text, comment="no foreign key: every call would lock the helpline's row"),
    sa.Column("only_center", sa.Text, nullable=False, comment="the one center it may reach; empty: any"),
    sa.Column("caller", sa.Text, nullable=False, comment="masked"),
    sa.Column("caller_match", sa.Text, comment="keyed; tells repeats, not numbers"),
    sa.Column("state", sa.Text, nullable=False, comment="US state of the caller's number; may be empty"),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column("directory_version", sa.Integer, nullable=False, comment="in force at its arrival"),
    sa.Column("status", sa.Text, nullable=False, comment="see calls/states.py"),
    sa.Column("turn", sa.Integer, nullable=False, comment="how many documents it was given"),
    sa.Column("attempts", sa.Integer, nullable=False, comment="how many legs and decisions it has had"),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("shows_number", sa.Boolean, nullable=False, comment="the caller pressed for it"),
    sa.Column(
        "helpline_consent", sa.Text, comment="words after which a listing's caller pressed for the helpline"
    ),
    sa.Column("helpline_consent_at", Instant),
    sa.Column("heard", sa.Text, comment="the words before a key that can be a consent"),
    sa.Column(
        "owed_by", sa.Text, comment="the center that the caller was offered again: it owes a return call"
    ),
    sa.Column("outcome", sa.Text),
    sa.Column("answered_by", sa.Text, sa.ForeignKey("center.key")),
    sa.Column("last_heard_at", Instant, nullable=False, comment="of its latest callback"),
    sa.Column("ended_at", Instant),
    sa.Column("carrier_seconds", sa.Integer, comment="CallDuration"),
    sa.Column("reaped", sa.Boolean, nullable=False, comment="its end never came"),
    sa.Column(
        "spoken_seconds",
        sa.Integer,
        nullable=False,
        server_default="0",
        comment="what the caller was given to listen to since the call came to its route",
    ),
    sa.UniqueConstraint("sid", "only_center"),
    sa.ForeignKeyConstraint(
        ["bound_listing", "only_center"], ["listing.key", "listing.center"], name="fk_call_own_listing"
    ),
    sa.CheckConstraint("route IN ('listing', 'helpline')", name="route"),
    sa.CheckConstraint(
        "route <> 'listing' OR (bound_listing IS NOT NULL AND bound_listing = listing AND only_center <> '')",
        name="listing_bound",
    ),
    sa.CheckConstraint(
        "route <> 'helpline' OR (helpline IS NOT NULL AND bound_listing IS NULL AND only_center = '')",
        name="helpline_free",
    ),
    # A listing's caller reaches the helpline only after pressing for it.
    sa.CheckConstraint(
        "listing IS NULL OR bound_listing IS NOT NULL"
        " OR (helpline_consent_at IS NOT NULL AND helpline_consent IS NOT NULL)",
        name="consent_before_helpline",
    ),
)
sa.Index("ix_call_arrived_at", call.c.arrived_at)
sa.Index("ix_call_caller_match", call.c.caller_match)
UNENDED = "ended_at IS NULL"
# On a column that never changes, so that the updates of a call in progress need touch no index.
sa.Index("ix_call_unended", call.c.arrived_at, postgresql_where=sa.text(UNENDED))

leg = sa.Table(
    "leg",
    metadata,
    sa.Column("call", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="its attempt within the call"),
    sa.Column("only_center", sa.Text, nullable=False, comment="as its call says"),
    sa.Column("center", sa.Text, nullable=False),
    sa.Column("partner", sa.Text, nullable=False, comment="who pays if it is accepted"),
    sa.Column("kind", sa.Text, nullable=False, comment="`listing` or `helpline`, for its price"),
    sa.Column("name", sa.Text, nullable=False, comment="the center's name then"),
    sa.Column("phone", sa.Text, nullable=False, comment="what was dialled"),
    sa.Column("ring_seconds", sa.Integer, nullable=False),
    sa.Column("screens", sa.Boolean, nullable=False),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("sid", sa.Text, comment="CallSid of the leg"),
    sa.Column(
        "progress", sa.Text, nullable=False, comment="latest of initiated, ringing, in-progress, completed …"
    ),
    sa.Column("whispered_at", Instant, comment="somebody or something picked up and was asked for key 1"),
    sa.Column("taken_at", Instant, comment="key 1 was pressed"),
    sa.Column("carrier_seconds", sa.Integer, comment="CallDuration of the leg"),
    sa.Column("outcome", sa.Text),
    sa.Column("talk_seconds", sa.Integer),
    sa.Column("closed_at", Instant),
    sa.ForeignKeyConstraint(
        ["call", "only_center"],
        ["call.sid", "call.only_center"],
        onupdate="CASCADE",
        name="fk_leg_bound_as_its_call",
    ),
    sa.CheckConstraint("only_center = '' OR only_center = center", name="only_its_center"),
    sa.CheckConstraint(
        "outcome IN ('accepted', 'no-answer', 'busy', 'failed', 'screened-out', 'abandoned')", name="outcome"
    ),
)
MISSED = "outcome IN ('no-answer', 'screened-out')"
sa.Index(
    "ix_leg_missed",
    leg.c.center,
    leg.c.closed_at,
    postgresql_where=sa.text(MISSED),
)
NO_RESULT = "outcome IS NULL"
sa.Index("ix_leg_open", leg.c.call, postgresql_where=sa.text(NO_RESULT))
TAKEN = "outcome = 'accepted'"
# A call is answered once.
sa.Index("uq_leg_accepted", leg.c.call, unique=True, postgresql_where=sa.text(TAKEN))

call_record = sa.Table(
    "call_record",
    metadata,
    sa.Column("sid", sa.Text, primary_key=True),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("dialled", sa.Text, nullable=False),
    sa.Column("route", sa.Text),
    sa.Column("listing", sa.Text),
    sa.Column("helpline", sa.Text),
    sa.Column("caller", sa.Text, nullable=False, comment="masked"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("answered_by", sa.Text),
    sa.Column("partner", sa.Text),
    sa.Column("talk_seconds", sa.Integer, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.CheckConstraint(
        "outcome IN ('answered', 'promised', 'voicemail', 'abandoned', 'crisis', 'unserved', 'refused')",
        name="outcome",
    ),
    comment="one row for each call that is over: what reports and exports are made of",
)
sa.Index("ix_call_record_arrived_at", call_record.c.arrived_at, call_record.c.sid)
