"""The directory where the embedded parts keep their data: private, and of one supervisor at a time."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.faults import SettingFault, SettingsError

OWN_FILES = ("secret.key", "vault.key", "run.lock", "server.json")
# A socket's path ends at 107 bytes on Linux and at 103 on macOS.
LONGEST_SOCKET_PATH = 103
# Not TMPDIR, which may differ between two shells that have to find the same socket.
SHARED_PLACE = Path("/tmp")  # noqa: S108  (only a directory that is ours alone is used in it)


class HomeInUse(Exception):
    """Another supervisor runs on this home."""


def make_private(home: Path) -> Path:
    """Make the directory, readable by nobody else. An open one with other things in it is refused."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if home.stat().st_mode & 0o077:
            _close(home)
    except OSError as error:
        raise _wrong_home(f"cannot be made or read: {error}") from error
    return home


def _close(home: Path) -> None:
    ours = any((home / name).exists() for name in OWN_FILES)
    if not ours and any(home.iterdir()):
        raise _wrong_home(f"is {home}, which others can read and which holds other things")
    home.chmod(0o700)


def _wrong_home(wrong: str) -> SettingsError:
    expected = "a directory that can be made, an empty one, or one that only you can read (chmod 700)"
    return SettingsError([SettingFault("CALLROUTER_HOME", wrong, expected, "var")])


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the home for this process; the system lets go of it however the process ends."""
    with (make_private(home) / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise HomeInUse(lock.read().strip()) from None
        lock.truncate(0)
        # Whom it belongs to is only told; where the disk is full it is held all the same.
        with suppress(OSError):
            os.write(lock.fileno(), f"{os.getpid()}\n".encode())
        yield


def socket_path(home: Path) -> Path:
    """Where the embedded broker listens: in the home, or at a short path that follows from a long home."""
    path = home / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return SHARED_PLACE / f"callrouter-{os.getuid()}-{name}" / "valkey.sock"


def make_socket_place(path: Path) -> None:
    """Make the socket's directory; in a place that all share, it must be ours alone, made by nobody else."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    found = path.parent.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(f"{path.parent} belongs to somebody else or others can read it; remove it")
    path.unlink(missing_ok=True)
