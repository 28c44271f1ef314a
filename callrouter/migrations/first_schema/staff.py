"""Staff accounts, and what they sign in with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

INSTANT = sa.DateTime(timezone=True)


def create() -> None:
    """Make the tables."""
    op.create_table(
        "staff_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=True, comment="whose person it is, with the role `partner`"),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("set_up_at", INSTANT, nullable=True, comment="when they first could sign in"),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column(
            "password_hash",
            sa.Text(),
            nullable=True,
            comment="Argon2id; empty until the invitation is accepted",
        ),
        sa.Column(
            "totp_secret",
            sa.Text(),
            nullable=True,
            comment="encrypted with a key that the database does not have",
        ),
        sa.Column(
            "totp_counter",
            sa.BigInteger(),
            nullable=True,
            comment="of the last code that was accepted; no code up to it is accepted again",
        ),
        sa.Column(
            "zone", sa.Text(), server_default="UTC", nullable=False, comment="the time zone that they read in"
        ),
        sa.Column(
            "shortcuts",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="keyboard shortcuts are on",
        ),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9._@+-]{0,99}$'", name=op.f("ck_staff_account_name")),
        sa.CheckConstraint(
            "role IN ('viewer', 'operations', 'billing', 'compliance', 'admin', 'partner')",
            name=op.f("ck_staff_account_role"),
        ),
        sa.CheckConstraint(
            "(role = 'partner') = (partner IS NOT NULL)", name=op.f("ck_staff_account_partner")
        ),
        sa.CheckConstraint(
            "(password_hash IS NULL) = (totp_secret IS NULL)", name=op.f("ck_staff_account_both_factors")
        ),
        sa.CheckConstraint(
            "removed_at IS NULL OR password_hash IS NULL", name=op.f("ck_staff_account_removed")
        ),
        sa.ForeignKeyConstraint(["partner"], ["partner.key"], name=op.f("fk_staff_account_partner_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_account")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_account_name")),
        comment="who may use the console",
    )
    op.create_table(
        "staff_invitation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column(
            "is_first", sa.Boolean(), nullable=False, comment="made by the link of a fresh installation"
        ),
        sa.Column(
            "browser_hash", sa.LargeBinary(), nullable=True, comment="of the browser that chose the password"
        ),
        sa.Column(
            "password_hash", sa.Text(), nullable=True, comment="chosen, and in force with the first TOTP code"
        ),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(password_hash IS NULL) = (totp_secret IS NULL)", name=op.f("ck_staff_invitation_both_factors")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_account.id"], name=op.f("fk_staff_invitation_account_staff_account")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_invitation")),
        comment="one-time links to set up an account; a used, expired or replaced one is deleted",
    )
    op.create_index("ix_staff_invitation_account", "staff_invitation", ["account"], unique=False)
    op.create_table(
        "staff_identity",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="the provider's own name of the person, which never changes",
        ),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_account.id"], name=op.f("fk_staff_identity_account_staff_account")
        ),
        sa.PrimaryKeyConstraint("account", "issuer", name=op.f("pk_staff_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_identity_issuer_subject")),
        comment="who people are at the provider of single sign-on",
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column(
            "seen_at", INSTANT, nullable=False, comment="the last act, to the minute; polling does not count"
        ),
        sa.Column("confirmed_at", INSTANT, nullable=False, comment="when they last proved who they are"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False, comment="what they signed in with"),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_account.id"], name=op.f("fk_staff_session_account_staff_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
        comment="where people are signed in; an ended one is deleted",
    )
    op.create_index("ix_staff_session_account", "staff_session", ["account"], unique=False)
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False, comment="COSE"),
        sa.Column(
            "sign_count", sa.BigInteger(), nullable=False, comment="0 where the authenticator has no counter"
        ),
        sa.Column("transports", ARRAY(sa.Text()), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_account.id"], name=op.f("fk_staff_passkey_account_staff_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
        comment="WebAuthn credentials, https://www.w3.org/TR/webauthn-3/",
    )
    op.create_index("ix_staff_passkey_account", "staff_passkey", ["account"], unique=False)
    op.create_table(
        "staff_recovery_code",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_account.id"], name=op.f("fk_staff_recovery_code_account_staff_account")
        ),
        sa.PrimaryKeyConstraint("account", "code_hash", name=op.f("pk_staff_recovery_code")),
        comment="unused recovery codes; each is 80 random bits, so a plain hash hides it",
    )
    op.create_table(
        "staff_sign_in_attempt",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as typed; there need be no such account"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "device",
            sa.LargeBinary(),
            nullable=True,
            comment="hash of a browser that has signed in as this name before",
        ),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "factor IN ('password', 'code', 'recovery', 'provider')",
            name=op.f("ck_staff_sign_in_attempt_factor"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sign_in_attempt")),
        comment="failed attempts to sign in, for a day",
    )
    op.create_index(
        "ix_staff_sign_in_attempt_address", "staff_sign_in_attempt", ["address", "at"], unique=False
    )
    op.create_index("ix_staff_sign_in_attempt_at", "staff_sign_in_attempt", ["at"], unique=False)
    op.create_index("ix_staff_sign_in_attempt_name", "staff_sign_in_attempt", ["name", "at"], unique=False)
    op.create_table(
        "staff_refusal",
        sa.Column("kind", sa.Text(), nullable=False, comment="see staff/refusals.py"),
        sa.Column("refusals", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_staff_refusal")),
        comment="how often the console has refused something, for a metric",
    )
    op.create_table(
        "staff_confirmed_act",
        sa.Column("key", sa.Text(), nullable=False, comment="random, made with the page that showed it"),
        sa.Column("done_at", INSTANT, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False, comment="what was done, in words"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_staff_confirmed_act")),
        comment="acts that staff confirmed, each once",
    )
    op.create_table(
        "staff_saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "address",
            sa.Text(),
            nullable=False,
            comment="the filter as in the address of the list, `outcome=answered`",
        ),
        sa.Column("account", sa.Integer(), nullable=False, comment="who saved it"),
        sa.Column(
            "shared", sa.Boolean(), nullable=False, comment="for all; it stays when who saved it is removed"
        ),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_staff_saved_view_name")),
        sa.CheckConstraint("address !~ '(^|&)caller='", name=op.f("ck_staff_saved_view_no_caller")),
        sa.ForeignKeyConstraint(
            ["account"], ["staff_account.id"], name=op.f("fk_staff_saved_view_account_staff_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_saved_view")),
        comment="filters of the list of calls under a name",
    )
    op.create_index(
        "uq_staff_saved_view_shared",
        "staff_saved_view",
        ["name"],
        unique=True,
        postgresql_where=sa.text("shared"),
    )
    op.create_index(
        "uq_staff_saved_view_own",
        "staff_saved_view",
        ["account", "name"],
        unique=True,
        postgresql_where=sa.text("NOT shared"),
    )
