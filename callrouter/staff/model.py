"""The tables of staff accounts: who may sign in, with what, and where they are signed in; and what they were refused.

No secret is readable here: passwords are Argon2id hashes, tokens and recovery codes SHA-256 hashes of random values.
The TOTP secret is encrypted by the console before it is stored.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from callrouter.database import Base, Grants

NAME = r"^[a-z0-9][a-z0-9._@+-]{0,99}$"
"""of an account: a plain name or an e-mail address, in lower case"""


class StaffAccount(Base):
    """A person who may use the console. The row of somebody who was removed stays, because the audit log names them."""

    __tablename__ = "staff_account"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = (
        sa.UniqueConstraint("name"),
        sa.CheckConstraint(f"name ~ '{NAME}'", name="name"),
        sa.CheckConstraint(
            "role IN ('viewer', 'operations', 'billing', 'compliance', 'admin', 'partner')", name="role"
        ),
        sa.CheckConstraint("(role = 'partner') = (partner IS NOT NULL)", name="partner"),
        sa.CheckConstraint("(password_hash IS NULL) = (totp_secret IS NULL)", name="both_factors"),
        sa.CheckConstraint("removed_at IS NULL OR password_hash IS NULL", name="removed"),
        {"comment": "who may use the console"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    partner: Mapped[str | None] = mapped_column(
        sa.Text, sa.ForeignKey("partner.key"), comment="whose person it is, with the role `partner`"
    )
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    set_up_at: Mapped[datetime | None] = mapped_column(comment="when they first could sign in")
    removed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(
        comment="Argon2id; empty until the invitation is accepted"
    )
    totp_secret: Mapped[str | None] = mapped_column(
        comment="encrypted with a key that the database does not have"
    )
    totp_counter: Mapped[int | None] = mapped_column(
        sa.BigInteger, comment="of the last code that was accepted; no code up to it is accepted again"
    )
    zone: Mapped[str] = mapped_column(server_default="UTC", comment="the time zone that they read in")
    shortcuts: Mapped[bool] = mapped_column(server_default=sa.true(), comment="keyboard shortcuts are on")


class StaffInvitation(Base):
    """A one-time link by which a person chooses a password and sets up the second factor."""

    __tablename__ = "staff_invitation"
    __grants__ = Grants(insert=True, update=True, delete=True)
    __table_args__ = (
        sa.Index("ix_staff_invitation_account", "account"),
        sa.CheckConstraint("(password_hash IS NULL) = (totp_secret IS NULL)", name="both_factors"),
        {"comment": "one-time links to set up an account; a used, expired or replaced one is deleted"},
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(sa.ForeignKey("staff_account.id"))
    expires_at: Mapped[datetime]
    is_first: Mapped[bool] = mapped_column(comment="made by the link of a fresh installation")
    browser_hash: Mapped[bytes | None] = mapped_column(comment="of the browser that chose the password")
    password_hash: Mapped[str | None] = mapped_column(comment="chosen, and in force with the first TOTP code")
    totp_secret: Mapped[str | None]


class StaffIdentity(Base):
    """A person of an OpenID Connect provider to whom an account belongs."""

    __tablename__ = "staff_identity"
    __grants__ = Grants(insert=True, delete=True)
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        {"comment": "who people are at the provider of single sign-on"},
    )

    account: Mapped[int] = mapped_column(sa.ForeignKey("staff_account.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(comment="the provider's own name of the person, which never changes")
    bound_at: Mapped[datetime]


class StaffSession(Base):
    """A browser in which a person is signed in."""

    __tablename__ = "staff_session"
    __grants__ = Grants(insert=True, update=True, delete=True)
    __table_args__ = (
        sa.UniqueConstraint("token_hash"),
        sa.Index("ix_staff_session_account", "account"),
        {"comment": "where people are signed in; an ended one is deleted"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes]
    account: Mapped[int] = mapped_column(sa.ForeignKey("staff_account.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(comment="the last act, to the minute; polling does not count")
    confirmed_at: Mapped[datetime] = mapped_column(comment="when they last proved who they are")
    address: Mapped[str]
    browser: Mapped[str]
    proof: Mapped[str] = mapped_column(comment="what they signed in with")


class Passkey(Base):
    """A WebAuthn credential."""

    __tablename__ = "staff_passkey"
    __grants__ = Grants(insert=True, update=True, delete=True)
    __table_args__ = (
        sa.UniqueConstraint("credential_id"),
        sa.Index("ix_staff_passkey_account", "account"),
        {"comment": "WebAuthn credentials, https://www.w3.org/TR/webauthn-3/"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(sa.ForeignKey("staff_account.id"))
    name: Mapped[str]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes] = mapped_column(comment="COSE")
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, comment="0 where the authenticator has no counter")
    transports: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for TOTP once. A used one is deleted."""

    __tablename__ = "staff_recovery_code"
    __grants__ = Grants(insert=True, delete=True)
    __table_args__ = {"comment": "unused recovery codes; each is 80 random bits, so a plain hash hides it"}

    account: Mapped[int] = mapped_column(sa.ForeignKey("staff_account.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)


class SignInAttempt(Base):
    """An attempt to prove who one is that failed, or whose end is not known yet."""

    __tablename__ = "staff_sign_in_attempt"
    __grants__ = Grants(insert=True, delete=True)
    __table_args__ = (
        sa.Index("ix_staff_sign_in_attempt_name", "name", "at"),
        sa.Index("ix_staff_sign_in_attempt_address", "address", "at"),
        sa.Index("ix_staff_sign_in_attempt_at", "at"),
        sa.CheckConstraint("factor IN ('password', 'code', 'recovery', 'provider')", name="factor"),
        {"comment": "failed attempts to sign in, for a day"},
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(comment="as typed; there need be no such account")
    address: Mapped[str]
    device: Mapped[bytes | None] = mapped_column(
        comment="hash of a browser that has signed in as this name before"
    )
    factor: Mapped[str]


class RefusalCount(Base):
    """How often the console has refused something of one kind."""

    __tablename__ = "staff_refusal"
    __grants__ = Grants(insert=True, update=True)
    __table_args__ = {"comment": "how often the console has refused something, for a metric"}

    kind: Mapped[str] = mapped_column(primary_key=True, comment="see staff/refusals.py")
    refusals: Mapped[int] = mapped_column(sa.BigInteger)


class SavedView(Base):
    """A filter of the list of calls under a name, for the one who saved it or for all."""

    __tablename__ = "staff_saved_view"
    __grants__ = Grants(insert=True, update=("name",), delete=True)
    __table_args__ = (
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        # A view of one caller would outlive the caller's right to be forgotten.
        sa.CheckConstraint("address !~ '(^|&)caller='", name="no_caller"),
        # A name is one view for all, and one of each person's own.
        sa.Index("uq_staff_saved_view_shared", "name", unique=True, postgresql_where=sa.text("shared")),
        sa.Index(
            "uq_staff_saved_view_own", "account", "name", unique=True, postgresql_where=sa.text("NOT shared")
        ),
        {"comment": "filters of the list of calls under a name"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(
        comment="the filter as in the address of the list, `outcome=answered`"
    )
    account: Mapped[int] = mapped_column(sa.ForeignKey("staff_account.id"), comment="who saved it")
    shared: Mapped[bool] = mapped_column(comment="for all; it stays when who saved it is removed")
    saved_at: Mapped[datetime]


class ConfirmedAct(Base):
    """An act that was shown before and then confirmed. Its key keeps a second click from doing it again."""

    __tablename__ = "staff_confirmed_act"
    __grants__ = Grants(insert=True, update=("sentence",))
    __table_args__ = ({"comment": "acts that staff confirmed, each once"},)

    key: Mapped[str] = mapped_column(primary_key=True, comment="random, made with the page that showed it")
    done_at: Mapped[datetime]
    sentence: Mapped[str] = mapped_column(comment="what was done, in words")
