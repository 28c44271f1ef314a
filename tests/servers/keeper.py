"""Keeps a server for the process that asked for it (its owner), and ends it once the owner has ended.

A context manager cannot clean up after `kill -9` of its own process; a second process can. This one is run
as a program (see `process_group.py`), in a session of its own so that neither Ctrl-C nor the killing of a process
group takes it along. It obeys one order a line, `{"do": name, "with": [...]}`, and answers each with one line
of JSON. When its standard input ends, or its owner has gone, it ends the server and removes the directory.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

SECONDS_TO_END = 20
SECONDS_BETWEEN_LOOKS = 1


class Keeper:
    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.server: subprocess.Popen[bytes] | None = None

    def start(self, command: list[str]) -> int:
        with open(os.path.join(self.directory, "log"), "ab") as log:
            self.server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory
            )
        return self.server.pid

    def poll(self) -> int | None:
        return self.server.poll() if self.server else None

    def wait(self) -> int | None:
        return self.server.wait() if self.server else None

    def end(self, with_signal: int = signal.SIGINT) -> int | None:
        if self.server is None:
            return None
        self.server.send_signal(with_signal)
        try:
            return self.server.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.server.kill()
            return self.server.wait()


def orders(owner: int) -> Iterator[dict[str, Any]]:
    while owner_waits_or_speaks(owner):
        line = sys.stdin.readline()
        if not line:
            return
        yield json.loads(line)


def owner_waits_or_speaks(owner: int) -> bool:
    """False once the owner has gone. A child that the owner forked may hold our input open after that."""
    while not select.select([sys.stdin], [], [], SECONDS_BETWEEN_LOOKS)[0]:
        if os.getppid() != owner:
            return False
    return True


def main(directory: str, owner: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    keeper = Keeper(directory)
    try:
        for order in orders(owner):
            answer = getattr(keeper, order["do"])(*order["with"])
            print(json.dumps(answer), flush=True)  # noqa: T201 - the answer is the protocol
    finally:
        keeper.end()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
