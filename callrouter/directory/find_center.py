"""A center by its key, as somebody wrote it. *Pure.*"""

from __future__ import annotations

from callrouter.directory.directory import Center, Directory
from callrouter.directory.faults import closest
from callrouter.errors import NotKnown


def find_center(directory: Directory, key: str) -> Center:
    """The center of a directory. Raises NotKnown, with the key that was probably meant, where it has none."""
    center = directory.centers.get(key)
    if center is None:
        meant = closest(key, tuple(directory.centers))
        hint = f"did you mean {meant}?" if meant else "`callrouter directory dump` shows those in force"
        raise NotKnown(f"there is no center {key!r}: {hint}")
    return center
