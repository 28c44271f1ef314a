"""`make run`: the door of the supervisor. It checks what can be checked before anything is started."""

import sys
from pathlib import Path

from config.faults import SettingsError
from config.home import HomeInUse, held
from config.listening import AddressTaken, check_free
from config.procfile import read_procfile
from config.settings import Settings, read_settings
from config.supervisor import Supervisor
from config.terminal import Terminal

PROCFILE = Path("Procfile")


def supervise(settings: Settings, terminal: Terminal) -> int:
    with held(settings.home):
        check_free(settings.host, settings.port)
        supervisor = Supervisor(settings, read_procfile(PROCFILE), terminal)
        supervisor.catch_signals()
        return supervisor.run()


def main() -> int:
    terminal = Terminal(sys.stdout)
    try:
        settings = read_settings()
    except SettingsError as error:
        terminal.say(f"callrouter cannot start with these settings:\n\n{error}")
        return 2
    try:
        return supervise(settings, terminal)
    except HomeInUse as error:
        where = f"{settings.home} (process {error})"
        terminal.say(f"callrouter already runs on {where}: stop it, or set another CALLROUTER_HOME and PORT")
    except AddressTaken as error:
        taken = f"{settings.host} port {settings.port}"
        terminal.say(f"nothing can listen on {taken}: {error}. Set PORT or HOST, for example PORT=8001")
    return 1


if __name__ == "__main__":
    sys.exit(main())
