"""Looks up a caller's calls by number. The audit log gets an entry with the reason."""

from __future__ import annotations

from callrouter.database import Session
from callrouter.phone import masked
from callrouter.privacy.audit import Access, record_access
from callrouter.privacy.pseudonyms import NOBODY, pseudonyms_of
from callrouter.privacy.vault import Vault

LOOKED_UP = "calls looked up"


def look_up(session: Session, vault: Vault, number: str, access: Access) -> str:
    """Return the pseudonym of a number, or NOBODY. Use it after this transaction is committed.

    The audit log gets the masked number.
    """
    record_access(session, access, LOOKED_UP, masked(number))
    return next(iter(pseudonyms_of(session, vault, number)), NOBODY)
