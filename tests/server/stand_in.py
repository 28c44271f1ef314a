"""Stands in for a process of the house: `stand_in.py WHAT`. Run as a file; the standard library is enough."""

import fcntl
import http.server
import os
import signal
import subprocess
import sys

# Held open until the end, and by everything that is started from here.
ALIVE = os.open(os.environ["ALIVE"], os.O_WRONLY)
os.set_inheritable(ALIVE, True)


class Ready(http.server.BaseHTTPRequestHandler):
    whole = True
    first_link = 200

    def do_GET(self) -> None:
        if self.path.startswith("/console/first/"):
            self.send_response(self.first_link)
        else:
            self.send_response(200 if self.whole or self.path != "/statusz" else 503)
        self.end_headers()
        self.wfile.write(b"" if self.whole else b"no worker works")

    def log_message(self, *_: object) -> None:
        pass


def web() -> None:
    print(f"web is {os.getpid()}.", flush=True)
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()


def web_alone() -> None:
    """Takes calls, and says that not everything works."""
    Ready.whole = False
    web()


def web_with_staff() -> None:
    """Somebody can sign in to the console."""
    Ready.first_link = 410
    web()


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("stubborn starts", flush=True)
    signal.pause()


def mortal() -> None:
    print(f"mortal is {os.getpid()}.", flush=True)
    signal.pause()


def parent() -> None:
    """Starts a child of its own and waits for it, as a task queue does."""
    subprocess.run([sys.executable, __file__, "child"], close_fds=False, check=False)


def parent_of_a_stranger() -> None:
    """Starts a child in a session of its own, as a database server does."""
    subprocess.run([sys.executable, __file__, "child"], close_fds=False, start_new_session=True, check=False)


def child() -> None:
    with open("child.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        print(f"child of {os.getppid()}.", flush=True)
        signal.pause()


def chatty() -> None:
    """Says more than any pipe holds, and knocks when it has been heard."""
    for _ in range(20_000):
        print("and another thing " * 6)
    sys.stdout.flush()
    os.write(ALIVE, b"done")
    signal.pause()


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
