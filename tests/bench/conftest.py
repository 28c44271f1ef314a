"""A house for short benchmarks; it does not wait for the disk, because nobody looks at these figures."""

from collections.abc import Iterator

import pytest

from bench.house import BenchServers, bench_servers


@pytest.fixture(scope="package")
def house() -> Iterator[BenchServers]:
    with bench_servers(durable=False) as house:
        yield house
