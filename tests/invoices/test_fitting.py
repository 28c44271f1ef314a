"""Text keeps to its width, and loses nothing where there is room for it."""

from hypothesis import given
from hypothesis import strategies as st

from callrouter.invoices.printing.fitting import ELLIPSIS, in_lines

words = st.lists(st.text("abcdefghij", min_size=1, max_size=14), max_size=12).map(" ".join)
widths = st.integers(2, 20)


def fitted(text: str, width: int, most: int = 3) -> list[str]:
    return in_lines(text, width, most, len)


def test_lines_are_broken_between_words() -> None:
    assert fitted("Sunrise Recovery Center", 16) == ["Sunrise Recovery", "Center"]


def test_a_word_that_is_too_long_is_broken() -> None:
    assert fitted("abcdefgh ij", 5) == ["abcde", "fgh", "ij"]


def test_what_has_no_room_is_cut() -> None:
    assert fitted("Sunrise Recovery Center", 10, most=1) == ["Sunrise" + ELLIPSIS]
    assert fitted("abcdefgh", 5, most=1) == ["abcd" + ELLIPSIS]


def test_nothing_takes_no_line() -> None:
    assert fitted("", 10) == []


@given(words, widths, st.integers(1, 5))
def test_no_line_is_too_wide_and_none_too_many(text: str, width: int, most: int) -> None:
    lines = fitted(text, width, most)
    assert len(lines) <= most
    assert all(1 <= len(line) <= width for line in lines)


@given(words, widths)
def test_with_lines_enough_nothing_is_lost(text: str, width: int) -> None:
    assert "".join(fitted(text, width, most=1_000)).replace(" ", "") == text.replace(" ", "")
