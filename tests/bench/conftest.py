"""A house for short benchmarks; it does not wait for the disk, because nobody looks at these figures."""

from collections.abc import Iterator

import pytest

from bench.house import House, a_house


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    with a_house(durable=False) as house:
        yield house
