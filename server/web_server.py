"""Runs the web server: `python -m server.web_server`."""

import os
import resource
import signal
import sys
from types import FrameType
from typing import NoReturn

import uvicorn
from uvicorn.importer import import_from_string

from config.logging import configure
from config.running_server import announce
from config.settings import Settings
from config.startup import check_database_or_exit, settings_or_exit
from config.web_address import AddressTaken, check_free, numeric
from server import limits
from server.http_protocol import BoundedProtocol
from server.threaded_wsgi import ThreadedWsgi


class WebServer:
    """One process: an event loop reads requests, and threads answer the complete ones.

    There is no access log: paths and queries could contain a number.
    """

    def __init__(self, settings: Settings, target: str) -> None:
        self._settings = settings
        self._target = target

    def serve(self) -> None:
        """Serve until SIGTERM or SIGINT, then exit with 0."""
        for each in (signal.SIGTERM, signal.SIGINT):
            # uvicorn raises the signal anew when it has stopped, and before it starts the signal comes here.
            signal.signal(each, _exit)
        _allow_open_files()
        uvicorn.Server(self._config()).run()

    def _config(self) -> uvicorn.Config:
        settings = self._settings
        return uvicorn.Config(
            ThreadedWsgi(import_from_string(self._target), settings.web_threads),
            host=numeric(settings.host),
            port=settings.port,
            loop="uvloop",
            http=BoundedProtocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            log_level="error",
            backlog=limits.BACKLOG,
            limit_concurrency=limits.MOST_CONNECTIONS,
            timeout_keep_alive=limits.KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=limits.STOP_SECONDS,
        )


def server(settings: Settings, target: str = "server.wsgi:app") -> WebServer:
    """The server of the WSGI application at `target` (module:name)."""
    return WebServer(settings, target)


def _allow_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = limits.OPEN_FILES if hard == resource.RLIM_INFINITY else min(limits.OPEN_FILES, hard)
    if resource.RLIM_INFINITY != soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _exit(_: int, __: FrameType | None) -> NoReturn:
    # What was answered is committed. Taking the interpreter down needs seconds, and no thread may keep the process.
    sys.stderr.flush()
    os._exit(0)


def main() -> int:
    settings = settings_or_exit()
    for host, port in filter(None, [(settings.host, settings.port), settings.metrics_address]):
        try:
            check_free(host, port)
        except AddressTaken as error:
            sys.stderr.write(f"cannot listen on {host} port {port}: {error}\n")
            return 1
    configure(settings.log_level)
    check_database_or_exit(settings)
    with announce(settings):
        server(settings).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
