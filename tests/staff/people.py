"""People with accounts, made by the domain functions that the console and the command line use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from callrouter.database import Database
from callrouter.privacy.audit import Access
from callrouter.privacy.model import AuditEntry
from callrouter.staff.accounts import StaffAct, add_account, invite
from callrouter.staff.invitations import accept_invitation, choose_password
from callrouter.staff.roles import Role
from callrouter.staff.sessions import NewSession, start_session
from callrouter.staff.tokens import token_hash

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Staff:
    """Accounts in one database; `ids` are theirs by name."""

    database: Database
    ids: dict[str, int] = field(default_factory=dict)

    def runs(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What a domain function returns in a transaction of its own."""
        return self.database.transact(lambda session: work(session, *arguments))

    def invites(
        self, name: str, role: Role = Role.VIEWER, now: datetime = NOON, partner: str | None = None
    ) -> bytes:
        """Adds an account; the hash of its link."""
        token = token_hash(f"link of {name}")
        act = StaffAct("root", now)
        self.ids[name] = self.database.transact(
            lambda session: add_account(session, name, role, act, partner=partner)
        )
        self.database.transact(lambda session: invite(session, self.ids[name], token, now))
        return token

    def joins(self, name: str, role: Role = Role.VIEWER) -> int:
        """Adds an account, whose person accepts at once; its id."""
        token = self.invites(name, role)
        self.database.transact(lambda s: choose_password(s, token, "hash", "secret", browser=b"b"))
        self.database.transact(lambda s: accept_invitation(s, token, 1, [b"code"], "UTC", NOON))
        return self.ids[name]

    def signs_in(self, name: str, token: bytes, now: datetime = NOON) -> None:
        new = NewSession(token, "192.0.2.1", "Firefox", "password and code")
        own = Access(name, new.proof, now)
        self.database.transact(lambda s: start_session(s, self.ids[name], new, own))

    def audited(self) -> list[Any]:
        """Rows of person, action, subject and reason, the oldest first."""
        statement = sa.select(
            AuditEntry.person, AuditEntry.action, AuditEntry.subject, AuditEntry.reason
        ).order_by(AuditEntry.id)
        with self.database.engine.connect() as connection:
            return list(connection.execute(statement))

    def changes(self) -> list[Any]:
        """Rows of action, subject, before and after, the oldest first."""
        statement = sa.select(AuditEntry.action, AuditEntry.subject, AuditEntry.before, AuditEntry.after)
        with self.database.engine.connect() as connection:
            return list(connection.execute(statement.order_by(AuditEntry.id)))
