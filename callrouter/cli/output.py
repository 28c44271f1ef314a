"""Where something is written to: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from callrouter.errors import Fault

STDOUT = "-"
_OURS_ALONE = 0o600


@contextmanager
def written_to(name: str) -> Iterator[IO[bytes]]:
    """The file of this name, put in place when everything is written; `-` is standard output."""
    file = Path(name)
    if name == STDOUT:
        yield sys.stdout.buffer
    elif file.exists() and not file.is_file():
        with _opened(file, "wb", file) as stream:
            yield stream
    else:
        with _draft_of(file) as draft:
            yield draft


@contextmanager
def new_file(name: str) -> Iterator[IO[bytes]]:
    """A file for its owner alone, that was not there before; when something goes wrong it is not there after either."""
    file = Path(name)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS_ALONE)
    except OSError as error:
        raise Fault(f"{file} cannot be written: {error.strerror}; name a new one") from error
    try:
        with open(descriptor, "wb") as stream:
            yield stream
    except BaseException as error:
        file.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Fault(f"{file} cannot be written: {error.strerror}") from error
        raise


@contextmanager
def _draft_of(file: Path) -> Iterator[IO[bytes]]:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with _opened(draft, "xb", file) as stream:
            yield stream
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _opened(path: Path, mode: str, meant: Path) -> IO[bytes]:
    try:
        return path.open(mode)
    except OSError as error:
        raise Fault(f"{meant} cannot be written: {error.strerror or error}") from error
