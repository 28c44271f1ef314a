"""The directory where the embedded parts keep their data: private, and of one supervisor at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.faults import SettingFault, SettingsError

OWN_FILES = ("secret.key", "vault.key", "run.lock", "server.json")
OF_EARLIER_VERSIONS = "callrouter.sqlite3"


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


def refuse_earlier(home: Path) -> None:
    """Raises SettingsError where the home has the database of an earlier version."""
    if (home / OF_EARLIER_VERSIONS).exists():
        wrong = (
            f"is {home}, where {OF_EARLIER_VERSIONS} is the database of an earlier version, which this one cannot"
            " read: move that directory away, or set another CALLROUTER_HOME"
        )
        raise SettingsError([SettingFault("CALLROUTER_HOME", wrong)])


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
