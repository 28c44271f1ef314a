"""Whether the roles of the application and of the partners may do in the database what they have to, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.database import PARTNER
from callrouter.database.roles import Privilege, deviations, login_of, may_become, role_of
from callrouter.database.row_security import tables_with_wrong_policies
from callrouter.model import GRANTS, PARTNER_GRANTS, PARTNER_ROWS

_MOST = 3
"""privileges or tables that are named; of the others, how many"""


def rights(dependencies: CommandDependencies) -> str:
    """The application owns no table and changes no ledger; a partner reads its own rows and nothing else."""
    with dependencies.reading() as connection:
        role = connection.execute(sa.select(sa.func.current_user())).scalar_one()
        found = list(_deviations(connection, role))
    if found:
        mend = f"callrouter db upgrade; what stays was granted to PUBLIC, or {role} is a member or owner: REVOKE it"
        raise FailedCheck("; ".join(found), mend)
    return f"{role} owns no table, and only adds to accounts and evidence; partners see their own rows alone"


def _deviations(connection: sa.Connection, role: str) -> Iterator[str]:
    """What differs from what stands beside the tables, in words."""
    url = connection.engine.url
    partner = role_of(url, PARTNER)
    if not may_become(connection, login_of(url), partner):
        yield f"{login_of(url)} cannot work as {partner}"
        return
    for each, grants in ((role, GRANTS), (partner, PARTNER_GRANTS)):
        for word, some in zip(("may also", "may not"), deviations(connection, each, grants), strict=True):
            if some:
                yield f"{each} {word} {_listed(list(map(_in_words, some)))}"
    unsecured = tables_with_wrong_policies(connection, role, partner, PARTNER_ROWS)
    if unsecured:
        yield f"the row security of {_listed(unsecured)} is not what it should be"


def _in_words(privilege: Privilege) -> str:
    table, what = privilege
    return f"{what} on {table}"


def _listed(words: list[str]) -> str:
    more = len(words) - _MOST
    return ", ".join([*words[:_MOST], f"{more} more"] if more > 0 else words)
