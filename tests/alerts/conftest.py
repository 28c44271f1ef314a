"""Offices on a database."""

from collections.abc import Iterator

import pytest

from tests.alerts.office import Ear, Office


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def office(database_url: str, ear: Ear) -> Iterator[Office]:
    """Everybody is told by an ear."""
    office = Office(database_url, email=ear)
    yield office
    office.closes()
