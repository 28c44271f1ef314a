"""The accounts of two partners, with a few calls that were charged."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.billing.history import START, Books, Told, directory
from tests.invoices.closing import take, talk


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    books = Books(database_url, directory())
    yield books
    books.close()


@pytest.fixture
def call(books: Books) -> Told:
    """35.00 USD of sunrise, in October."""
    call = talk(1, START + timedelta(hours=1))
    take(books, [call])
    return call
