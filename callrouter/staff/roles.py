"""What each role may do. *Pure.*

A page of the console names one right. Whoever has a role with that right may open the page. To see masked calls, to
search for a caller's number and to export are rights apart: most work needs only the first.
"""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing that a page or a button needs."""

    SIGNED_IN = "use the console"
    SEE_CALLS = "see calls, with masked numbers, promises and the rotation"
    SEARCH_NUMBERS = "find the calls of a caller's number"
    EXPORT = "export what a list shows"
    OPERATE = "pause centers, work on promises"
    SEE_MONEY = "see charges, reports and invoices"
    CHANGE_MONEY = "give credits, record payments, close months, decide disputes"
    SEE_DIRECTORY = "see partners, centers, listings, helplines"
    CHANGE_DIRECTORY = "change and approve the directory"
    CHANGE_WORDINGS = "change and approve what callers hear"
    READ_AUDIT = "read the audit log"
    MANAGE_STAFF = "invite and remove staff"


class Role(StrEnum):
    """What somebody's job is."""

    VIEWER = "viewer"
    OPERATIONS = "operations"
    BILLING = "billing"
    COMPLIANCE = "compliance"
    ADMIN = "admin"


_VIEWER = frozenset({Right.SIGNED_IN, Right.SEE_CALLS, Right.SEE_DIRECTORY})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATIONS: _VIEWER
    | {Right.SEARCH_NUMBERS, Right.EXPORT, Right.OPERATE, Right.CHANGE_DIRECTORY, Right.CHANGE_WORDINGS},
    Role.BILLING: _VIEWER | {Right.SEARCH_NUMBERS, Right.EXPORT, Right.SEE_MONEY, Right.CHANGE_MONEY},
    Role.COMPLIANCE: _VIEWER
    | {Right.SEARCH_NUMBERS, Right.EXPORT, Right.SEE_MONEY, Right.READ_AUDIT, Right.CHANGE_WORDINGS},
    Role.ADMIN: frozenset(Right),
}


def may(role: Role, right: Right) -> bool:
    """Whether somebody with this role has the right."""
    return right in RIGHTS[role]
