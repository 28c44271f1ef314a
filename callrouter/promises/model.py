"""The tables of promises and of the return calls that keep them.

The constraints hold promise 1: only a listing's own center returns its calls. They also allow only one return call at
a time for a promise, and for a caller.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows

OPEN = "open"
OUTCOMES = (
    "'kept', 'no-answer', 'busy', 'failed', 'screened-out', 'later', 'handed-on',"
    " 'caller-no-answer', 'caller-busy', 'caller-failed', 'caller-silent', 'declined', 'stopped', 'not-placed'"
)
IS_OPEN = "state = 'open'"
IN_PROGRESS = "outcome IS NULL"
IS_KEPT = "outcome = 'kept'"


class Promise(MappedAsDataclass, Base, kw_only=True):
    """A return call that a caller was promised: the owner, the deadline, and the number of attempts."""

    __tablename__ = "promise"
    __grants__ = Grants(insert=True, update=True)
    # The other columns have words that may name an earlier owner, and what tells numbers apart.
    __partner_rows__ = PartnerRows(
        "owner IN (SELECT key FROM center)",
        "call owner listing helpline state made_at due_at attempts ended_at message_allowed "
        "owned_since rings next_attempt_at wait_reason expires_at",
    )

    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("call.sid"), primary_key=True)
    owner: Mapped[str | None] = mapped_column(
        sa.Text, sa.ForeignKey("center.key"), comment="who owes it; empty: staff must find somebody"
    )
    listing: Mapped[str | None]
    helpline: Mapped[str | None]
    only_center: Mapped[str] = mapped_column(comment="as its call says")
    state: Mapped[str] = mapped_column(default=OPEN)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, comment="how often the caller's phone was rung")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    end_reason: Mapped[str | None] = mapped_column(default=None)
    called_pseudonym: Mapped[str | None] = mapped_column(comment="of the number to be called")
    called_purpose: Mapped[str] = mapped_column(comment="which sealed number is to be called")
    area_code: Mapped[str] = mapped_column(comment="of the number to be called; may be empty")
    message_allowed: Mapped[bool] = mapped_column(default=False, comment="on an answering machine")
    owned_since: Mapped[datetime]
    rings: Mapped[int] = mapped_column(default=0, comment="of the present owner, in vain")
    misses: Mapped[int] = mapped_column(default=0, comment="owners that missed it")
    next_attempt_at: Mapped[datetime | None] = mapped_column(
        comment="not before; empty while a return call is in progress, and once it has ended"
    )
    wait_reason: Mapped[str | None] = mapped_column(default=None, comment="why it is not attempted now")
    expires_at: Mapped[datetime]
    overdue_alert_at: Mapped[datetime | None] = mapped_column(
        default=None, comment="when a person was told that it is overdue"
    )
    consent_words: Mapped[str] = mapped_column(comment="what the caller heard before the key")
    consent_key: Mapped[str]
    consent_at: Mapped[datetime]

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["call", "only_center"], ["call.sid", "call.only_center"], name="fk_promise_bound_as_its_call"
        ),
        # Only the listing's center owes its promise.
        sa.CheckConstraint(
            "only_center = '' OR (owner IS NOT NULL AND owner = only_center)", name="only_its_center"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'declined', 'unreachable', 'withdrawn', 'expired')", name="state"
        ),
        sa.CheckConstraint("attempts <= 3", name="most_attempts"),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        sa.Index("ix_promise_next_attempt_at", "next_attempt_at", postgresql_where=sa.text(IS_OPEN)),
        sa.Index("ix_promise_due_at", "due_at", "call"),
        sa.Index("ix_promise_called_pseudonym", "called_pseudonym", postgresql_where=sa.text(IS_OPEN)),
    )

    @property
    def open(self) -> bool:
        return self.state == OPEN

    @property
    def kind(self) -> str:
        """`listing` or `helpline`: the rate that a kept promise is charged at."""
        return "listing" if self.only_center else "helpline"

    def end(self, state: str, reason: str, at: datetime) -> None:
        """End the promise."""
        self.state, self.end_reason, self.ended_at = state, reason, at
        self.next_attempt_at = self.wait_reason = None

    def wait(self, until: datetime, reason: str) -> None:
        """Allow no attempt before `until`."""
        self.next_attempt_at, self.wait_reason = until, reason


class ReturnCall(MappedAsDataclass, Base, kw_only=True):
    """One attempt to keep a promise. The owner is rung; if it presses 1, the caller is rung."""

    __tablename__ = "return_call"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows(
        f"partner = {CURRENT_PARTNER}",
        "call number center partner kind name phone began_at sid taken_at agreed_at outcome "
        "talk_seconds closed_at",
    )

    call: Mapped[str] = mapped_column(sa.Text, sa.ForeignKey("promise.call"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, comment="1, 2, 3 … for its promise")
    only_center: Mapped[str] = mapped_column(comment="as its call says")
    center: Mapped[str] = mapped_column(comment="who owes it then, and is rung first")
    partner: Mapped[str] = mapped_column(comment="who pays if the promise is kept by it")
    kind: Mapped[str] = mapped_column(comment="`listing` or `helpline`, for its price")
    name: Mapped[str] = mapped_column(comment="the center's name then")
    phone: Mapped[str] = mapped_column(comment="of the center")
    shown: Mapped[str] = mapped_column(comment="the number of ours that both see")
    called_pseudonym: Mapped[str | None] = mapped_column(comment="of the caller's number")
    began_at: Mapped[datetime]
    sid: Mapped[str | None] = mapped_column(
        default=None, comment="the carrier's CallSid; empty as long as it is not known to be placed"
    )
    progress: Mapped[str] = mapped_column(default="", comment="of the call to the center")
    caller_sid: Mapped[str | None] = mapped_column(
        default=None, comment="the carrier's CallSid of the leg to the caller"
    )
    has_line: Mapped[bool] = mapped_column(
        default=True, comment="of the center; not while nobody knows whether it was placed"
    )
    taken_at: Mapped[datetime | None] = mapped_column(
        default=None, comment="the center pressed 1: the caller is rung"
    )
    asked_at: Mapped[datetime | None] = mapped_column(
        default=None, comment="somebody or something picked up at the caller's"
    )
    agreed_at: Mapped[datetime | None] = mapped_column(default=None, comment="the caller pressed 1")
    looked_up_at: Mapped[datetime | None] = mapped_column(
        default=None, comment="when the carrier's records were last asked about it"
    )
    outcome: Mapped[str | None] = mapped_column(default=None)
    talk_seconds: Mapped[int | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["call", "only_center"],
            ["call.sid", "call.only_center"],
            name="fk_return_call_bound_as_its_call",
        ),
        # Only the listing's center returns its calls.
        sa.CheckConstraint("only_center = '' OR only_center = center", name="only_its_center"),
        # Both must have pressed 1 before they are connected.
        sa.CheckConstraint(
            "outcome <> 'kept' OR (taken_at IS NOT NULL AND agreed_at IS NOT NULL)", name="agreed"
        ),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
        sa.Index("uq_return_call_sid", "sid", unique=True),
        sa.Index("ix_return_call_partner", "partner"),
        sa.Index("uq_return_call_in_progress", "call", unique=True, postgresql_where=sa.text(IN_PROGRESS)),
        sa.Index(
            "uq_return_call_one_a_caller",
            "called_pseudonym",
            unique=True,
            postgresql_where=sa.text(IN_PROGRESS),
        ),
        sa.Index("uq_return_call_kept", "call", unique=True, postgresql_where=sa.text(IS_KEPT)),
    )

    @property
    def open(self) -> bool:
        return self.outcome is None


class DoNotCallEntry(Base):
    """A number on the do-not-call list."""

    __tablename__ = "do_not_call"
    __grants__ = Grants(insert=True, delete=True)

    number_match: Mapped[bytes] = mapped_column(
        primary_key=True, comment="HMAC-SHA-256 of the number, by the data key `do-not-call`"
    )
    asked_at: Mapped[datetime]


class CarrierRateLimit(Base):
    """The next time the carrier may be asked for a call. All processes share this row."""

    __tablename__ = "carrier_rate_limit"
    __grants__ = Grants(update=True)
    __table_args__ = {"comment": "a single row: the carrier takes so many calls a second"}

    one: Mapped[int] = mapped_column(
        sa.Integer, sa.CheckConstraint("one = 1", name="single"), primary_key=True
    )
    next_call_at: Mapped[datetime] = mapped_column(comment="when the carrier may be asked for a call again")
    failures: Mapped[int] = mapped_column(comment="in a row, for the backoff")


class ReturnCallQueue(Base):
    """The promises of one helpline or listing. The queue that was served the longest ago is next."""

    __tablename__ = "return_call_queue"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = {"comment": "when each queue was last served: the longest ago is next"}

    queue: Mapped[str] = mapped_column(primary_key=True, comment="a helpline, or a listing")
    last_served_at: Mapped[datetime]
