"""`--since` and `--until` as people write them."""

from datetime import UTC, datetime

import pytest

from callrouter.reports.period import moment


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T18:00:00Z", datetime(2026, 11, 23, 18, tzinfo=UTC)),
        ("2026-11-23t18:00:00z", datetime(2026, 11, 23, 18, tzinfo=UTC)),
        ("2026-11-23 18:00:00-08:00", datetime(2026, 11, 24, 2, tzinfo=UTC)),
        ("2026-11-23T18:00:00.123456Z", datetime(2026, 11, 23, 18, 0, 0, 123456, tzinfo=UTC)),
    ],
)
def test_a_date_or_a_time_with_its_zone_is_a_moment(written: str, meant: datetime) -> None:
    assert moment(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "today",
        "2026-11",
        "20261123",
        "2026-W48-1",
        "2026-11-23T18:00Z",
        "2026-11-23T18:00:00",
        "٢٠٢٦-11-23",
    ],
)
def test_anything_else_is_refused_with_examples(written: str) -> None:
    with pytest.raises(ValueError, match="is not a moment: write a date"):
        moment(written)


@pytest.mark.parametrize("written", ["2026-02-30", "2026-11-23T24:01:00Z", "0001-01-01T00:00:00+14:00"])
def test_what_is_in_no_calendar_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is not in the calendar"):
        moment(written)
