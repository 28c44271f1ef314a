"""What the supervisor prints goes on, whatever becomes of the place that it is printed to."""

import errno
import io
import subprocess
import sys

from server.supervisor.terminal import Terminal


class Paper(io.StringIO):
    """Takes lines, unless it has run out."""

    fault = 0

    def flush(self) -> None:
        if self.fault:
            raise OSError(self.fault, "no more")


def test_what_a_full_disk_has_no_room_for_is_left_out_until_it_has_room() -> None:
    paper = Paper()
    terminal = Terminal(paper)
    paper.fault = errno.ENOSPC
    terminal.print_output("web", "while it is full")
    paper.fault = 0
    terminal.print_output("web", "afterwards")
    assert "web     | afterwards" in paper.getvalue()


def test_a_disk_that_is_full_ends_nothing() -> None:
    code = "import sys; from server.supervisor.terminal import Terminal; terminal = Terminal(sys.stdout)"
    says = "for _ in range(2000): terminal.print_output('web', 'there is no room for this')"
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-c", f"{code}\n{says}\nprint('goes on', file=sys.stderr)"]
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.stderr.splitlines()[0] == "goes on"
