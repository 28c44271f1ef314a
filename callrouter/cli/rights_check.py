"""Whether the application may do in the database what it has to, and no more."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.failed_check import FailedCheck
from callrouter.database.roles import Privilege, deviations
from callrouter.model import GRANTS

_MOST = 3
"""privileges that are named; of the others, how many"""


def rights(dependencies: CommandDependencies) -> str:
    """The application owns no table, and may do with each what is listed for it: not change the ledger."""
    with dependencies.reading() as connection:
        role = connection.execute(sa.select(sa.func.current_user())).scalar_one()
        beyond, lacking = deviations(connection, role, GRANTS)
    if beyond or lacking:
        found = [
            f"{role} {word} {_listed(some)}"
            for word, some in (("may also", beyond), ("may not", lacking))
            if some
        ]
        mend = f"callrouter db upgrade; what stays was granted to PUBLIC, or {role} is a member or owner: REVOKE it"
        raise FailedCheck("; ".join(found), mend)
    return f"{role} owns no table, and only adds to accounts and evidence"


def _listed(privileges: list[Privilege]) -> str:
    some = [f"{privilege} on {table}" for table, privilege in privileges[:_MOST]]
    more = len(privileges) - len(some)
    return ", ".join([*some, f"{more} more"] if more else some)
