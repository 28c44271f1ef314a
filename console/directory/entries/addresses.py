"""Addresses of entries of the directory. Seats and rates stand below their helpline or partner."""

from __future__ import annotations

from werkzeug.exceptions import NotFound

from callrouter.directory.single_entries.entry import (
    CENTERS,
    HELPLINES,
    LISTINGS,
    NUMBERS,
    PARTNERS,
    PARTS,
    EntryName,
)
from console.frame import address

KINDS = (PARTNERS, CENTERS, LISTINGS, HELPLINES, NUMBERS)
"""of the navigation of the directory"""
ENTRY = f"/directory/<any({','.join(KINDS)}):kind>"
PART = f"/directory/<any({','.join((PARTNERS, HELPLINES))}):kind>/<key>/<any({','.join(PARTS)}):part>"
"""the parts of a partner or a helpline"""


def entry_name(kind: str, key: str = "", part: str = "", name: str = "") -> EntryName:
    """The entry that an address names. Answers 404 where that kind has no such parts."""
    if not part:
        return EntryName(kind, key)
    if PARTS[part].section != kind:
        raise NotFound(f"{kind} have no {part}")
    return EntryName(part, name, key)


def entry_address(name: EntryName, act: str = "entry") -> str:
    """The address of an entry; `act`: `entry`, `retire` or `history`. Of a new one, where its form is."""
    values = {"kind": name.kind, "key": name.key}
    if name.kind in PARTS:
        values = {"kind": PARTS[name.kind].section, "key": name.owner, "part": name.kind, "name": name.key}
    if act == "entry" and not name.key:
        act = "new"
    return address(f"directory_entries.{act}", **{key: value for key, value in values.items() if value})


def list_address(kind: str, owner: str = "", **more: str) -> str:
    """The address of the list of a kind of entries; `owner`: of the parts of one entry."""
    values = {"kind": PARTS[kind].section, "key": owner, "part": kind} if kind in PARTS else {"kind": kind}
    return address("directory_entries.listed", **values, **more)


def after_saving(name: EntryName) -> str:
    """Where a person goes once an entry is saved: to it, or from a part to what it is a part of."""
    if name.kind in PARTS:
        return entry_address(EntryName(PARTS[name.kind].section, name.owner))
    return entry_address(name)
