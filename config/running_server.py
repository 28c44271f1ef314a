"""Finds the web server that runs on the same data directory, whatever its port.

The server locks the file for as long as it lives; an unlocked file is left over. The file contains no secret. If the
directory cannot be written, commands need PORT.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from config.settings import RULES, Settings

FILE = "server.json"
FIELDS = ("host", "port", "public", "twilio_api_url")
"""the settings with the addresses of the server and of the simulated carrier"""
SOURCE = "running server"
TRIES, PAUSE = 50, 0.02
"""a command that reads the file holds the lock for a moment"""


@contextmanager
def announce(settings: Settings) -> Iterator[None]:
    """Announce this server to commands of the same data directory until the block ends. A second server is not
    announced.
    """
    with ExitStack() as held:
        # Calls matter more than commands: an unwritable directory stops no server.
        with suppress(OSError):
            file = held.enter_context(_opened(settings.data_dir / FILE))
            if _locked(file):
                _write(file, settings)
        yield


def with_running_server(settings: Settings) -> Settings:
    """The settings of a command, with the addresses of the running server. The environment overrides them."""
    if settings.sources.get("PORT") == "environment":
        return settings
    found = {
        field: value
        for field, value in _announcement(settings.data_dir / FILE).items()
        if value is not None and settings.sources.get(RULES[field].name) != "environment"
    }
    sources = {**settings.sources, **{RULES[field].name: SOURCE for field in found}}
    return replace(settings, **found, sources=sources)


def _opened(path: Path) -> TextIO:
    return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def _locked(file: TextIO) -> bool:
    for _ in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(PAUSE)
    return False


def _write(file: TextIO, settings: Settings) -> None:
    file.truncate(0)
    json.dump({field: getattr(settings, field) for field in FIELDS} | {"pid": os.getpid()}, file)
    file.flush()


def _announcement(path: Path) -> Mapping[str, Any]:
    """What a running server has written; empty if none runs."""
    with suppress(OSError, ValueError), path.open() as file:
        if _is_held(file):
            written = json.load(file)
            return {field: written[field] for field in FIELDS if field in written}
    return {}


def _is_held(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
