"""Runs the console, a process of its own: `python -m server.console_server`.

It listens on a private socket in CALLROUTER_HOME, or at CONSOLE_ADDRESS. The web server forwards `/console` to it.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from types import FrameType
from typing import Any, NoReturn

import waitress
from flask import Flask

from callrouter.carrier.trial_calls import TrialCalls
from callrouter.database import Database
from callrouter.events.heartbeat import CONSOLE
from config.logging import configure
from config.settings import Settings
from config.startup import check_database_or_exit, settings_or_exit
from config.vault import open_vault, source_of_ring
from config.web_address import numeric
from console.app import console_app
from console.dependencies import ConsoleDependencies, SingleSignOn
from console.pages import register_pages
from console.sign_in import StaffSignIn
from server.embedded.socket_directories import make_socket_directory
from workers.heartbeat import start_heartbeat

THREADS = 8
LISTENS_TO_ITS_OWNER = 0o600


def now() -> datetime:
    """The time; the domain reads no clock of its own."""
    return datetime.now(UTC)


def application(settings: Settings) -> Flask:
    """The console of these settings."""
    database = Database(settings.database_url, connections=THREADS)
    start_heartbeat(database, CONSOLE, now)
    dependencies = ConsoleDependencies(
        database=database,
        vault=open_vault(settings),
        clock=now,
        public_url=settings.public_url,
        secret_key=settings.secret_key,
        simulated=settings.simulated,
        calls_at_any_hour=settings.calls_at_any_hour,
        issuer=settings.issuer,
        sends_invoices=settings.invoice_from is not None,
        trial_calls=trial_calls(settings),
        single_sign_on=single_sign_on(settings),
        reveals_alone=settings.reveal_daily_limit,
        trusted_proxies=settings.trusted_proxies or (),
        retention=settings.retention,
        vault_key_source=source_of_ring(settings),
    )
    return console_app(dependencies, StaffSignIn(dependencies), register_pages)


def trial_calls(settings: Settings) -> TrialCalls | None:
    """The simulated carrier, where there is one."""
    if not settings.simulated:
        return None
    return TrialCalls(settings.account_sid, settings.auth_tokens[0], settings.carrier_api_url)


def single_sign_on(settings: Settings) -> SingleSignOn | None:
    """The provider of these settings; None: staff sign in with passwords alone."""
    if settings.console_oidc_issuer is None:
        return None
    return SingleSignOn(
        settings.console_oidc_issuer,
        settings.console_oidc_client_id or "",
        settings.console_oidc_client_secret or "",
        is_required=settings.console_passwords == "admins",
    )


def listening(settings: Settings) -> dict[str, Any]:
    """Where waitress listens."""
    if settings.console_address:
        host, port = settings.console_address
        return {"host": numeric(host), "port": port}
    make_socket_directory(settings.console_socket)
    return {"unix_socket": str(settings.console_socket), "unix_socket_perms": f"{LISTENS_TO_ITS_OWNER:o}"}


def main() -> int:
    settings = settings_or_exit()
    configure(settings.log_level)
    check_database_or_exit(settings)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _exit)
    waitress.serve(
        application(settings),
        threads=THREADS,
        ident=None,
        clear_untrusted_proxy_headers=False,
        _quiet=True,
        **listening(settings),
    )
    return 0


def _exit(_: int, __: FrameType | None) -> NoReturn:
    # Each page is one transaction: committed, or undone by the database when the connection ends.
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
