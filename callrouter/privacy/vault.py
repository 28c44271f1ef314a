"""The vault of a process: the master keys, and the data keys that it works with now.

A caller's number is stored sealed (`numbers.py`), as match values that lead to a pseudonym (`pseudonyms.py`), and
nowhere else. Who may be called back is a list with a key of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from callrouter.database import Session
from callrouter.privacy.data_keys import (
    ALWAYS,
    DO_NOT_CALL,
    REPEAT,
    DataKey,
    DataKeyName,
    find_or_make_key,
    key_of,
    repeat_keys,
    unwrapped,
)
from callrouter.privacy.master_keys import MasterKeys, ReadRing

CALLER = "caller"
"""the caller's own number: to return the call, and to show it to the center if the caller allows"""
RETURN = "return"
"""another number for the return call, entered by the caller"""


class Vault:
    """The master keys, and the data keys that are remembered. Each process has one, for one database."""

    def __init__(self, keys: Mapping[str, bytes], read_again: ReadRing | None = None) -> None:
        self.master_keys = MasterKeys(keys, read_again)
        self._remembered: dict[str, DataKey] = {}
        self._repeat: tuple[date, list[DataKey]] | None = None

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """of the master keys by id, the first one first"""
        return self.master_keys.fingerprints

    def sealing_key(self, session: Session, purpose: str, now: datetime) -> DataKey:
        """The data key for what is sealed now. It is read from the database once in its period."""
        return self._key(session, key_of(purpose, now))

    def do_not_call_key(self, session: Session) -> DataKey:
        """The data key of the do-not-call list."""
        return self._key(session, DataKeyName(DO_NOT_CALL, ALWAYS))

    def repeat_keys(self, session: Session, now: datetime) -> list[DataKey]:
        """The keys by which callers are recognized: this month's, then all others. They are read once a day."""
        today, name = now.date(), key_of(REPEAT, now)
        if self._repeat is not None and self._repeat[0] == today:
            return self._repeat[1]
        this_month = find_or_make_key(session, self.master_keys, name)
        found = repeat_keys(session, self.master_keys)
        keys = [this_month.key, *(each.key for each in found if each.key.name != name)]
        if all(each.committed for each in found):
            self._repeat = today, keys
        return keys

    def all_repeat_keys(self, session: Session) -> list[DataKey]:
        """The keys by which callers are recognized, the latest first, as they are in the database now."""
        return [found.key for found in repeat_keys(session, self.master_keys)]

    def opening_key(self, purpose: str, period: date, row: Any) -> DataKey:
        """The data key of a row that was read together with what is sealed. It is never remembered.

        So nothing opens any more, in any process, from the moment when the row of its key is deleted.
        """
        return unwrapped(self.master_keys, DataKeyName(purpose, period), row)

    def _key(self, session: Session, name: DataKeyName) -> DataKey:
        """A key whose row may still be rolled back is not remembered: what it seals would never open."""
        remembered = self._remembered.get(name.purpose)
        if remembered is not None and remembered.name == name:
            return remembered
        found = find_or_make_key(session, self.master_keys, name)
        if found.committed:
            self._remembered[name.purpose] = found.key
        return found.key
