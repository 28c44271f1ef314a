"""Paths of tiles, as C2SP tlog-tiles writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.evidence.tile_paths import TilePath, tile_path


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (TilePath(0, 1234067), "0/x001/x234/067"),
        (TilePath(0, 0), "0/000"),
        (TilePath(1, 999, 17), "1/999.p/17"),
        (TilePath(None, 1000), "entries/x001/000"),
        (TilePath(None, 3, 255), "entries/003.p/255"),
    ],
)
def test_a_path_is_written_in_groups_of_three_digits(path: TilePath, text: str) -> None:
    assert str(path) == text
    assert tile_path(text) == path


@given(st.sampled_from([None, 0, 1, 5, 63]), st.integers(0, 1 << 40), st.integers(1, 256))
def test_what_is_written_is_read_again(level: int | None, number: int, width: int) -> None:
    path = TilePath(level, number, width)
    assert tile_path(str(path)) == path


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "0/", "0/0", "0/00", "0/0000", "0/x000/067", "0/001/067", "0/x01/067", "0/x001"),
        *("00/000", "64/000", "-1/000", "0/000.p/0", "0/000.p/256", "0/000.p/08", "0/000.p/", "0/000.p/8/"),
        *("data/000", "entries/٠٠٠", "0/000\n", "0//000", "../key"),
    ],
)
def test_what_no_tile_has_is_no_path(text: str) -> None:
    assert tile_path(text) is None
