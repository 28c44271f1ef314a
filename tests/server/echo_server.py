"""The web server as a process, with the echo behind it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.web_address import answer
from tests.server.running import ROOT

SERVE = """
from config.logging import configure
from server.web_server import server
from config.settings import read_settings
settings = read_settings()
configure(settings.log_level)
server(settings, "tests.server.echo:app").serve()
"""


@contextmanager
def echo_server(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Answers on the port; ended at the end, unless it has ended before."""
    given = {"PYTHONPATH": str(ROOT), "CALLROUTER_HOME": str(home / "var"), "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", SERVE], env=os.environ | given)
    try:
        while answer("127.0.0.1", port, "/") is None:
            assert process.poll() is None
        yield process
    finally:
        process.kill()
        process.wait()
