"""A command on a terminal: a person reads what it asks, and answers."""

import os
import pty
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.cli.running import PATIENCE, CommandLine

QUESTION = b"[y/N]:"


@dataclass(frozen=True)
class Seen:
    """What a command printed on its terminal, and how it ended."""

    exit_code: int
    screen: str


def on_a_terminal(
    callrouter: CommandLine, *words: str, answer: str = "", meanwhile: Callable[[], object] = bool
) -> Seen:
    """Run a command as a process on a pseudo-terminal; once it asks, something happens, and the answer is typed."""
    ours, theirs = pty.openpty()
    with callrouter.starts(*words, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        screen = _read(ours, until=QUESTION)
        if screen.endswith(QUESTION):
            meanwhile()
            os.write(ours, answer.encode())
            screen += _read(ours)
        process.wait(timeout=PATIENCE)
    os.close(ours)
    return Seen(process.returncode, screen.decode().replace("\r\n", "\n"))


def _read(terminal: int, until: bytes | None = None) -> bytes:
    """Until these words, or until nobody has the other end open any more, which Linux tells as an error."""
    read = b""
    with suppress(OSError):
        while not (until and read.rstrip().endswith(until)) and (piece := os.read(terminal, 1 << 16)):
            read += piece
    return read.rstrip() if until else read
