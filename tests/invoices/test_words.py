"""What is printed reads the same on every machine, and tells apart what is not the same."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.invoices.printing.words import figure, money, month_in_words, printable, remark, talked, when
from tests.invoices.made import call, invoice, monthly_fee

AMERICAN = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
QUARTER = timedelta(minutes=15)


def printed(zone: str, moment: datetime) -> str:
    return when(invoice(timezone=zone), moment)


def days_when_clocks_change(zone: str, year: int) -> list[datetime]:
    """The days (in UTC) after which the offset from UTC is another one."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(367)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


def tells_all_moments_apart(zone: str, year: int) -> bool:
    """Whether no two quarters of an hour around the year's changes read alike."""
    for day in days_when_clocks_change(zone, year):
        moments = [day + n * QUARTER for n in range(-8, 4 * 24 + 8)]
        if len({printed(zone, moment) for moment in moments}) < len(moments):
            return False
    return True


@pytest.mark.parametrize(
    ("amount", "currency", "says"),
    [
        (0, "USD", "0.00 USD"),
        (5, "USD", "0.05 USD"),
        (-5, "USD", "-0.05 USD"),
        (123_450, "USD", "1,234.50 USD"),
        (-123_456_789, "CAD", "-1,234,567.89 CAD"),
        (123_450, "JPY", "123,450 JPY"),
    ],
)
def test_money_has_its_decimals_and_commas(amount: int, currency: str, says: str) -> None:
    assert money(amount, currency) == says


@given(st.integers(-(10**15), 10**15))
def test_a_figure_is_the_amount(amount: int) -> None:
    assert int(figure(amount, "USD").replace(",", "").replace(".", "")) == amount


def test_the_hour_that_autumn_repeats_is_told_apart() -> None:
    first = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert printed("America/Los_Angeles", first) == "2026-11-01 01:30:00 PDT"
    assert printed("America/Los_Angeles", first + timedelta(hours=1)) == "2026-11-01 01:30:00 PST"


def test_a_zone_without_letters_tells_its_offset() -> None:
    assert printed("Asia/Kathmandu", datetime(2026, 10, 1, tzinfo=UTC)) == "2026-10-01 05:45:00 +0545"


@pytest.mark.parametrize("zone", AMERICAN)
def test_no_two_moments_read_alike_when_clocks_change(zone: str) -> None:
    assert all(tells_all_moments_apart(zone, year) for year in range(2021, 2036))


def test_every_zone_tells_the_moments_of_2026_apart() -> None:
    zones = available_timezones() - {"localtime", "Factory"}
    assert [zone for zone in sorted(zones) if not tells_all_moments_apart(zone, 2026)] == []


def test_clocks_do_change_in_these_tests() -> None:
    assert len(days_when_clocks_change("America/Los_Angeles", 2026)) == 2


@pytest.mark.parametrize(
    ("seconds", "says"), [(None, ""), (0, "0:00"), (65, "1:05"), (3599, "59:59"), (3665, "1:01:05")]
)
def test_talk_is_told_in_minutes_and_hours(seconds: int | None, says: str) -> None:
    assert talked(seconds) == says


def test_a_month_has_its_name() -> None:
    assert [month_in_words(period) for period in ("2026-01", "2026-12")] == ["January 2026", "December 2026"]


def test_only_what_is_no_charge_needs_a_remark() -> None:
    assert remark(call(1)) == ""
    assert remark(call(1, what="free", reason="a repeat")) == "Free: a repeat"
    assert remark(call(1, what="credit", reason="bad line")) == "Credited: bad line"
    assert remark(monthly_fee(1)) == "Fee for the month"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\x00b\x1b[31m", "ab[31m"),
        ("Sun\u202eesir", "Sunesir"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
        ("half \ud800 a sign", "half a sign"),
    ],
)
def test_what_moves_or_hides_text_is_left_out(text: str, says: str) -> None:
    assert printable(text) == says
