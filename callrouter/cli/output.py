"""Opens the output: standard output, or a file that is written completely or not at all."""

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
    """The file of this name, put in place when it is complete; `-` is standard output.

    Raises Fault if it cannot be written, and BrokenPipeError if the reader has closed the pipe.
    """
    try:
        with _place(name) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        target = "standard output" if name == STDOUT else name
        raise Fault(f"{target} cannot be written: {error.strerror or error}") from error


@contextmanager
def new_file(name: str) -> Iterator[IO[bytes]]:
    """A new file that only its owner can read. It is removed if something goes wrong."""
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


def let_go_of_standard_output() -> None:
    """Discard what is still buffered: at exit Python would try again and print its own error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def _place(name: str) -> Iterator[IO[bytes]]:
    file = Path(name)
    if name == STDOUT:
        with _standard_output() as stream:
            yield stream
    elif file.exists() and not file.is_file():
        with file.open("wb") as stream:
            yield stream
    else:
        with _draft_of(file) as draft:
            yield draft


@contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError:
        let_go_of_standard_output()
        raise


@contextmanager
def _draft_of(file: Path) -> Iterator[IO[bytes]]:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as stream:
            yield stream
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
