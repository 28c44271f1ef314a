"""The sample shows what a directory can be, and a first call gets through at any hour."""

import re
from datetime import UTC, datetime
from importlib.resources import files

from callrouter.directory.attempts import attempts_that_fit
from callrouter.directory.directory_file.read import read_directory
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.wordings import SHIPPED

TET = files("callrouter.directory").joinpath("sample.yaml").read_text()
SAMPLE = read_directory(TET, "sample.yaml")
FAR = datetime(2028, 1, 1, tzinfo=UTC).date()


def test_it_is_as_large_and_as_varied_as_promised() -> None:
    seats = [seat for helpline in SAMPLE.helplines.values() for seat in helpline.seats]
    assert len(SAMPLE.partners) >= 12
    assert len(SAMPLE.centers) >= 20
    assert len(SAMPLE.listings) >= 20
    assert len(SAMPLE.helplines) >= 3
    assert len({center.timezone for center in SAMPLE.centers.values()}) >= 5
    assert len({seat.weight for seat in seats}) >= 3
    assert {seat.tier for seat in seats} == {1, 2}
    assert any(seat.daily_cap for seat in seats) and any(seat.monthly_cap for seat in seats)
    assert {helpline.languages[0] for helpline in SAMPLE.helplines.values()} == {"en", "es"}


def test_the_examples_of_the_contract_are_in_it() -> None:
    assert SAMPLE.helpline_at["+18445610606"].name == "Addiction Helpline America"
    assert SAMPLE.listing_at["+13235550111"].center == "sunrise-la"
    assert SAMPLE.centers["sunrise-la"].phone == "+13105550101"


def test_the_national_helpline_has_centers_for_everybody_at_any_hour() -> None:
    seated = [seat for seat in SAMPLE.helplines["national"].seats if not seat.states]
    ready = [
        seat.center
        for seat in seated
        if SAMPLE.centers[seat.center].hours == "24/7"
        and SAMPLE.partner_of(seat.center).status == "verified"
        and SAMPLE.partner_of(seat.center).license.expires >= FAR
    ]
    assert len(ready) >= 5
    assert sum("es" in SAMPLE.centers[center].languages for center in ready) >= 3


def test_three_attempts_fit_on_every_helpline() -> None:
    assert all(
        attempts_that_fit(SAMPLE, helpline, spoken_seconds(SHIPPED)) >= 3
        for helpline in SAMPLE.helplines.values()
    )


def test_one_partner_is_pending_one_suspended_and_one_without_a_license() -> None:
    statuses = [partner.status for partner in SAMPLE.partners.values()]
    expired = [p.key for p in SAMPLE.partners.values() if p.license.expires < FAR]
    assert (statuses.count("pending"), statuses.count("suspended"), expired) == (1, 1, ["old-mill"])


def test_one_partner_has_a_rate_that_changes() -> None:
    this_year, next_year = (datetime(year, 6, 1, tzinfo=UTC) for year in (2026, 2027))
    partners = SAMPLE.partners.values()
    changing = [p.key for p in partners if p.rate("helpline", this_year) != p.rate("helpline", next_year)]
    assert changing == ["cedar-ridge"]


def test_every_number_but_the_national_one_is_fictional() -> None:
    numbers = SAMPLE.own_numbers | {center.phone for center in SAMPLE.centers.values()}
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in numbers - {"+18445610606"})
    assert len(numbers) == len(SAMPLE.own_numbers) + len(SAMPLE.centers)


def test_it_promises_nothing() -> None:
    assert not re.search(r"\b(best|vetted|top|matched|guaranteed?)\b", TET, re.IGNORECASE)
