"""Tables on a terminal: side by side, wrapped, or on their side, and never cut off."""

import os
import pty
import select
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.cli.table_layout import READABLE, laid_out, width
from tests.cli.running import PATIENCE, CommandLine

HEADS = ("call", "talk seconds", "why")
LONG = "the line was bad and nobody heard a word of what was said on it"
LINES = [("CA1", "90", LONG), ("CA2", "7", "-")]


def test_what_fits_stands_side_by_side() -> None:
    assert laid_out(HEADS, [("CA1", "90", "bad")], 24) == "call  talk seconds  why\nCA1   90            bad\n"


def test_without_a_terminal_a_line_is_as_long_as_it_takes() -> None:
    head, first, _ = laid_out(HEADS, LINES, None).splitlines()
    assert (head, first) == ("call  talk seconds  why", f"CA1   90            {LONG}")


def test_free_text_is_wrapped_between_words() -> None:
    assert laid_out(HEADS, LINES, 60).splitlines() == [
        "call  talk seconds  why",
        "CA1   90            the line was bad and nobody heard a word",
        "                    of what was said on it",
        "CA2   7             -",
    ]


def test_heads_are_wrapped_before_text_is() -> None:
    fits = len("CA1   seconds  ") + len(LONG)
    assert laid_out(HEADS, LINES, fits).splitlines()[:3] == [
        "call  talk     why",
        "      seconds",
        f"CA1   90       {LONG}",
    ]


def test_where_even_that_has_no_room_the_table_turns_on_its_side() -> None:
    assert laid_out(HEADS, LINES, 29) == (
        f"call: CA1\ntalk seconds: 90\nwhy: {LONG}\n\ncall: CA2\ntalk seconds: 7\nwhy: -\n"
    )


def test_a_word_is_never_broken() -> None:
    sid = "CA" + "0" * 32
    assert f"call: {sid}\n" in laid_out(("call", "why"), [(sid, LONG)], 50)


def test_signs_of_two_columns_count_as_two() -> None:
    wrapped = laid_out(("a", "why"), [("家" * 6, LONG)], 12 + 2 + READABLE).splitlines()
    assert all(width(line) <= 12 + 2 + READABLE for line in wrapped)
    assert wrapped[1].startswith("家" * 6 + "  the line")


def test_an_empty_table_has_a_head_alone() -> None:
    assert laid_out(HEADS, [], 10) == "call  talk seconds  why\n"


def test_an_empty_row_takes_a_line() -> None:
    assert laid_out(("a", "b"), [("", ""), ("x", "y")], 80) == "a  b\n\nx  y\n"


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
cells = st.lists(words, min_size=1, max_size=8).map(" ".join)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=4), st.integers(1, 90))
def test_nothing_is_lost_and_lines_fit(lines: list[tuple[str, str, str]], room: int) -> None:
    shown = laid_out(HEADS, lines, room)
    told = [word for line in lines for cell in line for word in cell.split()]
    on_its_side = shown.startswith("call: ")
    heads = [word for head in HEADS for word in (f"{head}:" if on_its_side else head).split()]
    assert sorted(shown.split()) == sorted(told + heads * (len(lines) if on_its_side else 1))
    assert on_its_side or all(width(line) <= room for line in shown.splitlines())


@pytest.mark.parametrize(("columns", "turned"), [("300", False), ("40", True)])
def test_a_terminal_is_measured(callrouter: CommandLine, columns: str, turned: bool) -> None:
    callrouter.environment["COLUMNS"] = columns
    shown = on_a_terminal(callrouter, "settings")
    assert ("name: PORT\n" in shown) is turned


def test_a_pipe_is_as_wide_as_it_takes(callrouter: CommandLine) -> None:
    callrouter.environment["COLUMNS"] = "40"
    assert "name: PORT" not in callrouter("settings").stdout


def on_a_terminal(command_line: CommandLine, *said: str) -> str:
    """What a command prints to whoever sits at a terminal."""
    ours, theirs = pty.openpty()
    with command_line.starts(*said, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read(ours), b""))
        process.wait(PATIENCE)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def read(terminal: int) -> bytes:
    """The next of it; a terminal that everybody has left ends with an error on Linux."""
    assert select.select([terminal], [], [], PATIENCE)[0]
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""
