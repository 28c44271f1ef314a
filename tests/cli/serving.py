"""The carrier's door behind a real socket, with the settings of a command line that calls it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from structlog.testing import capture_logs
from werkzeug.serving import WSGIRequestHandler, make_server

from callrouter.database import Database
from callrouter.privacy.proof_codes import ProofCodes
from callrouter.privacy.vault import Vault
from callrouter.promises.calling_hours import calling_hours
from config.settings import Settings
from webhooks.app import dependencies, return_call_dependencies, webhooks_app
from webhooks.door import Door
from webhooks.signature_check import Account


class Unwatched:
    """Counts nothing."""

    def answered(self, route: str, seconds: float) -> None: ...

    def refused(self, status: int) -> None: ...

    def failed(self, route: str) -> None: ...


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Nothing is printed of a request."""


class Server:
    """The door, and beside it what a platform asks; `ready` is what it answers to that."""

    def __init__(self, settings: Settings) -> None:
        self.database = Database(settings.database_url, connections=4)
        account = Account(settings.account_sid, settings.auth_tokens, settings.public_url)
        hours = calling_hours(quiet=not settings.calls_at_any_hour)
        collaborators = dependencies(
            Vault(settings.vault_keys),
            settings.public_url,
            proof_codes=ProofCodes(settings.proof_secret),
            simulated=True,
            hours=hours,
        )
        self.door = webhooks_app(
            Door(self.database, collaborators, account, lambda: datetime.now(UTC), lambda: None, Unwatched()),
            return_call_dependencies(collaborators, settings.public_url, hours),
        )
        self.ready = True

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/twilio/"):
            return self.door(environ, start_response)
        start_response("200 OK" if self.ready else "503 Service Unavailable", [("Content-Length", "2")])
        return [b"{}"]


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """The server listens where the settings say, until the block ends."""
    app = Server(settings)
    server = make_server(settings.host, settings.port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        # The log goes to where the command prints, for both are in one process.
        with capture_logs():
            yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.database.close()
