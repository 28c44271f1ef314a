"""Where the embedded servers listen: in the home, or at a short and plain path that follows from the home."""

import hashlib
import os
import re
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from config.postgresql.command import PORT, SOCKET

# A socket's path ends at 107 bytes on Linux and at 103 on macOS.
LONGEST_SOCKET_PATH = 103
# Other characters mean something where addresses are written: a comma separates hosts, a question mark options.
PLAIN = re.compile(r"[A-Za-z0-9/._ -]+")
# Not TMPDIR, which may differ between two shells that have to find the same socket.
SHARED_PLACE = Path("/tmp")  # noqa: S108  (only a directory that is ours alone is used in it)
DATABASE = "callrouter"
"""the name of the embedded database, and of its user"""
VALKEY = "valkey.sock"
POSTGRESQL = f"postgresql/{SOCKET}"


def socket_path(home: Path, name: str = VALKEY) -> Path:
    """Where the embedded server listens whose socket has this name (`VALKEY`, `POSTGRESQL`)."""
    path = home / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN.fullmatch(str(path)):
        return path
    return _shared_place(home) / name


def database_url(home: Path) -> str:
    """The embedded database, for SQLAlchemy."""
    directory = quote(str(socket_path(home, POSTGRESQL).parent))
    return f"postgresql+psycopg://{DATABASE}@/{DATABASE}?host={directory}&port={PORT}"


def is_served(path: Path) -> bool:
    """Whether a server listens at the socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def make_socket_place(path: Path) -> None:
    """Make the socket's directory; in a place that all share, it must be ours alone, made by nobody else."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    found = path.parent.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{path.parent} belongs to another user, or others can read it")
    path.unlink(missing_ok=True)


def make_postgres_place(home: Path) -> Path:
    """Make the directory of PostgreSQL's socket. What is in it belongs to whom the server runs as."""
    directory = socket_path(home, POSTGRESQL).parent
    if directory.parent != home:
        make_socket_place(directory.parent / SOCKET)
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory


def remove_socket_places(home: Path) -> None:
    """Leave no socket, and nothing in the shared place; the home keeps its own directories."""
    for name in (VALKEY, POSTGRESQL, f"{POSTGRESQL}.lock"):
        socket_path(home, name).unlink(missing_ok=True)
    shared = _shared_place(home)
    for directory in (shared / Path(POSTGRESQL).parent, shared):
        with suppress(OSError):
            directory.rmdir()


def _shared_place(home: Path) -> Path:
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return SHARED_PLACE / f"callrouter-{os.getuid()}-{name}"
