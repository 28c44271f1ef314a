"""Master keys wrap data keys; a wrapped key opens with its own master key, and by its own name."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.privacy.data_keys import PURPOSES, DataKeyName
from callrouter.privacy.master_keys import MasterKeys, WrappedKey, WrongMasterKey

OLD, NEW = b"o" * 32, b"n" * 32
RING = MasterKeys({"new": NEW, "old": OLD})
SECRET = bytes(range(32))

names = st.builds(DataKeyName, st.sampled_from(PURPOSES), st.dates()).map(str)


class Source:
    """Where a ring is read from, and how often it was."""

    def __init__(self, **keys: bytes) -> None:
        self.keys: Mapping[str, bytes] = keys
        self.reads = 0

    def __call__(self) -> Mapping[str, bytes]:
        self.reads += 1
        return self.keys


@given(st.sampled_from(["new", "old"]), st.binary(min_size=32, max_size=32), names)
def test_what_a_key_wrapped_it_opens_by_the_same_name(key_id: str, secret: bytes, name: str) -> None:
    wrapped = RING.wrap(key_id, secret, name)
    assert (wrapped.key_id, RING.unwrap(wrapped, name)) == (key_id, secret)
    assert secret not in wrapped.content


@given(names, names)
def test_it_opens_by_no_other_purpose_and_no_other_period(name: str, other: str) -> None:
    wrapped = RING.wrap("new", SECRET, name)
    if name != other:
        with pytest.raises(WrongMasterKey, match="does not open the data key"):
            RING.unwrap(wrapped, other)


@given(st.data())
def test_a_changed_key_does_not_open(data: st.DataObject) -> None:
    wrapped = RING.wrap("new", SECRET, "number/2026-11-30")
    place = data.draw(st.integers(0, len(wrapped.content) - 1))
    changed = bytearray(wrapped.content)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongMasterKey):
        RING.unwrap(WrappedKey("new", bytes(changed)), "number/2026-11-30")


def test_a_key_that_is_not_in_the_ring_opens_nothing() -> None:
    wrapped = RING.wrap("old", SECRET, "number/2026-11-30")
    with pytest.raises(WrongMasterKey, match="the vault key 'old' is not in the ring"):
        MasterKeys({"new": NEW}).unwrap(wrapped, "number/2026-11-30")
    with pytest.raises(WrongMasterKey, match="another key by that name"):
        MasterKeys({"old": NEW}).unwrap(wrapped, "number/2026-11-30")


def test_a_key_that_was_added_since_is_found_where_the_ring_is_kept() -> None:
    source = Source(new=NEW, old=OLD)
    started_before = MasterKeys({"old": OLD}, source)
    wrapped = RING.wrap("new", SECRET, "number/2026-11-30")
    assert started_before.unwrap(wrapped, "number/2026-11-30") == SECRET
    assert (source.reads, started_before.first, list(started_before.fingerprints)) == (
        1,
        "new",
        ["new", "old"],
    )


def test_a_key_that_is_nowhere_is_looked_for_once() -> None:
    source = Source(old=OLD)
    ring = MasterKeys({"old": OLD}, source)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ring.has, ["new"] * 100)) == [False] * 100
    assert source.reads == 1


def test_a_ring_that_could_not_be_read_once_is_read_again() -> None:
    source = Source()
    ring = MasterKeys({"old": OLD}, source)
    assert not ring.has("new")
    source.keys = {"new": NEW, "old": OLD}
    assert ring.has("new")


def test_a_ring_that_cannot_be_read_again_stays_as_it_was() -> None:
    ring = MasterKeys({"old": OLD}, Source())
    assert (ring.has("new"), ring.has("old")) == (False, True)


def test_a_fingerprint_is_of_the_key_and_shows_nothing_of_it() -> None:
    ring = MasterKeys({"a": OLD, "b": NEW, "c": OLD}).fingerprints
    assert ring["a"] == ring["c"] != ring["b"]
    assert all(len(each) == 32 and each not in (OLD + NEW).hex() for each in ring.values())


def test_the_name_of_a_data_key_never_changes_between_releases() -> None:
    """It is what wrapped keys are bound to."""
    assert str(DataKeyName("number", date(2026, 1, 2))) == "number/2026-01-02"
