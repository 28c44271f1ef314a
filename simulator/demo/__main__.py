"""`python -m simulator.demo`: fills the fresh database of these settings. `make demo` runs it, and then everything."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime

from callrouter.database import Database
from callrouter.errors import CallRouterError
from config.logging import configure
from config.startup import settings_or_exit
from config.vault import open_vault
from simulator.account import SimulatedAccount
from simulator.demo.play import Demo


def main() -> int:
    settings = settings_or_exit()
    configure("error")
    if not settings.simulated:
        sys.stderr.write(
            "A demo is for the simulated carrier: take TWILIO_ACCOUNT_SID out of the settings.\n"
        )
        return 1
    account = SimulatedAccount(settings.account_sid, settings.auth_tokens[0])
    with closing(Database(settings.database_url, connections=2, pipelined=True)) as database:
        demo = Demo(database, open_vault(settings), account, settings.public_url)
        try:
            placed = demo.play(datetime.now(UTC), _say_day)
        except CallRouterError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stdout.write(f"demo: {placed:,} calls were placed\n")
    return 0


def _say_day(hour: datetime) -> None:
    if hour.weekday() == 6:  # noqa: PLR2004 - Sunday: a line for each week
        sys.stdout.write(f"demo: the week until {hour:%Y-%m-%d} is played\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
