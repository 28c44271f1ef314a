"""No process leaves a copy of its memory behind."""

import subprocess
import sys

import pytest

PR_GET_DUMPABLE = 3
TELL = f"""
import ctypes, resource
from config.core_dumps import forbid_core_dumps
before = resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl({PR_GET_DUMPABLE})
forbid_core_dumps()
forbid_core_dumps()
print(before[1], resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl({PR_GET_DUMPABLE}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ONLY LINUX HAS IT")
def test_a_process_cannot_be_dumped_however_it_dies() -> None:
    told = subprocess.check_output([sys.executable, "-c", TELL], text=True)
    assert told.split() == ["1", "(0,", "0)", "0"]
