"""Reads the Procfile: the processes of the system, each with a name and a command."""

import re
from pathlib import Path

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")


def read_procfile(path: Path) -> dict[str, str]:
    """The commands by name, in order. A line that is neither a command nor a comment is an error."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    found = [_LINE.fullmatch(line) for line in lines if line and not line.startswith("#")]
    if not found or None in found:
        raise ValueError(f"{path}: expected lines of the form 'name: command'")
    return {line[1]: line[2] for line in found if line}
