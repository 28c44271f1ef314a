"""The entry point of `make run` and `make demo`. It checks what it can before it starts anything."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from config.core_dumps import forbid_core_dumps
from config.environment import SettingsError
from config.settings import Settings, read_settings
from config.web_address import AddressTaken, check_free
from server.supervisor.data_dir_lock import DataDirInUse, lock_data_dir
from server.supervisor.procfile import read_procfile
from server.supervisor.supervisor import Supervisor
from server.supervisor.terminal import Terminal

PROCFILE = Path("Procfile")
CARRIER = "python -m simulator.server"
DEMO = {"demo": "python -m simulator.demo"}


def supervise(settings: Settings, terminal: Terminal, *, demo: bool) -> int:
    if settings.database is None:
        forget_other_postgresqls()
    with lock_data_dir(settings.data_dir):
        check_free(settings.host, settings.port)
        commands = read_procfile(PROCFILE) | dict(simulated_carrier(settings, terminal))
        if demo:
            commands |= DEMO
        supervisor = Supervisor(settings, commands, terminal)
        supervisor.catch_signals()
        return supervisor.run()


def forget_other_postgresqls() -> None:
    """Remove PGHOSTADDR and similar variables, which clients of the embedded database would read."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def simulated_carrier(settings: Settings, terminal: Terminal) -> Iterator[tuple[str, str]]:
    """Run the simulated carrier as a process if no account is set. Its failure stops no start."""
    if settings.simulated:
        where = urlsplit(settings.carrier_api_url)
        try:
            check_free(where.hostname or "", where.port or 80)
            yield "carrier", CARRIER
        except AddressTaken as error:
            terminal.print_line(
                f"no return call can be tried: the simulated carrier cannot listen at {settings.carrier_api_url}"
                f" ({error}). Set TWILIO_API_URL to where it can, or another PORT"
            )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m server.supervisor", description="Runs everything.")
    parser.add_argument("--demo", action="store_true", help="first fill the fresh database with a month")
    demo = parser.parse_args(arguments).demo
    forbid_core_dumps()
    terminal = Terminal(sys.stdout)
    try:
        settings = read_settings()
    except SettingsError as error:
        terminal.print_line(f"callrouter cannot start with these settings:\n\n{error}")
        return 2
    try:
        return supervise(settings, terminal, demo=demo)
    except DataDirInUse as error:
        where = f"{settings.data_dir} (process {error})"
        terminal.print_line(
            f"callrouter already runs on {where}: stop it, or set another CALLROUTER_HOME and PORT"
        )
    except AddressTaken as error:
        taken = f"{settings.host} port {settings.port}"
        terminal.print_line(
            f"nothing can listen on {taken}: {error}. Set PORT or HOST, for example PORT=8010"
        )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
