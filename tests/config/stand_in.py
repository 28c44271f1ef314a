"""Stands in for a process of the house: `stand_in.py WHAT`. Run as a file; the standard library is enough."""

import http.server
import os
import signal
import subprocess
import sys
from pathlib import Path

# Held open until the end, and by everything that is started from here.
ALIVE = os.open(os.environ["ALIVE"], os.O_WRONLY)
os.set_inheritable(ALIVE, True)


class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def web() -> None:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()


def family() -> None:
    """Starts a child of its own and waits for it, as a task queue does."""
    print("family starts", flush=True)
    subprocess.run([sys.executable, __file__, "wait"], close_fds=False, check=False)


def wait() -> None:
    signal.pause()


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("stubborn starts", flush=True)
    signal.pause()


def doomed() -> None:
    """Lives until the server is ready, and then dies at once, each time."""
    print("doomed starts", flush=True)
    if os.environ.get("FIRST") and not Path("died").exists():
        signal.pause()
    sys.exit(3)


def fails() -> None:
    print("this is why")
    sys.exit(4)


def polite() -> None:
    """Ends by itself when it is asked to."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("polite ends", flush=True)))
    print("polite starts", flush=True)
    signal.pause()


def tells() -> None:
    print(f"home {os.environ['CALLROUTER_HOME']}", f"first {os.environ['PATH'].split(':')[0]}", flush=True)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
