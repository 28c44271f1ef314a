"""The page of results: figures, their noise, and missed targets said plainly."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.figure import Figure, Result, at_least, at_most
from bench.load import percentile, timetable
from bench.machine import machine
from bench.report import page, row, verdict
from bench.requests import Request
from bench.servers import BenchServers

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def a_result(*figures: Figure) -> Result:
    return Result("call", "A new call", "What it is.", figures)


def test_a_figure_is_the_median_of_its_rounds_with_its_noise() -> None:
    assert row(Figure("of b", [0.5, 0.3, 0.41], at_least(0.4))) == (
        "| of b | 0.410 | 0.300 to 0.500 | ≥ 0.4 | met |\n"
    )


def test_a_figure_with_a_unit_says_it() -> None:
    assert row(Figure("wait", [61.2, 7.5, 59.9], at_most(50), "ms")) == (
        "| wait | 60 ms | 7.5 ms to 61 ms | ≤ 50 ms | **missed** |\n"
    )


def test_a_missed_target_is_said_plainly() -> None:
    result = a_result(Figure("of b", [0.3], at_least(0.4)), Figure("of c", [0.5], at_least(0.4)))
    assert verdict([result]) == (
        "**Missed targets:**\n\n- A new call: of b – 0.300, and the target is ≥ 0.4\n"
    )


def test_without_a_miss_every_target_is_met() -> None:
    assert verdict([a_result(Figure("of b", [0.4], at_least(0.4)))]) == "Every target is met.\n"


def test_the_page_names_the_machine_but_no_host_and_no_place(servers: BenchServers) -> None:
    text = page([a_result(Figure("of b", [0.4]))], machine(servers.postgres), "make bench", NOW)
    assert "Measured on 2026-11-24 by `make bench`" in text
    assert "PostgreSQL 1" in text
    assert socket.gethostname() not in text
    assert str(Path.cwd()) not in text


def test_percentiles_are_values_that_were_measured() -> None:
    assert [percentile(range(1, 101), share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 51, 100, 100]


def test_a_timetable_is_in_the_order_of_time() -> None:
    first, second = ([Request(f"{kind}{call}", b"", b"") for call in range(3)] for kind in "ab")
    requests, due = timetable([(0, first), (0.03, second)], calls_a_second=50)
    assert [request.call for request in requests] == ["a0", "a1", "b0", "a2", "b1", "b2"]
    assert due == pytest.approx([0, 0.02, 0.03, 0.04, 0.05, 0.07])


def test_a_benchmark_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no benchmark speed" in capsys.readouterr().err
