"""A servers for short benchmarks; it does not wait for the disk, because nobody looks at these figures."""

from collections.abc import Iterator

import pytest

from bench.servers import BenchServers, bench_servers


@pytest.fixture(scope="package")
def servers() -> Iterator[BenchServers]:
    with bench_servers(durable=False) as servers:
        yield servers
