"""Where an export is written to: standard output, or a file that is there whole or not at all."""

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
