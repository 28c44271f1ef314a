"""Who runs a command: the person who logged in, not the account that a server runs its commands under.

Linux remembers the login through `sudo` and `su` and lets nobody but root change it (`man 5 proc`, loginuid). Where
there is none, as in containers, sudo says who called it, and without sudo it is the user of the process. Both of these
can be made up by whoever may run the command as another user; see docs/decisions/0022-a-rate-is-changed-by-two.md.
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
    if login is not None:
        return _name(login)
    return os.environ.get("SUDO_USER") or _name(os.getuid())


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
