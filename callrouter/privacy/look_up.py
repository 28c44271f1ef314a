"""Looking for a caller's calls by the number: by somebody, for a reason, and with an entry in the audit log."""

from __future__ import annotations

from callrouter.database import Session
from callrouter.phone import masked
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.vault import Vault

LOOKED_UP = "calls looked up"


def look_up(session: Session, vault: Vault, number: str, access: Access) -> str:
    """The match value of a number, to find its calls by. It may be used once this transaction is committed.

    The entry in the audit log is about the masked number.
    """
    record_access(session, access, LOOKED_UP, masked(number))
    return vault.match(number)
