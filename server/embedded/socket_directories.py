"""The directories of the embedded servers' sockets: private, and removed at the end."""

import os
from contextlib import suppress
from pathlib import Path

from config.data_dir import POSTGRESQL, POSTGRESQL_SOCKET, VALKEY, shared_directory, socket_path


def make_socket_directory(path: Path) -> None:
    """Create the directory of a socket. Under /tmp it must be ours alone."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    found = path.parent.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{path.parent} belongs to another user, or others can read it")
    path.unlink(missing_ok=True)


def make_postgres_directory(data_dir: Path) -> Path:
    """Create the directory of PostgreSQL's socket. The server's account owns its content."""
    directory = socket_path(data_dir, POSTGRESQL).parent
    if directory.parent != data_dir:
        make_socket_directory(directory.parent / POSTGRESQL_SOCKET)
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory


def remove_sockets(data_dir: Path) -> None:
    """Remove the sockets, and the directory under /tmp."""
    for name in (VALKEY, POSTGRESQL, f"{POSTGRESQL}.lock"):
        socket_path(data_dir, name).unlink(missing_ok=True)
    shared = shared_directory(data_dir)
    for directory in (shared / Path(POSTGRESQL).parent, shared):
        with suppress(OSError):
            directory.rmdir()
