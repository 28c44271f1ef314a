"""A process that dies leaves no copy of its memory behind, where a caller's number may be for a moment.

The limit is inherited by everything that is started, PostgreSQL and Valkey too. A program that the system hands a core
to (`core_pattern` with a pipe) need not keep to it, so Linux is told, for this process alone, that it cannot be dumped.
Source: core(5), prctl(2).
"""

import ctypes
import resource
import sys

PR_SET_DUMPABLE = 4


def forbid_core_dumps() -> None:
    """Of this process. It may be called again."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
