"""A mail server behind a real socket, which knows as much of SMTP as its tests: STARTTLS, sign-in, one message."""

import base64
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Semaphore, Thread


@dataclass(frozen=True)
class Accepted:
    """A message that was handed in."""

    sender: str
    recipients: tuple[str, ...]
    text: bytes
    encrypted: bool
    user: str
    password: str


class MailServer(socketserver.ThreadingTCPServer):
    """`refuses` answers a command (its first word) with a line; `silent_at` does not answer one at all."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        *,
        implicit: bool = False,
        refuses: dict[str, str] | None = None,
        silent_at: str = "",
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.tls, self.implicit = tls, implicit
        self.refuses, self.silent_at = refuses or {}, silent_at
        self.accepted: list[Accepted] = []
        self.arrived = Semaphore(0)
        """released for each message that was handed in"""
        self.over = Event()

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port


class _Session(socketserver.BaseRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.encrypted, self.user, self.password = False, "", ""
        self.sender, self.recipients = "", list[str]()
        self._opened()
        if self.server.implicit:
            self._encrypt()
        self._says("220 mail.example")
        while line := self.file.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == self.server.silent_at:
                self.server.over.wait()
                return
            if verb.upper() in self.server.refuses:
                self._says(self.server.refuses[verb.upper()])
            elif not self._obeys(verb.upper(), rest):
                return

    def _obeys(self, verb: str, rest: str) -> bool:
        """False where the conversation is over."""
        known = {
            "EHLO": self._ehlo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
        }
        if verb == "QUIT":
            self._says("221 bye")
            return False
        known.get(verb, lambda _: self._says("502 not known"))(rest)
        return True

    def _ehlo(self, _: str) -> None:
        offered = ["mail.example", "AUTH PLAIN"]
        if self.server.tls and not self.encrypted:
            offered.insert(1, "STARTTLS")
        for line in offered[:-1]:
            self._says(f"250-{line}")
        self._says(f"250 {offered[-1]}")

    def _starttls(self, _: str) -> None:
        self._says("220 go on")
        self._encrypt()

    def _auth(self, rest: str) -> None:
        _, self.user, self.password = base64.b64decode(rest.split()[1]).decode().split("\0")
        self._says("235 welcome")

    def _mail(self, rest: str) -> None:
        self.sender = _address(rest)
        self._says("250 ok")

    def _rcpt(self, rest: str) -> None:
        self.recipients.append(_address(rest))
        self._says("250 ok")

    def _data(self, _: str) -> None:
        self._says("354 go on")
        text = b"".join(iter(self.file.readline, b".\r\n"))
        self.server.accepted.append(
            Accepted(self.sender, tuple(self.recipients), text, self.encrypted, self.user, self.password)
        )
        self._says("250 taken")
        self.server.arrived.release()

    def _encrypt(self) -> None:
        assert self.server.tls
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.encrypted = True
        self._opened()

    def _opened(self) -> None:
        self.file = self.request.makefile("rb")

    def _says(self, line: str) -> None:
        self.request.sendall(f"{line}\r\n".encode())


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


@contextmanager
def taking_mail(server: MailServer) -> Iterator[MailServer]:
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
