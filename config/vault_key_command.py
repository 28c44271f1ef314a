"""`CALLROUTER_VAULT_KEY_COMMAND`: a command that prints the ring of vault keys, for a KMS or an HSM.

It is run without a shell. What it prints, on either output, is shown to nobody: it may be a key.
"""

from __future__ import annotations

import shlex
import subprocess
from functools import cache

from config import parsers
from config.environment import SettingFault, SettingsError

NAME = "CALLROUTER_VAULT_KEY_COMMAND"
SECONDS = 20
_MEND = f"a command that prints what CALLROUTER_VAULT_KEY would be, within {SECONDS} seconds; run it by hand to see why"


@cache
def ring_by_command(command: str) -> str:
    """What the command prints, which is a ring. It is run once in a process. Raises SettingsError."""
    try:
        done = subprocess.run(  # noqa: S603  (the command is the operator's)
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except OSError as error:
        raise _fault(f"names a program that cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise _fault(f"did not end within {SECONDS} seconds") from None
    if done.returncode:
        raise _fault(f"ended with status {done.returncode}")
    return _ring(done.stdout)


def _ring(printed: bytes) -> str:
    try:
        return parsers.vault_keys_text(printed.decode().strip())
    except ValueError:
        raise _fault("did not print a vault key") from None


def _fault(wrong: str) -> SettingsError:
    return SettingsError([SettingFault(NAME, wrong, _MEND)])
