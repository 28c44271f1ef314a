"""Runs the web server: `python -m config.server`."""

import sys
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from config.listening import AddressTaken, check_free, numeric
from config.logging import configure, log_config
from config.running_server import announced
from config.settings import Settings
from config.start import fit_or_exit, settings_or_exit

# Connections that wait for one of ours to take them; the carrier opens several for each call.
BACKLOG = 1024
# A worker that is asked to stop while it still loads the application does not hear it.
KILL_AFTER_SECONDS = 5


def server(settings: Settings, target: str = "config.wsgi:app") -> AbstractServer[Any]:
    """One worker process with threads. There is no access log: paths and queries could hold a number."""
    made: AbstractServer[Any] = Server(
        target,
        address=numeric(settings.host),
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=settings.web_threads,
        backlog=BACKLOG,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=log_config(settings.log_level),
    )
    return made


def main() -> int:
    settings = settings_or_exit()
    try:
        check_free(settings.host, settings.port)
    except AddressTaken as error:
        sys.stderr.write(f"cannot listen on {settings.host} port {settings.port}: {error}\n")
        return 1
    configure(settings.log_level)
    fit_or_exit(settings)
    with announced(settings):
        server(settings).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
