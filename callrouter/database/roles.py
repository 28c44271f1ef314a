"""The roles that connections work as, and what each may do with each table.

Who connects is a login. Migrations work as the login that owns the tables. Everything else works as the application's
role, which owns nothing and may do what stands beside each table as `__grants__`; what a partner reads, the console
reads as the partners' role (`row_security.py`). The names come from the login, so that two installations in one
cluster have roles of their own (docs/decisions/0045).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa

from callrouter.errors import CallRouterError

APPLICATION = "app"
"""the last part of the role's name: `callrouter_app` for the login `callrouter`"""
PARTNER = "partner"
"""the same of the role that sees the rows of one partner"""
_LONGEST_NAME = 63
_ON_SCHEMA = "schema"
"""stands for the name of a table, where a privilege is of the schema"""

# The catalogs of PostgreSQL are no tables of ours, and their functions read best as SQL.
_EXISTS = sa.text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)")
_MAY_BECOME = "SELECT pg_has_role(:login, :role, '{}')"
_SEQUENCES = sa.text(
    "SELECT count(*) FILTER (WHERE has_sequence_privilege(:role, oid, 'USAGE')) AS granted, count(*) AS total"
    " FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace"
)
_PRIVILEGES = sa.text(
    "WITH ours AS (SELECT oid, relname FROM pg_class"
    "  WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')),"
    " asked AS (SELECT unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])"
    "  AS privilege)"
    " SELECT relname, privilege FROM ours, asked WHERE has_table_privilege(:role, oid, privilege)"
    " UNION ALL SELECT relname, privilege || ' (' || attname || ')'"
    "  FROM ours JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped, asked"
    "  WHERE privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"
    "   AND has_column_privilege(:role, oid, attnum, privilege) AND NOT has_table_privilege(:role, oid, privilege)"
    " UNION ALL SELECT 'schema', privilege FROM unnest(ARRAY['USAGE', 'CREATE']) AS privilege"
    "  WHERE has_schema_privilege(:role, current_schema(), privilege)"
)

Privilege = tuple[str, str]
"""table, and `SELECT`, `INSERT`, `UPDATE`, `UPDATE (column)`, `DELETE` …"""


class RoleNotMade(CallRouterError):
    """The login of the migrations may not make the roles: an administrator does it."""


@dataclass(frozen=True)
class Grants:
    """What a role may do with a table. `select` and `update` may name the only columns."""

    insert: bool = False
    update: bool | tuple[str, ...] = False
    delete: bool = False
    select: bool | tuple[str, ...] = True

    def __iter__(self) -> Iterator[str]:
        """As `GRANT` has them."""
        if self.select is True:
            yield "SELECT"
        if isinstance(self.select, tuple):
            yield from (f"SELECT ({column})" for column in self.select)
        if self.insert:
            yield "INSERT"
        if self.update is True:
            yield "UPDATE"
        if isinstance(self.update, tuple):
            yield from (f"UPDATE ({column})" for column in self.update)
        if self.delete:
            yield "DELETE"


def login_of(url: sa.URL) -> str:
    """The user who connects, by the URL or else by libpq's default."""
    if named := url.username or url.query.get("user"):
        return str(named)
    [value] = [each.val for each in psycopg.pq.Conninfo.get_defaults() if each.keyword == b"user"]
    return (value or b"").decode()


def role_of(url: sa.URL, kind: str = APPLICATION) -> str:
    """The role of that kind for whoever connects by this URL."""
    ending = f"_{kind}"
    return login_of(url).encode()[: _LONGEST_NAME - len(ending)].decode(errors="ignore") + ending


def as_role(role: str | None) -> str:
    """The option of a connection that works as the role from its start; None: as the login."""
    if role is None:
        return ""
    escaped = role.replace("\\", "\\\\").replace(" ", "\\ ")
    return f" -c role={escaped}"


def may_become(connection: sa.Connection, login: str, role: str) -> bool:
    """Whether that login can work as the role; False where there is no such role."""
    if not connection.execute(_EXISTS, {"role": role}).scalar_one():
        return False
    # Since version 16 somebody may be a member who may hand the role on, and not work as it.
    version = connection.dialect.server_version_info or (0,)
    question = _MAY_BECOME.format("SET" if version >= (16,) else "MEMBER")
    return bool(connection.execute(sa.text(question), {"login": login, "role": role}).scalar_one())


def make_roles(connection: sa.Connection, roles: Sequence[str], login: str) -> None:
    """Make the roles, which `login` works as, where they are not there yet. Raises RoleNotMade.

    Roles belong to the whole cluster, so migrations of other databases may make them at the same moment.
    """
    try:
        for role in roles:
            _make_role(connection, role, login)
    except sa.exc.ProgrammingError as error:
        if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise
        statements = "; ".join(
            statement for role in roles for statement in _making_statements(connection, role, login)
        )
        raise RoleNotMade(
            f"the application works as the roles {' and '.join(roles)}, which this login may not make:"
            f" have an administrator run `{statements};`, where one is not done yet,"
            " and then `callrouter db upgrade` again"
        ) from error


def _make_role(connection: sa.Connection, role: str, login: str) -> None:
    create, grant = _making_statements(connection, role, login)
    if not connection.execute(_EXISTS, {"role": role}).scalar_one():
        _run_once(connection, create)
    if not may_become(connection, login, role):
        _run_once(connection, grant)


def _making_statements(connection: sa.Connection, role: str, login: str) -> tuple[str, str]:
    quote = connection.dialect.identifier_preparer.quote
    return f"CREATE ROLE {quote(role)} NOLOGIN", f"GRANT {quote(role)} TO {quote(login)}"


def _run_once(connection: sa.Connection, statement: str) -> None:
    """Run what another may have done by now."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except (sa.exc.ProgrammingError, sa.exc.IntegrityError) as error:
        if not isinstance(error.orig, psycopg.errors.DuplicateObject | psycopg.errors.UniqueViolation):
            raise


def grant(connection: sa.Connection, role: str, grants: Mapping[str, Grants]) -> None:
    """Let the role do exactly that with each table, by its name. Changes nothing where it is so."""
    adds = any(granted.insert for granted in grants.values())
    sequences = connection.execute(_SEQUENCES, {"role": role}).one()
    as_wanted = sequences.granted == (sequences.total if adds else 0)
    if as_wanted and not any(deviations(connection, role, grants)):
        return
    quote = connection.dialect.identifier_preparer.quote
    to, schema = quote(role), quote(connection.execute(sa.select(sa.func.current_schema())).scalar_one())
    statements = [
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {to}",
        *([f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {to}"] if adds else []),
        *(f"GRANT {', '.join(wanted)} ON {quote(table)} TO {to}" for table, wanted in grants.items()),
    ]
    for statement in statements:
        connection.exec_driver_sql(statement)


def deviations(
    connection: sa.Connection, role: str, grants: Mapping[str, Grants]
) -> tuple[list[Privilege], list[Privilege]]:
    """What the role may do beyond `grants`, and what it may not do of them."""
    wanted = {(table, privilege) for table, granted in grants.items() for privilege in granted}
    wanted.add((_ON_SCHEMA, "USAGE"))
    found = privileges(connection, role)
    return sorted(found - wanted), sorted(wanted - found)


def privileges(connection: sa.Connection, role: str) -> set[Privilege]:
    """What the role may do with the tables of the schema, and with the schema."""
    return {(table, privilege) for table, privilege in connection.execute(_PRIVILEGES, {"role": role})}
