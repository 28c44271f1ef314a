"""Finds out who runs a command: the person who logged in, not the account that runs it.

Linux keeps the login through `sudo` and `su`, and only CAP_AUDIT_CONTROL can change it (`man 5 proc`, loginuid).
Without it, as in containers, the real user of the process counts; under sudo that is root. Environment variables,
including `SUDO_USER`, are ignored, because anybody can set them. How reliable this is:
docs/decisions/0022-two-people-change-a-rate.md.
"""

from __future__ import annotations

import os
import pwd
from pathlib import Path

LOGIN_UID = Path("/proc/self/loginuid")
NOT_SET = 4_294_967_295


def user() -> str:
    """The name of the person, or their number if it has no name, as in some containers."""
    login = _login_uid()
    return _name(os.getuid() if login is None else login)


def _login_uid() -> int | None:
    """The user who logged in. None if nobody did, or on other systems than Linux."""
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
