"""What each role may do. *Pure.*

A page of the console names one right. Whoever has a role with that right may open the page. To see masked calls, to
search for a caller's number and to export are rights apart: most work needs only the first. A partner's people have
rights of their own, so no page of the staff opens to them.
"""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing that a page or a button needs."""

    SIGNED_IN = "use the console"
    SEE_CALLS = "see calls, with masked numbers, promises and the rotation"
    SEARCH_NUMBERS = "find the calls of a caller's number"
    EXPORT = "export what a list shows"
    SHARE_VIEWS = "save filters of the list of calls for all"
    OPERATE = "pause centers, work on promises"
    PLAY_MESSAGES = "hear messages that callers left, with a reason"
    REVEAL_NUMBERS = "see a caller's whole number, with a reason, and approve that a colleague does"
    SEE_MONEY = "see charges, reports and invoices"
    CHANGE_MONEY = "give credits, record payments, close months, decide disputes"
    SEE_DIRECTORY = "see partners, centers, listings, helplines"
    CHANGE_DIRECTORY = "change and approve the directory"
    CHANGE_WORDINGS = "change and approve what callers hear"
    SEE_PRIVACY = "see what is kept of callers' numbers, and what was purged and erased"
    ERASE_CALLERS = "erase a caller on request"
    READ_AUDIT = "read the audit log"
    MANAGE_STAFF = "invite and remove staff"
    SEE_OWN = "see and export the calls, promises, centers, invoices and disputes of one's own partner"
    DISPUTE_OWN = "raise a dispute about a charge of one's own partner"


class Role(StrEnum):
    """What somebody's job is. `partner` is that of a partner's people; the others are ours."""

    VIEWER = "viewer"
    OPERATIONS = "operations"
    BILLING = "billing"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    PARTNER = "partner"


OF_A_PARTNER = frozenset({Right.SEE_OWN, Right.DISPUTE_OWN})
"""rights that mean something only to somebody who belongs to a partner"""

_VIEWER = frozenset({Right.SIGNED_IN, Right.SEE_CALLS, Right.SEE_DIRECTORY})
_MEMBER = _VIEWER | {Right.SEARCH_NUMBERS, Right.EXPORT, Right.SHARE_VIEWS}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATIONS: _MEMBER
    | {Right.OPERATE, Right.PLAY_MESSAGES, Right.CHANGE_DIRECTORY, Right.CHANGE_WORDINGS},
    Role.BILLING: _MEMBER | {Right.SEE_MONEY, Right.CHANGE_MONEY},
    Role.COMPLIANCE: _MEMBER
    | {
        Right.SEE_MONEY,
        Right.SEE_PRIVACY,
        Right.ERASE_CALLERS,
        Right.READ_AUDIT,
        Right.CHANGE_WORDINGS,
        Right.REVEAL_NUMBERS,
    },
    Role.ADMIN: frozenset(Right) - OF_A_PARTNER,
    Role.PARTNER: OF_A_PARTNER | {Right.SIGNED_IN},
}


def may(role: Role, right: Right) -> bool:
    """Whether somebody with this role has the right."""
    return right in RIGHTS[role]
