"""Many invoices in one archive, of which nothing depends on when and where it was made."""

import io
from datetime import UTC, datetime, timedelta, timezone
from zipfile import ZipFile

import pytest

from callrouter.invoices.printing.archive import as_zip
from tests.invoices.made import ISSUED

DOCUMENTS = [("b.pdf", b"%PDF"), ("a.csv", b"number\n" * 1_000), ("empty.csv", b"")]


def test_documents_come_back_in_their_order() -> None:
    with ZipFile(io.BytesIO(as_zip(DOCUMENTS, ISSUED))) as archive:
        assert archive.testzip() is None
        assert [(name, archive.read(name)) for name in archive.namelist()] == DOCUMENTS


def test_all_of_them_are_of_one_moment_in_utc() -> None:
    in_los_angeles = ISSUED.astimezone(timezone(timedelta(hours=-8)))
    with ZipFile(io.BytesIO(as_zip(DOCUMENTS, in_los_angeles))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 2, 17, 0, 0)}


def test_the_same_documents_give_the_same_bytes() -> None:
    assert as_zip(iter(DOCUMENTS), ISSUED) == as_zip(DOCUMENTS, ISSUED)
    assert as_zip(DOCUMENTS, ISSUED + timedelta(hours=1)) != as_zip(DOCUMENTS, ISSUED)


def test_an_archive_may_be_empty() -> None:
    assert ZipFile(io.BytesIO(as_zip([], ISSUED))).namelist() == []


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two documents are called a\.csv"):
        as_zip([("a.csv", b"1"), ("a.csv", b"2")], ISSUED)


def test_a_time_that_no_archive_can_tell_is_refused() -> None:
    with pytest.raises(ValueError, match="1980"):
        as_zip(DOCUMENTS, datetime(1979, 12, 31, tzinfo=UTC))
