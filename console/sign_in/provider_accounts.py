"""Whose account it is, when the provider has said who somebody is."""

from __future__ import annotations

from typing import Any

from callrouter.database import DuplicateKey, Session
from callrouter.privacy.audit import Access, record_access
from callrouter.staff.identities import (
    Identity,
    IdentityTaken,
    NotInvited,
    account_of,
    bind_by_email,
    bind_by_invitation,
)
from callrouter.staff.tokens import token_hash
from console.sign_in.browser import client_address, one_line
from console.sign_in.proofs import Proofs
from console.sign_in.provider_refusals import ProviderRefusal, Refusal
from console.sign_in.provider_requests import SignInPurpose

_LONGEST_SUBJECT = 100


def account_for(proofs: Proofs, identity: Identity, purpose: SignInPurpose) -> Any:
    """The row of the person's account, which the first sign-in binds to them. Raises ProviderRefusal."""
    try:
        number = proofs.transact(lambda session: _account_number(session, proofs, identity, purpose))
        account = proofs.account(number)
    except NotInvited as error:
        raise _refused(proofs, identity, Refusal.NOT_INVITED, str(error)) from error
    except IdentityTaken as error:
        raise _refused(proofs, identity, Refusal.TAKEN, str(error)) from error
    except DuplicateKey as error:
        raise _refused(proofs, identity, Refusal.TAKEN, "the person has another account") from error
    if account is None:
        raise _refused(proofs, identity, Refusal.NOT_INVITED, "removed at the same moment")
    return account


def _account_number(session: Session, proofs: Proofs, identity: Identity, purpose: SignInPurpose) -> int:
    if purpose.invitation:
        return bind_by_invitation(session, token_hash(purpose.invitation), identity, proofs.now())
    known = account_of(session, identity)
    return known.id if known else bind_by_email(session, identity, proofs.now())


def _refused(proofs: Proofs, identity: Identity, why: Refusal, reason: str) -> ProviderRefusal:
    """Put into the audit log for whom the provider has vouched in vain."""
    subject = one_line(identity.email or identity.subject)[:_LONGEST_SUBJECT]
    access = Access(f"somebody at {client_address()}", f"{reason}; {identity.issuer}", proofs.now())
    proofs.transact(lambda session: record_access(session, access, "sign-in failed", subject))
    return ProviderRefusal(why)
