"""A mail server behind a real socket, aiosmtpd: it keeps what is handed in, and refuses or is silent as a test says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from ssl import SSLContext
from threading import Semaphore

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.server.running import free_port

Answer = Callable[[SMTP, str], Awaitable[None]]


@dataclass(frozen=True)
class Accepted:
    """A message that was handed in."""

    sender: str
    recipients: tuple[str, ...]
    text: bytes
    encrypted: bool
    user: str
    password: str


class MailServer:
    """`refuses` answers a command (its first word) with a line; `silent_at` does not answer one at all."""

    def __init__(
        self,
        tls: SSLContext | None = None,
        *,
        implicit: bool = False,
        refuses: dict[str, str] | None = None,
        silent_at: str = "",
    ) -> None:
        self.port = free_port()
        self.tls, self.implicit = tls, implicit
        self.refuses, self.silent_at = refuses or {}, silent_at
        self.accepted: list[Accepted] = []
        self.arrived = Semaphore(0)
        """released for each message that was handed in"""

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook for a message."""
        assert smtp.transport
        encrypted = smtp.transport.get_extra_info("sslcontext") is not None
        signed_in = session.auth_data or LoginPassword(b"", b"")
        user, password = signed_in.login.decode(), signed_in.password.decode()
        sender, text = envelope.mail_from or "", envelope.original_content or b""
        self.accepted.append(Accepted(sender, tuple(envelope.rcpt_tos), text, encrypted, user, password))
        self.arrived.release()
        return "250 taken"


def _obeying(verb: str, usual: Answer) -> Answer:
    """What answers a command, unless the test has the server refuse it or be silent."""

    @wraps(usual)
    async def answers(smtp: SMTP, rest: str) -> None:
        server: MailServer = smtp.event_handler
        if server.silent_at == verb:
            await asyncio.Event().wait()
        if verb in server.refuses:
            await smtp.push(server.refuses[verb])
        else:
            await usual(smtp, rest)

    return answers


class _Conversation(SMTP):
    smtp_EHLO = _obeying("EHLO", SMTP.smtp_EHLO)
    smtp_AUTH = _obeying("AUTH", SMTP.smtp_AUTH)
    smtp_MAIL = _obeying("MAIL", SMTP.smtp_MAIL)
    smtp_RCPT = _obeying("RCPT", SMTP.smtp_RCPT)
    smtp_DATA = _obeying("DATA", SMTP.smtp_DATA)
    smtp_QUIT = _obeying("QUIT", SMTP.smtp_QUIT)


class _Listener(Controller):
    def factory(self) -> SMTP:
        return _Conversation(self.handler, **self.SMTP_kwargs)


def _lets_in(_: SMTP, __: Session, ___: Envelope, ____: str, signed_in: LoginPassword) -> AuthResult:
    return AuthResult(success=True, auth_data=signed_in)


@contextmanager
def taking_mail(server: MailServer) -> Iterator[MailServer]:
    listener = _Listener(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=server.tls if server.implicit else None,
        tls_context=None if server.implicit else server.tls,
        authenticator=_lets_in,
        auth_require_tls=False,
        server_hostname="mail.example",
    )
    listener.start()
    try:
        yield server
    finally:
        listener.stop()
