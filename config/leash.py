"""Holds one command of the supervisor, so that it never outlives it: `leash.py ROPE COMMAND`.

ROPE is the reading end of a pipe that the supervisor alone can write to. The system closes it when the
supervisor is gone, even after kill -9, and then the leash kills its whole process group: the command and all
it has started. It is run as a file and imports little, because each process of the Procfile gets one.
"""

import os
import signal
import sys
import threading
from types import FrameType

# Python ignores these; a command expects them as the system has them.
RESTORED = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT]


def main(rope: int, command: str) -> int:
    """Run the command to its end, and end as it did."""
    os.set_inheritable(rope, False)
    threading.Thread(target=kill_group_at_the_end_of, args=(rope,), daemon=True).start()
    shell = ["/bin/sh", "-c", f"exec {command}"]
    child = os.posix_spawn(shell[0], shell, os.environ, setsigdef=RESTORED)

    def pass_on(number: int, _: FrameType | None) -> None:
        os.kill(child, number)

    signal.signal(signal.SIGTERM, pass_on)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def kill_group_at_the_end_of(rope: int) -> None:
    os.read(rope, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2]))
