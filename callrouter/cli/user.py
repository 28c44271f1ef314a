"""Who runs a command: the person who logged in, not the account that a server runs its commands under.

Linux remembers the login through `sudo` and `su` and lets nobody without CAP_AUDIT_CONTROL change it (`man 5 proc`,
loginuid). Where there is none, as in containers, it is the real user of the process, which the kernel knows as well:
under sudo that is root, whoever called it. No environment variable has a say in it, `SUDO_USER` included: whoever
starts a command can write anything there. What this is worth: docs/decisions/0022-two-people-change-a-rate.md.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path

LOGIN_UID = Path("/proc/self/loginuid")
NOT_SET = 4_294_967_295


def user() -> str:
    """The name of the person, or their number where it has no name, as in some containers."""
    login = _login_uid()
    return _name(os.getuid() if login is None else login)


def _login_uid() -> int | None:
    """Who logged in; None where nobody did, or where it is not Linux."""
    try:
        uid = int(LOGIN_UID.read_text())
    except (OSError, ValueError):
        return None
    return None if uid == NOT_SET else uid


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
