"""Every benchmark runs, proves its work, and gives the figures that have a target."""

import pytest

from bench import rotation
from bench.__main__ import BENCHMARKS, RESULTS
from bench.figure import Result
from bench.servers import BenchServers

TARGETS = {
    "call": ["≥ 0.33", "≥ 0.3", "≤ 25"],
    "seats": ["≥ 0.7", "≥ 0.7"],
    "settle": ["≥ 600"],
    "behind": ["≤ 1000", "≤ 1", "≤ 25"],
    "signature": ["≤ 0.1"],
    "memory": ["≤ 400", "≤ 400"],
}


def targets_of(result: Result) -> list[str]:
    targets = [figure.target for figure in result.figures if figure.target]
    return [f"{'≥' if target.at_least else '≤'} {target.bound:g}" for target in targets]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_measures_what_has_a_target(servers: BenchServers, name: str) -> None:
    result = BENCHMARKS[name].measure(servers, short=True)
    assert targets_of(result) == TARGETS[name]
    assert all(value > 0 for figure in result.figures for value in figure.rounds)
    assert len({figure.what for figure in result.figures}) == len(result.figures)


def test_a_rotation_is_measured_while_calls_arrive(servers: BenchServers) -> None:
    result = rotation.measure(servers, short=True)
    assert targets_of(result) == ["≤ 3600", "≤ 50"]
    assert all(value > 0 for figure in result.figures for value in figure.rounds)


def test_the_page_of_results_has_every_benchmark() -> None:
    headings = [line for line in RESULTS.read_text().splitlines() if line.startswith("## ")]
    assert len(headings) == len(BENCHMARKS)
