"""Whether a large directory costs a call more than a small one."""

from __future__ import annotations

from dataclasses import dataclass

from bench.calls import Round, Slices, one_slice, warm_up
from bench.directory import a_directory
from bench.figure import Figure, Result, at_least
from bench.proof import calls_proved
from bench.servers import BenchServers, CallrouterServer

FEW, MANY, CENTERS = 10, 1_000, 10_000

MEANING = f"""\
The whole call as above, 8 connections, under two directories in turn: {MANY:,} seats in the helpline and {CENTERS:,}
centers in the directory, against {FEW} seats and {FEW} centers. 1 would mean that they cost the same. Once with seats
of all kinds, as above, and once with seats that differ in nothing but weight."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    slices: Slices
    seats: int
    centers: int


LONG = Size(Slices(3, 4, 150), MANY, CENTERS)
SHORT = Size(Slices(1, 1, 10), 100, 200)


def measure(servers: BenchServers, *, short: bool = False) -> Result:
    """Run it."""
    size = SHORT if short else LONG
    figures = [
        Figure("seats of all kinds", _ratios(servers, size, all_kinds=True), at_least(0.7)),
        Figure("seats that differ in weight alone", _ratios(servers, size, all_kinds=False), at_least(0.7)),
    ]
    return Result("seats", f"A helpline with {MANY:,} seats", MEANING, figures)


def _ratios(servers: BenchServers, size: Size, *, all_kinds: bool) -> list[float]:
    small = a_directory(seats=FEW, all_kinds=all_kinds)
    large = a_directory(seats=size.seats, centers=size.centers, all_kinds=all_kinds)
    with servers.callrouter(small) as few, servers.callrouter(large) as many:
        for each in (few, many):
            warm_up(each, None, size.slices.calls)
        return [_ratio(few, many, size.slices) for _ in range(size.slices.rounds)]


def _ratio(few: CallrouterServer, many: CallrouterServer, size: Slices) -> float:
    with_few, with_many = Round(), Round()
    calls = size.slices * size.calls
    with calls_proved(few, calls), calls_proved(many, calls):
        for _ in range(size.slices):
            one_slice(with_few, few, None, size.calls, connections=8)
            one_slice(with_many, many, None, size.calls, connections=8)
    return with_few.whole_call / with_many.whole_call
