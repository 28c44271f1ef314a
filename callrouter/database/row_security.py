"""Which rows each role sees: PostgreSQL's row security (docs/decisions/0049).

The partners' role sees the rows of one partner, which `set_current_partner` names for the transaction. Without it the
role sees no row. The application's role sees all rows: its policy is `true`, which the planner drops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from callrouter.database.roles import Grants
from callrouter.database.session import Session

# Once set, a PostgreSQL setting is empty in later transactions, not null. Some rows have an empty partner, so an empty
# setting must match nothing.
CURRENT_PARTNER = "NULLIF(current_setting('own.partner', true), '')"
"""the partner of the transaction, in the condition of a policy; null: there is none"""
_NAME_PARTNER = sa.select(
    sa.func.set_config("own.partner", sa.bindparam("partner", type_=sa.Text), sa.true())
)
_ALL_ROWS = "true"

# Policies are in the catalogs alone, and SQLAlchemy has no construct for them. The comment has a digest of what we
# wrote and of what the database made of it, so that a policy that was changed by hand is found.
_FOUND = sa.text(
    "SELECT relname AS table, polname AS policy, obj_description(pg_policy.oid, 'pg_policy') AS comment,"
    " concat_ws(' ', polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid),"
    " pg_get_expr(polwithcheck, polrelid)) AS meaning"
    " FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
    " WHERE relnamespace = current_schema()::regnamespace"
)
_SECURED = sa.text(
    "SELECT relname FROM pg_class"
    " WHERE relrowsecurity AND NOT relforcerowsecurity AND relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True)
class PartnerRows:
    """What a partner may read of a table: rows by a condition in SQL, and columns by name; empty: all columns."""

    where: str
    columns: str = ""

    @property
    def grants(self) -> Grants:
        """The partners' role only reads."""
        return Grants(select=tuple(self.columns.split()) or True)


class Policy(NamedTuple):
    """A policy: the role reads, or does all that it is granted, with the rows of a condition."""

    table: str
    name: str
    role: str
    command: str
    where: str


def policies(
    application: str, partner: str, rows: Mapping[str, PartnerRows]
) -> dict[tuple[str, str], Policy]:
    """The policies of these tables, by table and name."""
    wanted = [
        policy
        for table, own in rows.items()
        for policy in (
            Policy(table, "application", application, "ALL", _ALL_ROWS),
            Policy(table, "partner", partner, "SELECT", own.where),
        )
    ]
    return {(policy.table, policy.name): policy for policy in wanted}


def apply_policies(
    connection: sa.Connection, application: str, partner: str, rows: Mapping[str, PartnerRows]
) -> None:
    """Let exactly these policies hold, where they do not yet. Whoever owns the tables is not bound by them."""
    quote = connection.dialect.identifier_preparer.quote
    differing = set(tables_with_wrong_policies(connection, application, partner, rows))
    for row in connection.execute(_FOUND).all():
        if row.table in differing:
            connection.exec_driver_sql(f"DROP POLICY {quote(row.policy)} ON {quote(row.table)}")
    for table in sorted(differing):
        switch = "ENABLE" if table in rows else "DISABLE"
        connection.exec_driver_sql(
            f"ALTER TABLE {quote(table)} {switch} ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
        )
    for policy in policies(application, partner, rows).values():
        if policy.table in differing:
            _create(connection, policy)


def tables_with_wrong_policies(
    connection: sa.Connection, application: str, partner: str, rows: Mapping[str, PartnerRows]
) -> list[str]:
    """The tables whose policies are not these, or that have some and should not."""
    return sorted(set(_unsecured(connection, policies(application, partner, rows), rows)))


def set_current_partner(session: Session, partner: str) -> None:
    """Let the partners' role see the rows of this partner until the transaction ends."""
    session.execute(_NAME_PARTNER, {"partner": partner})


def _unsecured(
    connection: sa.Connection, wanted: Mapping[tuple[str, str], Policy], rows: Mapping[str, PartnerRows]
) -> Iterator[str]:
    found = {(row.table, row.policy): row for row in connection.execute(_FOUND)}
    yield from set(rows) ^ set(connection.execute(_SECURED).scalars())
    yield from (table for table, _ in set(wanted) ^ set(found))
    for key in set(wanted) & set(found):
        if found[key].comment != _digest(wanted[key], found[key].meaning):
            yield key[0]


def _create(connection: sa.Connection, policy: Policy) -> None:
    quote = connection.dialect.identifier_preparer.quote
    of = f"{quote(policy.name)} ON {quote(policy.table)}"
    connection.exec_driver_sql(
        f"CREATE POLICY {of} FOR {policy.command} TO {quote(policy.role)} USING ({policy.where})"
    )
    [meaning] = [
        row.meaning
        for row in connection.execute(_FOUND)
        if (row.table, row.policy) == (policy.table, policy.name)
    ]
    connection.exec_driver_sql(f"COMMENT ON POLICY {of} IS '{_digest(policy, meaning)}'")


def _digest(policy: Policy, meaning: str) -> str:
    return sha256(repr((policy, meaning)).encode()).hexdigest()
