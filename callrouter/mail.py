"""Sends messages through a mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from ssl import SSLContext, create_default_context
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from callrouter.errors import NotDelivered

SECONDS_TO_WAIT = 10.0
"""for the server, at each step"""
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_SUBMISSION, _SUBMISSIONS = 587, 465


class MailServer(NamedTuple):
    """The address of a mail server. `implicit_tls` is TLS from the first byte (SMTPS) instead of STARTTLS."""

    host: str
    port: int
    implicit_tls: bool
    user: str = ""
    password: str = ""


def mail_server(url: str) -> MailServer:
    """`smtp://user:password@host:587` or `smtps://…`; a password may have `%40` for `@`. *Pure.*"""
    parts = urlsplit(url)
    implicit_tls = parts.scheme == "smtps"
    port = parts.port or (_SUBMISSIONS if implicit_tls else _SUBMISSION)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "", port, implicit_tls, user, password)


class MailSender:
    """A mail server, and whom our messages come from."""

    def __init__(
        self,
        server: MailServer,
        sender: str,
        *,
        seconds_to_wait: float = SECONDS_TO_WAIT,
        tls: SSLContext | None = None,
    ) -> None:
        self.sender = sender
        self._server = server
        self._seconds_to_wait = seconds_to_wait
        self._tls = tls or create_default_context()

    @property
    def domain(self) -> str:
        """The domain of the sender. Message ids end with it."""
        return self.sender.rpartition("@")[2]

    def send(self, message: EmailMessage) -> None:
        """Send one message. Raises NotDelivered unless the server is known to have accepted it."""
        with self._failures_in_words(), self._session() as session:
            session.send_message(message)

    def check_login(self) -> None:
        """Check that the server accepts our login, without sending anything. Raises NotDelivered."""
        with self._failures_in_words(), self._session():
            pass

    @staticmethod
    @contextmanager
    def _failures_in_words() -> Iterator[None]:
        try:
            yield
        except smtplib.SMTPResponseException as refused:
            raise NotDelivered(f"the mail server answered {refused.smtp_code}") from refused
        except smtplib.SMTPRecipientsRefused as refused:
            codes = ", ".join(str(code) for code, _ in refused.recipients.values())
            raise NotDelivered(f"the mail server refused the address ({codes})") from refused
        except OSError as broken:  # also what else smtplib raises, a time-out too
            raise NotDelivered(f"the mail server was not reached: {broken}") from broken

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        session = self._connected()
        try:
            self._secured(session)
            yield session
            # The server has accepted the message, so errors of QUIT do not matter.
            with suppress(OSError):
                session.quit()
        finally:
            session.close()

    def _connected(self) -> smtplib.SMTP:
        server, wait = self._server, self._seconds_to_wait
        # Without a name, smtplib asks the resolver, which may be slow.
        name = self.domain
        if server.implicit_tls:
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=wait, context=self._tls)
        return smtplib.SMTP(server.host, server.port, name, timeout=wait)

    def _secured(self, session: smtplib.SMTP) -> None:
        """Never send in clear text to another machine."""
        session.ehlo()
        if not self._server.implicit_tls and session.has_extn("starttls"):
            session.starttls(context=self._tls)
        elif not self._server.implicit_tls and self._server.host not in _THIS_MACHINE:
            raise NotDelivered("the mail server offers no STARTTLS; smtps:// is another way")
        if self._server.user:
            session.login(self._server.user, self._server.password)
