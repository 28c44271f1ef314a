"""The paths of tiles and entry bundles (https://c2sp.org/tlog-tiles). *Pure.*"""

from __future__ import annotations

import re
from typing import NamedTuple

from callrouter.evidence.tree import TILE_WIDTH

ENTRIES = "entries"
_PATH = re.compile(r"(entries|0|[1-5]?\d|6[0-3])/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class TilePath(NamedTuple):
    """A tile of hashes of a level, or a bundle of entries. `width`: how many hashes or entries it has."""

    level: int | None
    """None: a bundle of entries"""
    number: int
    width: int = TILE_WIDTH

    def __str__(self) -> str:
        partial = f".p/{self.width}" if self.width < TILE_WIDTH else ""
        return f"{ENTRIES if self.level is None else self.level}/{_in_groups(self.number)}{partial}"


def tile_path(text: str) -> TilePath | None:
    """The tile of a path like `0/x001/067` or `entries/067.p/8`. None if no tile has that path."""
    if not (found := _PATH.fullmatch(text)):
        return None
    level, number, width = found.groups()
    path = TilePath(
        None if level == ENTRIES else int(level),
        int(re.sub(r"\D", "", number)),
        int(width or TILE_WIDTH),
    )
    return path if str(path) == text else None


def _in_groups(number: int) -> str:
    """1234067 is `x001/x234/067`."""
    *others, last = re.findall(r"\d{3}", f"{number:0{-(-len(str(number)) // 3) * 3}}")
    return "/".join([*(f"x{each}" for each in others), last])
