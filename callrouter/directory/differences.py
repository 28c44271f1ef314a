"""The differences between two versions of the directory, value by value. *Pure.*"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from callrouter.directory.changes import changed_entries
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import in_line
from callrouter.directory.document import EntryDocument, entry_document, in_words

ORDER = "order"
Path = tuple[str, ...]

_NAMED_BY = {"seats": ("center",), "rates": ("kind", "from")}
"""the key that identifies a part of a list; elsewhere it is `key`"""


class Difference(NamedTuple):
    """A value before and after, as in the file; None if it is absent. Without a field, it is the whole entry."""

    section: str
    key: str | None
    """None if the order of entries differs; then the field is `order`"""
    field: str | None
    """`weight`, or within an entry `seats sunrise-la weight`"""
    old: Any
    new: Any

    def in_words(self) -> str:
        """`helplines national: seats sunrise-la weight 2 -> 100`, on one line."""
        if self.field is not None:
            return f"{self.what} {_value(self.field, self.old)} -> {_value(self.field, self.new)}"
        if self.old is None:
            return f"{self.what}: new {_value('', self.new)}"
        return f"{self.what}: gone, was {_value('', self.old)}"

    @property
    def what(self) -> str:
        """`helplines national: seats sunrise-la weight`."""
        entry = self.section if self.key is None else f"{self.section} {self.key}"
        return entry if self.field is None else f"{entry}: {self.field}"

    @property
    def before(self) -> str | None:
        """The old value on one line."""
        return None if self.old is None else _value(self.field or "", self.old)

    @property
    def after(self) -> str | None:
        """The new value on one line."""
        return None if self.new is None else _value(self.field or "", self.new)


def differences_between(before: Directory, after: Directory) -> tuple[Difference, ...]:
    """Every difference, in the order of the file. None if both mean the same."""
    return tuple(
        _difference(section, path, old, new)
        for (section, was), is_now in zip(in_words(before).items(), in_words(after).values(), strict=True)
        for path, old, new in _in_lists((), "", was, is_now)
    )


def differences_in_entry(
    section: str, key: str, old: EntryDocument | None, new: EntryDocument | None
) -> tuple[Difference, ...]:
    """The differences of one entry; None: it is not there. In words that `entry_document` made."""
    return tuple(_difference(section, *found) for found in _in_values((key,), old, new))


def differences_of_entries(before: Directory, after: Directory) -> tuple[Difference, ...]:
    """The differences of the entries that differ. Unlike `differences_between`, it looks at no order: it is quick."""
    return tuple(
        difference
        for section, key, old, new in changed_entries(before, after)
        for difference in differences_in_entry(
            section, key, entry_document(old) if old else None, entry_document(new) if new else None
        )
    )


def _difference(section: str, path: Path, old: Any, new: Any) -> Difference:
    if path == (ORDER,):
        return Difference(section, None, ORDER, old, new)
    key, *field = path
    return Difference(section, key, " ".join(field) or None, old, new)


def _in_values(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys(chain(old, new)):
            yield from _in_values((*path, name), old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(path, path[-1], old, new)
    elif old != new:
        yield path, old, new


def _in_lists(
    path: Path, name: str, old: Sequence[EntryDocument], new: Sequence[EntryDocument]
) -> Iterator[tuple[Path, Any, Any]]:
    """Compare the entries, or parts of one, that have the same name."""
    was, is_now = _by_name(name, old), _by_name(name, new)
    for each in dict.fromkeys(chain(was, is_now)):
        yield from _in_values((*path, each), was.get(each), is_now.get(each))
    old_order, new_order = [each for each in was if each in is_now], [each for each in is_now if each in was]
    if old_order != new_order:
        yield (*path, ORDER), old_order, new_order


def _by_name(name: str, parts: Sequence[EntryDocument]) -> dict[str, EntryDocument]:
    named_by = _NAMED_BY.get(name, ("key",))
    return {" ".join(part[each] for each in named_by): part for part in parts}


def _value(name: str, value: Any) -> str:
    return "none" if value in (None, "") else in_line(name.rpartition(" ")[-1], value)
