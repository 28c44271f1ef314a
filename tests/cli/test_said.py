"""What a person writes to be kept: in one line, without a caller's number, and no longer than a cell holds."""

from collections.abc import Callable

import pytest

from config.free_text import evidence, reason, reference

Reading = Callable[[str], str]
KEPT = (reason, evidence, reference)
UNSEEN = ["\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\x1b[2J", "\udcff"]


@pytest.mark.parametrize("read", KEPT)
def test_it_stands_in_one_line(read: Reading) -> None:
    assert read("  the line\n was\t\u2028bad ") == "the line was bad"


@pytest.mark.parametrize("read", KEPT)
@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_refused_in_words(read: Reading, unseen: str) -> None:
    with pytest.raises(ValueError, match=rf"nobody sees \(U\+{ord(unseen[0]):04X}\): leave it out"):
        read(f"the line was {unseen}bad")


@pytest.mark.parametrize("read", KEPT)
@pytest.mark.parametrize("nothing", ["", " ", "\n"])
def test_nothing_is_no_reason(read: Reading, nothing: str) -> None:
    with pytest.raises(ValueError, match="say why, in words"):
        read(nothing)


@pytest.mark.parametrize(("read", "longest"), [(reason, 500), (reference, 500), (evidence, 2_000)])
def test_what_is_too_long_is_refused_in_words(read: Reading, longest: int) -> None:
    assert read("a" * longest) == "a" * longest
    with pytest.raises(ValueError, match=f"has {longest + 1} characters, and {longest} are kept"):
        read("a" * (longest + 1))


@pytest.mark.parametrize("read", [reason, evidence])
def test_a_caller_s_number_is_not_kept(read: Reading) -> None:
    assert read("the caller +1 310\n555 0188 complained") == "the caller [number] complained"


def test_a_bank_s_number_is() -> None:
    assert reference("wire 3105550188") == "wire 3105550188"
