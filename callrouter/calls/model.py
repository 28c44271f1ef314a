"""The tables of calls and legs. The constraints hold promise 1, whatever the code does."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from callrouter import phone
from callrouter.calls.states import ACCEPTED, ARRANGING, ENDED, MISSED, PROMISED, moved
from callrouter.database import CURRENT_PARTNER, Base, Grants, PartnerRows

ANY_CENTER = ""
"""`only_center` of a call that may reach every center"""


class Leg(MappedAsDataclass, Base, kw_only=True):
    """One attempt to connect a call to a center."""

    __tablename__ = "leg"
    __grants__ = Grants(insert=True, update=True)
    __partner_rows__ = PartnerRows(f"partner = {CURRENT_PARTNER}")
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["call", "only_center"],
            ["call.sid", "call.only_center"],
            onupdate="CASCADE",
            name="fk_leg_bound_as_its_call",
        ),
        sa.CheckConstraint("only_center = '' OR only_center = center", name="only_its_center"),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'no-answer', 'busy', 'failed', 'screened-out', 'abandoned')",
            name="outcome",
        ),
    )

    call: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, comment="its attempt within the call")
    only_center: Mapped[str] = mapped_column(sa.Text, comment="as its call says")
    center: Mapped[str]
    partner: Mapped[str] = mapped_column(comment="who pays if it is accepted")
    kind: Mapped[str] = mapped_column(comment="`listing` or `helpline`, for its price")
    name: Mapped[str] = mapped_column(comment="the center's name then")
    phone: Mapped[str] = mapped_column(comment="what was dialled")
    ring_seconds: Mapped[int]
    screens: Mapped[bool]
    began_at: Mapped[datetime]
    sid: Mapped[str | None] = mapped_column(default=None, comment="CallSid of the leg")
    progress: Mapped[str] = mapped_column(
        default="", comment="latest of initiated, ringing, in-progress, completed …"
    )
    whispered_at: Mapped[datetime | None] = mapped_column(
        default=None, comment="somebody or something picked up and was asked for key 1"
    )
    taken_at: Mapped[datetime | None] = mapped_column(default=None, comment="key 1 was pressed")
    carrier_seconds: Mapped[int | None] = mapped_column(default=None, comment="CallDuration of the leg")
    outcome: Mapped[str | None] = mapped_column(default=None)
    talk_seconds: Mapped[int | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def open(self) -> bool:
        return self.outcome is None


sa.Index("ix_leg_missed", Leg.center, Leg.closed_at, postgresql_where=Leg.outcome.in_(sorted(MISSED)))
sa.Index("ix_leg_open", Leg.call, postgresql_where=Leg.outcome.is_(None))
# Somebody looks for a leg by the id that the carrier shows.
sa.Index("ix_leg_sid", Leg.sid, postgresql_where=Leg.sid.is_not(None))
# A call is answered once.
sa.Index("uq_leg_accepted", Leg.call, unique=True, postgresql_where=Leg.outcome == ACCEPTED)


class Call(MappedAsDataclass, Base, kw_only=True):
    """A call that a caller started, identified by the carrier's CallSid."""

    __tablename__ = "call"
    __grants__ = Grants(insert=True, update=True)
    # What only one of the centers may know of a call that several were rung for is left out: what was dialed first, who
    # answered, what the caller was told, and what tells repeats.
    __partner_rows__ = PartnerRows(
        "EXISTS (SELECT FROM leg WHERE leg.call = call.sid)"
        " OR EXISTS (SELECT FROM return_call WHERE return_call.call = call.sid)"
        " OR EXISTS (SELECT FROM promise WHERE promise.call = call.sid)"
        " OR only_center IN (SELECT key FROM center)",
        "sid arrived_at ended_at bound_listing helpline caller state language shows_number simulated",
    )
    __table_args__ = (
        sa.UniqueConstraint("sid", "only_center"),
        sa.ForeignKeyConstraint(
            ["bound_listing", "only_center"], ["listing.key", "listing.center"], name="fk_call_own_listing"
        ),
        sa.CheckConstraint("route IN ('listing', 'helpline')", name="route"),
        sa.CheckConstraint(
            "route <> 'listing'"
            " OR (bound_listing IS NOT NULL AND bound_listing = listing AND only_center <> '')",
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
        sa.CheckConstraint(
            "outcome IN ('answered', 'promised', 'voicemail', 'abandoned', 'crisis', 'unserved', 'refused')",
            name="outcome",
        ),
        sa.CheckConstraint("ended_at IS NULL OR outcome IS NOT NULL", name="ended_with_an_outcome"),
    )

    sid: Mapped[str] = mapped_column(primary_key=True, comment="the carrier's CallSid")
    arrived_at: Mapped[datetime]
    dialled: Mapped[str] = mapped_column(comment="our number that the caller dialled")
    route: Mapped[str | None] = mapped_column(
        default=None, comment="`listing` or `helpline`; empty: no number of ours"
    )
    listing: Mapped[str | None] = mapped_column(default=None, comment="whose number was dialled")
    bound_listing: Mapped[str | None] = mapped_column(
        sa.Text, default=None, comment="the same, as long as the call is bound to its center"
    )
    helpline: Mapped[str | None] = mapped_column(
        default=None, comment="no foreign key: every call would lock the helpline's row"
    )
    only_center: Mapped[str] = mapped_column(sa.Text, comment="the one center it may reach; empty: any")
    caller: Mapped[str] = mapped_column(comment="masked")
    caller_pseudonym: Mapped[str | None] = mapped_column(
        default=None,
        comment="random; tells repeats. Only the vault leads to it. Empty: withheld",
    )
    caller_erased_at: Mapped[datetime | None] = mapped_column(
        default=None, comment="on request; since then the pseudonym leads to nobody"
    )
    state: Mapped[str] = mapped_column(comment="US state of the caller's number; may be empty")
    simulated: Mapped[bool]
    directory_version: Mapped[int] = mapped_column(comment="in force at its arrival")
    wordings_version: Mapped[int] = mapped_column(
        comment="the words that its caller hears; in force at its arrival"
    )
    status: Mapped[str] = mapped_column(default="", comment="see calls/states.py")
    turn: Mapped[int] = mapped_column(default=0, comment="how many documents it was given")
    attempts: Mapped[int] = mapped_column(default=0, comment="how many legs and decisions it has had")
    language: Mapped[str]
    shows_number: Mapped[bool] = mapped_column(default=False, comment="the caller pressed for it")
    helpline_consent: Mapped[str | None] = mapped_column(
        default=None, comment="words after which a listing's caller pressed for the helpline"
    )
    helpline_consent_at: Mapped[datetime | None] = mapped_column(default=None)
    prompt_words: Mapped[str | None] = mapped_column(
        default=None, comment="the words before a key that can be a consent"
    )
    owed_by: Mapped[str | None] = mapped_column(
        default=None, comment="the center that the caller was offered again: it owes a return call"
    )
    outcome: Mapped[str | None] = mapped_column(default=None)
    answered_by: Mapped[str | None] = mapped_column(sa.Text, sa.ForeignKey("center.key"), default=None)
    last_callback_at: Mapped[datetime] = mapped_column(comment="of its latest callback")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    carrier_seconds: Mapped[int | None] = mapped_column(default=None, comment="CallDuration")
    reaped: Mapped[bool] = mapped_column(default=False, comment="its end never came")
    spoken_seconds: Mapped[int] = mapped_column(
        default=0,
        server_default="0",
        comment="what the caller was given to listen to since the call came to its route",
    )

    legs: list[Leg] = field(default_factory=list)
    """the legs that were read together with the call"""

    @property
    def number_known(self) -> bool:
        """Whether the vault has the caller's number, so that the caller can be called back."""
        return self.caller != phone.WITHHELD and self.caller_erased_at is None

    @property
    def forgotten(self) -> bool:
        """Whether the caller's number was erased on request."""
        return self.caller_erased_at is not None

    @property
    def can_be_called_back(self) -> bool:
        """Whether the number is known, and also its zone: nobody is called at night."""
        return self.number_known and phone.by_day_somewhere(self.caller)

    @property
    def ended(self) -> bool:
        return self.status == ENDED

    @property
    def latest_leg(self) -> Leg | None:
        return self.legs[-1] if self.legs else None

    def move(self, to: str) -> None:
        """Change the state, if the table allows it."""
        self.status = moved(self.status, to)

    def mark_promised(self) -> None:
        """Store the outcome `promised`. It stays, whatever happens on the rest of the call."""
        self.move(ARRANGING)
        self.outcome = PROMISED

    def end(self, outcome: str, at: datetime) -> None:
        """End the call with an outcome."""
        self.move(ENDED)
        self.outcome = outcome
        self.ended_at = self.ended_at or at


sa.Index("ix_call_arrived_at", Call.arrived_at)
sa.Index("ix_call_caller_pseudonym", Call.caller_pseudonym)
# The column never changes, so updates of a call in progress touch no index.
sa.Index("ix_call_unended", Call.arrived_at, postgresql_where=Call.ended_at.is_(None))

# Reports still read these tables.
call = cast(sa.Table, Call.__table__)
leg = cast(sa.Table, Leg.__table__)
