"""Somebody who has databases and backups of them, and a ring of master keys, and looks for callers' numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import callrouter.model as tables
from callrouter.privacy.data_keys import ChangedSeal, DataKey, DataKeyName
from callrouter.privacy.master_keys import MasterKeys, WrappedKey, WrongMasterKey
from tests.scenarios.test_privacy import forms_of
from tests.scenarios.world import World

Backup = Mapping[str, Sequence[Mapping[str, Any]]]
"""every row of every table"""


def backup_of(world: World) -> Backup:
    return {table.name: world.rows(table.name) for table in tables.metadata.sorted_tables}


def recovered(backups: Sequence[Backup], ring: Mapping[str, bytes], numbers: Sequence[str]) -> set[str]:
    """The numbers that are found in clear, unsealed, or by trying the match value of each under each key."""
    keys = [key for backup in backups for key in _keys(backup, MasterKeys(ring))]
    found = {number for backup in backups for number in _in_clear(backup, numbers)}
    found |= {number for backup in backups for number in _unsealed(backup, keys)}
    values = {row["value"] for backup in backups for row in backup["match_value"]}
    return found | {number for number in numbers for key in keys if key.match(number) in values}


def _keys(backup: Backup, ring: MasterKeys) -> Iterator[DataKey]:
    for row in backup["data_key"]:
        name = DataKeyName(row["purpose"], row["period"])
        with suppress(WrongMasterKey):
            yield DataKey(name, ring.unwrap(WrappedKey(row["key_id"], row["wrapped"]), str(name)))


def _unsealed(backup: Backup, keys: Sequence[DataKey]) -> Iterator[str]:
    """Whatever day a row says, each key is tried."""
    for row in backup["sealed_number"]:
        place = f"sealed_number/{row['call']}/{row['purpose']}/sealed"
        for key in keys:
            with suppress(ChangedSeal):
                yield key.open(row["sealed"], place).decode()


def _in_clear(backup: Backup, numbers: Sequence[str]) -> Iterator[str]:
    text = "\n".join(
        value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for rows in backup.values()
        for row in rows
        for value in row.values()
        if not isinstance(value, date)
    )
    digits = {number: number.removeprefix("+1") for number in numbers}
    yield from (number for number, part in digits.items() if part in text or forms_of(number).search(text))
