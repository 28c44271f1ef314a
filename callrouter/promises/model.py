"""Tables of what a caller was promised: a return call; and how a promise is kept.

Promise 1 stands here too: whoever returns a listing's call is that listing's center. So does "one at a time": no two
return calls go on for one promise, nor for one caller.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from callrouter.database import Instant, metadata

OUTCOMES = (
    "'kept', 'no-answer', 'busy', 'failed', 'screened-out', 'later', 'handed-on',"
    " 'caller-no-answer', 'caller-busy', 'caller-failed', 'caller-silent', 'declined', 'stopped', 'not-placed'"
)


def _where(condition: str) -> dict[str, Any]:
    """An index of only these rows, as each database wants to hear it."""
    return {"postgresql_where": sa.text(condition)}


promise = sa.Table(
    "promise",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("call.sid"), primary_key=True),
    sa.Column(
        "owner", sa.Text, sa.ForeignKey("center.key"), comment="who owes it; empty: staff must find somebody"
    ),
    sa.Column("listing", sa.Text),
    sa.Column("helpline", sa.Text),
    sa.Column("only_center", sa.Text, nullable=False, comment="as its call says"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("ended_because", sa.Text),
    sa.Column("called_match", sa.Text, comment="keyed; of the number to be called"),
    sa.Column("called_purpose", sa.Text, nullable=False, comment="which sealed number is to be called"),
    sa.Column("area_code", sa.Text, nullable=False, comment="of the number to be called; may be empty"),
    sa.Column("message_allowed", sa.Boolean, nullable=False, comment="on an answering machine"),
    sa.Column("owned_since", Instant, nullable=False),
    sa.Column("rings", sa.Integer, nullable=False, comment="of the present owner, in vain"),
    sa.Column("misses", sa.Integer, nullable=False, comment="owners that missed it"),
    sa.Column("next_try_at", Instant, comment="not before; empty once it has ended"),
    sa.Column("waits_for", sa.Text, comment="why it is not tried now"),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("overdue_told_at", Instant, comment="when a person was told that it is overdue"),
    sa.Column("consent_words", sa.Text, nullable=False, comment="what the caller heard before the key"),
    sa.Column("consent_key", sa.Text, nullable=False),
    sa.Column("consent_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(
        ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_promise_bound_as_its_call"
    ),
    # The promise of a listing is owed by its center and nobody else.
    sa.CheckConstraint(
        "only_center = '' OR (owner IS NOT NULL AND owner = only_center)", name="only_its_center"
    ),
    sa.CheckConstraint(
        "state IN ('open', 'kept', 'declined', 'unreachable', 'withdrawn', 'expired')", name="state"
    ),
    sa.CheckConstraint("attempts <= 3", name="most_attempts"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
)
OPEN = "state = 'open'"
sa.Index("ix_promise_next_try_at", promise.c.next_try_at, **_where(OPEN))
sa.Index("ix_promise_called_match", promise.c.called_match, **_where(OPEN))

return_call = sa.Table(
    "return_call",
    metadata,
    sa.Column("call", sa.Text, sa.ForeignKey("promise.call"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, comment="1, 2, 3 … for its promise"),
    sa.Column("only_center", sa.Text, nullable=False, comment="as its call says"),
    sa.Column("center", sa.Text, nullable=False, comment="who owes it then, and is rung first"),
    sa.Column("partner", sa.Text, nullable=False, comment="who pays if the promise is kept by it"),
    sa.Column("kind", sa.Text, nullable=False, comment="`listing` or `helpline`, for its price"),
    sa.Column("name", sa.Text, nullable=False, comment="the center's name then"),
    sa.Column("phone", sa.Text, nullable=False, comment="of the center"),
    sa.Column("shown", sa.Text, nullable=False, comment="the number of ours that both see"),
    sa.Column("called_match", sa.Text, comment="keyed; of the caller's number"),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("sid", sa.Text, comment="the carrier's CallSid; empty as long as it is not known to be placed"),
    sa.Column("progress", sa.Text, nullable=False, comment="of the call to the center"),
    sa.Column("caller_sid", sa.Text, comment="the carrier's CallSid of the leg to the caller"),
    sa.Column(
        "has_line",
        sa.Boolean,
        nullable=False,
        comment="of the center; not while nobody knows whether it was placed",
    ),
    sa.Column("taken_at", Instant, comment="the center pressed 1: the caller is rung"),
    sa.Column("asked_at", Instant, comment="somebody or something picked up at the caller's"),
    sa.Column("agreed_at", Instant, comment="the caller pressed 1"),
    sa.Column("looked_up_at", Instant, comment="when the carrier's books were last asked about it"),
    sa.Column("outcome", sa.Text),
    sa.Column("talk_seconds", sa.Integer),
    sa.Column("closed_at", Instant),
    sa.ForeignKeyConstraint(
        ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_return_call_bound_as_its_call"
    ),
    # A listing's call is returned by its center and nobody else.
    sa.CheckConstraint("only_center = '' OR only_center = center", name="only_its_center"),
    # Nobody is connected who was not asked, and has not agreed.
    sa.CheckConstraint(
        "outcome <> 'kept' OR (taken_at IS NOT NULL AND agreed_at IS NOT NULL)", name="agreed"
    ),
    sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
)
UNDER_WAY = "outcome IS NULL"
KEPT = "outcome = 'kept'"
sa.Index("uq_return_call_sid", return_call.c.sid, unique=True)
sa.Index("uq_return_call_under_way", return_call.c.call, unique=True, **_where(UNDER_WAY))
sa.Index("uq_return_call_one_a_caller", return_call.c.called_match, unique=True, **_where(UNDER_WAY))
sa.Index("uq_return_call_kept", return_call.c.call, unique=True, **_where(KEPT))

do_not_call = sa.Table(
    "do_not_call",
    metadata,
    sa.Column("called_match", sa.Text, primary_key=True, comment="keyed; whoever asked not to be called"),
    sa.Column("asked_at", Instant, nullable=False),
)

pace = sa.Table(
    "pace",
    metadata,
    sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True),
    sa.Column("next_at", Instant, nullable=False, comment="when the carrier may be asked for a call again"),
    sa.Column("failures", sa.Integer, nullable=False, comment="in a row, for how long to back off"),
    comment="a single row: the carrier takes so many calls a second, of all our processes together",
)

served = sa.Table(
    "served",
    metadata,
    sa.Column("queue", sa.Text, primary_key=True, comment="a helpline, or a listing"),
    sa.Column("at", Instant, nullable=False),
    comment="when the carrier was last asked for a return call of a helpline: the longest ago is next",
)
