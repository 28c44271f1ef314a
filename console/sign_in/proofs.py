"""Checking who somebody is: password, code, recovery code, passkey. Each attempt is counted before it is checked."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import g

from callrouter.database import Session
from callrouter.errors import Fault, NotKnown
from callrouter.privacy.audit import Access
from callrouter.staff.accounts import account_by_id, account_named, normal_name
from callrouter.staff.credentials import passkey_with, use_passkey, use_recovery_code, use_totp_counter
from callrouter.staff.discovery import ProviderUnavailable
from callrouter.staff.identities import is_bound
from callrouter.staff.refusals import RefusalKind
from callrouter.staff.roles import Role
from callrouter.staff.throttle import (
    CODE,
    PASSWORD,
    PROVIDER,
    RECOVERY,
    BegunAttempt,
    SignInRequest,
    begin_attempt,
    end_attempts,
    note_guessing,
)
from callrouter.staff.tokens import code_hash
from console.dependencies import ConsoleDependencies
from console.sign_in.browser import Challenge, KnownBrowsers, client_address
from console.sign_in.identity_provider import IdentityProvider
from console.sign_in.passkeys import RelyingParty, credential_id, new_sign_count
from console.sign_in.passwords import Passwords
from console.sign_in.totp import StaffTotp

NO_NAME = "-"
"""stands for what cannot be a name; no account has it"""
_log = structlog.get_logger()


class TooManyAttempts(Exception):
    """This browser, or this address, has been wrong too often; the attempt was not looked at."""


@dataclass(frozen=True)
class Proofs:
    """What the sign-in pages check proofs with."""

    dependencies: ConsoleDependencies
    passwords: Passwords
    totp: StaffTotp
    browsers: KnownBrowsers
    provider: IdentityProvider | None = None
    """of single sign-on"""

    def now(self) -> datetime:
        return self.dependencies.clock()

    def transact(self, work: Callable[[Session], Any]) -> Any:
        return self.dependencies.database.transact(work)

    def account(self, number: int) -> Any:
        """The row of an account; None where it was removed."""
        return self.transact(lambda session: account_by_id(session, number))

    def the_provider(self) -> IdentityProvider:
        """The provider; where there is none, there is no such page."""
        if self.provider is None:
            raise NotKnown("Single sign-on is not set up here.")
        return self.provider

    def must_use_provider(self, role: str) -> bool:
        """Whether people of this role sign in through the provider alone. It is ours, and knows no partner's people."""
        is_required = self.provider is not None and self.provider.settings.is_required
        return is_required and role not in (Role.ADMIN.value, Role.PARTNER.value)

    def can_use_provider(self, account: int) -> bool:
        """Whether the provider can prove who the person of this account is."""
        if self.provider is None:
            return False
        issuer = self.provider.settings.issuer
        return bool(self.transact(lambda session: is_bound(session, account, issuer)))

    @contextmanager
    def counted_answer(self) -> Iterator[None]:
        """Count an answer of the provider until it was right. Raises TooManyAttempts.

        It counts for the address alone, and nothing counts while the provider is down.
        """
        nobody = f"{NO_NAME} {secrets.token_urlsafe(12)}"
        device = self.browsers.any_device()
        attempt = SignInRequest(nobody, client_address(), device, PROVIDER, self.now())
        begun = self._counted(attempt)
        try:
            yield
        except ProviderUnavailable:
            self.transact(lambda session: end_attempts(session, begun.number, attempt))
            raise
        self.transact(lambda session: end_attempts(session, begun.number, attempt))

    def by_password(self, typed_name: str, password: str) -> Any:
        """The account of this name and password; None where one is wrong. Raises TooManyAttempts."""
        name = _stored_name(typed_name)
        attempt, begun = self._begin(name, PASSWORD)
        account = self._named(name)
        if not self.passwords.is_right(password, account.password_hash if account else None):
            self._note_wrong(attempt, begun, known=account is not None)
            return None
        self.transact(lambda session: end_attempts(session, begun.number, attempt))
        return account

    def by_code(self, account: Any, code: str) -> bool:
        """Whether a TOTP code is right and was not used before. Raises TooManyAttempts."""
        counter = None
        attempt, begun = self._begin(account.name, CODE)
        if account.totp_secret:
            counter = self.totp.counter_of(code, account.totp_secret, account.totp_counter)
        if counter is None:
            self._note_wrong(attempt, begun)
            return False
        return self._use(lambda session: use_totp_counter(session, account.id, counter), attempt, begun)

    def by_recovery_code(self, account: Any, code: str) -> bool:
        """Whether it is an unused recovery code. Raises TooManyAttempts."""
        attempt, begun = self._begin(account.name, RECOVERY)
        own = Access(account.name, "in place of a TOTP code", attempt.at)
        hashed = code_hash(code)
        return self._use(lambda session: use_recovery_code(session, account.id, hashed, own), attempt, begun)

    def by_passkey(self, party: RelyingParty | None, answer: str, challenge: Challenge | None) -> Any:
        """The account whose passkey answered the challenge; None where the answer is not right, or not new."""
        named = credential_id(answer)
        g.refusal = RefusalKind.SIGN_IN
        if party is None or challenge is None or named is None:
            return None
        passkey = self.transact(lambda session: passkey_with(session, named))
        signs = new_sign_count(party, answer, challenge.value, passkey) if passkey else None
        if signs is None:
            return None
        now, made_at = self.now(), challenge.made_at
        if not self.transact(lambda session: use_passkey(session, passkey.id, signs, now, made_at)):
            return None
        g.refusal = None
        return self.account(passkey.account)

    def _use(self, use: Callable[[Session], bool], attempt: SignInRequest, begun: BegunAttempt) -> bool:
        """Use a code up, and forgive the wrong ones before, in one transaction; False where it is used up already."""

        def work(session: Session) -> bool:
            if not use(session):
                return False
            end_attempts(session, begun.number, attempt)
            return True

        if self.transact(work):
            return True
        self._note_wrong(attempt, begun)
        return False

    def _note_wrong(self, attempt: SignInRequest, begun: BegunAttempt, *, known: bool = True) -> None:
        g.refusal = RefusalKind.SIGN_IN
        if known and begun.is_last:
            self.transact(lambda session: note_guessing(session, attempt))

    def _begin(self, name: str, factor: str) -> tuple[SignInRequest, BegunAttempt]:
        attempt = SignInRequest(name, client_address(), self.browsers.device(name), factor, self.now())
        return attempt, self._counted(attempt)

    def _counted(self, attempt: SignInRequest) -> BegunAttempt:
        begun: BegunAttempt | None = self.transact(lambda session: begin_attempt(session, attempt))
        if begun is None:
            _log.warning("sign-in refused: too many attempts", name=attempt.name, factor=attempt.factor)
            raise TooManyAttempts
        return begun

    def _named(self, name: str) -> Any:
        try:
            return self.transact(lambda session: account_named(session, name))
        except NotKnown:
            return None


def _stored_name(typed: str) -> str:
    try:
        return normal_name(typed)
    except Fault:
        return NO_NAME
