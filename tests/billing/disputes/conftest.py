"""The accounts of two partners, with a few calls that were charged."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.billing.history import START, Accounts, ReportedCall, directory
from tests.invoices.closing import take, talk


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    accounts = Accounts(database_url, directory())
    yield accounts
    accounts.close()


@pytest.fixture
def call(accounts: Accounts) -> ReportedCall:
    """35.00 USD of sunrise, in October."""
    call = talk(1, START + timedelta(hours=1))
    take(accounts, [call])
    return call
