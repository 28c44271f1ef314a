"""A witness follows a log by what it publishes, and finds a split view."""

from collections.abc import Sequence

import pytest

from callrouter.evidence.offline_verifier import Refused
from callrouter.evidence.tile_paths import tile_path
from callrouter.evidence.witness import Fetch, SplitView, observe
from tests.evidence.logs import LOG_KEY, OTHER_KEY, signed_head
from tests.evidence.trees import root_of, tiles_of

ENTRIES = [f"entry {number}".encode() for number in range(70_000)]


def published(entries: Sequence[bytes], note: str | None = None) -> Fetch:
    """A log of these entries, as it is published."""
    tiles = tiles_of(entries)

    def fetch(path: str) -> bytes:
        if path == "checkpoint":
            return (note or head_of(entries)).encode()
        tile = tile_path(path.removeprefix("tile/"))
        assert tile is not None
        assert tile.level is not None
        found = tiles(tile.level, tile.number)
        assert len(found) >= tile.width
        return b"".join(found[: tile.width])

    return fetch


def head_of(entries: Sequence[bytes]) -> str:
    return signed_head(len(entries), root_of(entries))


SIZES = (1, 2, 255, 256, 257, 600, 65_536, 70_000)


@pytest.mark.parametrize("size", SIZES)
def test_the_first_head_is_taken_if_the_tiles_are_its_own(size: int) -> None:
    observed = observe(published(ENTRIES[:size]), LOG_KEY, None)
    assert (observed.head.size, observed.is_newer) == (size, True)


@pytest.mark.parametrize(
    ("old", "new"), [(old, new) for old in (1, 2, 200, 256, 599) for new in SIZES if old < new]
)
def test_a_head_that_extends_the_last_one_is_newer(old: int, new: int) -> None:
    observed = observe(published(ENTRIES[:new]), LOG_KEY, head_of(ENTRIES[:old]))
    assert (observed.head.size, observed.is_newer) == (new, True)


def test_the_same_head_and_an_older_one_of_the_same_log_are_nothing_new() -> None:
    assert not observe(published(ENTRIES[:300]), LOG_KEY, head_of(ENTRIES[:300])).is_newer
    older = published(ENTRIES[:300], head_of(ENTRIES[:200]))
    assert not observe(older, LOG_KEY, head_of(ENTRIES[:300])).is_newer


def test_a_first_head_that_is_empty_is_extended_by_all() -> None:
    assert observe(published(ENTRIES[:5]), LOG_KEY, head_of([])).is_newer


@pytest.mark.parametrize("changed", [0, 1, 150, 199])
@pytest.mark.parametrize("size", [200, 201, 256, 300, 700])
def test_another_history_is_a_split_view(changed: int, size: int) -> None:
    """Two heads for one size, or a longer log that has something else at an old place."""
    other = [*ENTRIES[:changed], b"other", *ENTRIES[changed + 1 : size]]
    with pytest.raises(SplitView, match="somebody is shown another log") as split:
        observe(published(other), LOG_KEY, head_of(ENTRIES[:200]))
    assert split.value.note == head_of(other)


def test_a_shorter_log_that_is_no_beginning_of_the_last_one_is_a_split_view() -> None:
    other = [b"other", *ENTRIES[1:200]]
    with pytest.raises(SplitView):
        observe(published(ENTRIES[:300], head_of(other)), LOG_KEY, head_of(ENTRIES[:300]))


def test_tiles_of_another_log_help_nobody() -> None:
    other = [b"other", *ENTRIES[1:300]]
    with pytest.raises(Refused, match="the published tiles are not those of the head"):
        observe(published(other, head_of(ENTRIES[:300])), LOG_KEY, None)
    with pytest.raises(SplitView):
        observe(published(other, head_of(ENTRIES[:300])), LOG_KEY, head_of(ENTRIES[:200]))


def test_a_head_of_another_key_is_refused() -> None:
    forged = signed_head(300, root_of(ENTRIES[:300]), OTHER_KEY)
    with pytest.raises(Refused, match="is not signed by the key"):
        observe(published(ENTRIES[:300], forged), LOG_KEY, head_of(ENTRIES[:200]))


def test_a_tile_that_is_too_short_is_refused() -> None:
    log = published(ENTRIES[:300])

    def cut(path: str) -> bytes:
        return log(path) if path == "checkpoint" else log(path)[:-1]

    with pytest.raises(Refused, match=r"has not \d+ hashes"):
        observe(cut, LOG_KEY, None)
