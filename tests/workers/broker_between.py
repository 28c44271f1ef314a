"""A TCP stand-in before the broker: it passes everything on, or accepts and never answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 65536


class BrokerBetween:
    """`silent`: whatever comes is swallowed, so what was asked meanwhile is never answered, not even later."""

    def __init__(self, behind: Path) -> None:
        self.silent = False
        self._behind = behind
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self._door.getsockname()[1]}"

    def close(self) -> None:
        for each in [self._door, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        self._open.append(server)
        with suppress(OSError):
            server.connect(str(self._behind))
            threading.Thread(target=self._pass_on, args=(server, client), daemon=True).start()
            self._pass_on(client, server)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if not self.silent:
                    target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def broker_between(behind: Path) -> Iterator[BrokerBetween]:
    """Before the server that listens at this unix socket."""
    between = BrokerBetween(behind)
    try:
        yield between
    finally:
        between.close()
