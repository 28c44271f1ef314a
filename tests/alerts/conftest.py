"""Offices on a database."""

from collections.abc import Iterator

import pytest

from tests.alerts.alerting import Alerting, RecordingChannel


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def alerting(database_url: str, channel: RecordingChannel) -> Iterator[Alerting]:
    """Everybody is told by an channel."""
    alerting = Alerting(database_url, email=channel)
    yield alerting
    alerting.closes()
