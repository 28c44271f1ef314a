"""Who runs a command, as the operating system knows it; the environment could say anything."""

from __future__ import annotations

import os
import pwd


def user() -> str:
    """The name of the user of this process, or its number where it has no name, as in some containers."""
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
