"""Which seats the slow facts allow, why not the others, and until when that holds."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callrouter.directory.directory import Center, Directory, License, Partner, Seat
from callrouter.routing.eligibility import (
    LICENSE_EXPIRED,
    LONGEST_LINEUP,
    NOT_VERIFIED,
    OUTSIDE_HOURS,
    STATE_NOT_SERVED,
    SUSPENDED,
    Lineup,
    line_up,
)
from tests.directories import a_directory, center, helpline, partner

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


def lined_up(
    *entries: Partner | Center | Seat, at: datetime = NOON, state: str = "CA", for_promise: bool = False
) -> tuple[Lineup, datetime]:
    """The lineup of a helpline with seats for `sunrise-la`, `harbor-bos` and the seats given."""
    seats = {seat: Seat(seat) for seat in ("sunrise-la", "harbor-bos")}
    seats |= {entry.center: entry for entry in entries if isinstance(entry, Seat)}
    others = [entry for entry in entries if not isinstance(entry, Seat)]
    directory: Directory = a_directory(helpline(*seats.values()), *others)
    return line_up(directory, directory.helplines["national"], state, at, for_promise=for_promise)


def skipped(*entries: Partner | Center | Seat, at: datetime = NOON, state: str = "CA") -> dict[str, str]:
    return dict(lined_up(*entries, at=at, state=state)[0].skipped)


def local(wall: str, zone: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))


def test_whoever_is_open_and_licensed_may_be_rung() -> None:
    lineup, until = lined_up()
    assert [candidate.center for candidate in lineup.candidates] == ["sunrise-la", "harbor-bos"]
    assert lineup.skipped == {}
    assert until == NOON + LONGEST_LINEUP


@pytest.mark.parametrize(
    ("status", "reason"), [("suspended", SUSPENDED), ("pending", NOT_VERIFIED), ("ended", NOT_VERIFIED)]
)
def test_a_partner_that_is_not_verified_is_not_rung(status: str, reason: str) -> None:
    assert skipped(partner("sunrise", status=status)) == {"sunrise-la": reason}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu"])
@pytest.mark.parametrize("day", ["2026-11-24", "2026-03-07", "2026-10-31", "2026-12-31"])
def test_a_license_ends_with_its_last_day_in_the_partners_zone(zone: str, day: str) -> None:
    last_day = date.fromisoformat(day)
    sunrise = partner("sunrise", timezone=zone, license=License("1", "CA", last_day))
    midnight = local(f"{last_day + timedelta(days=1)} 00:00", zone).astimezone(UTC)
    lineup, until = lined_up(sunrise, at=midnight - A_MOMENT)
    assert (dict(lineup.skipped), until) == ({}, midnight)
    assert skipped(sunrise, at=midnight) == {"sunrise-la": LICENSE_EXPIRED}


@pytest.mark.parametrize(("state", "may"), [("CA", True), ("NV", True), ("NY", False), ("", False)])
def test_a_seat_that_serves_some_states_takes_no_call_from_others_or_from_nowhere(
    state: str, may: bool
) -> None:
    reasons = {} if may else {"sunrise-la": STATE_NOT_SERVED}
    assert skipped(Seat("sunrise-la", states=("CA", "NV")), state=state) == reasons


def test_a_seat_that_names_no_state_serves_all_and_callers_from_nowhere() -> None:
    assert skipped(state="") == {}


def test_hours_open_and_close_on_the_moment() -> None:
    sunrise = center("sunrise-la", hours="Mo-Fr 08:00-20:00", timezone="America/New_York")
    opens, closes = (local(f"2026-11-24 {hour}:00", "America/New_York") for hour in ("08", "20"))
    assert skipped(sunrise, at=opens - A_MOMENT) == {"sunrise-la": OUTSIDE_HOURS}
    assert lined_up(sunrise, at=opens - A_MOMENT)[1] == opens
    assert skipped(sunrise, at=opens) == {}
    assert lined_up(sunrise, at=closes - A_MOMENT)[1] == closes
    assert skipped(sunrise, at=closes) == {"sunrise-la": OUTSIDE_HOURS}


def test_a_lineup_holds_until_the_first_of_its_facts_changes() -> None:
    closes_first = center("sunrise-la", hours="Mo-Fr 08:00-15:00", timezone="America/New_York")
    closes_later = center("harbor-bos", hours="Mo-Fr 08:00-16:00", timezone="America/New_York")
    expected = local("2026-11-24 15:00", "America/New_York")
    assert lined_up(closes_later, closes_first)[1] == lined_up(closes_first, closes_later)[1] == expected


def test_stored_hours_that_nobody_can_read_any_more_are_closed_and_stop_nothing() -> None:
    lineup, _ = lined_up(center("sunrise-la", hours="sunrise-sunset"))
    assert lineup.skipped == {"sunrise-la": OUTSIDE_HOURS}
    assert [candidate.center for candidate in lineup.candidates] == ["harbor-bos"]


def test_whoever_is_closed_may_still_owe_a_return_call_but_not_whoever_is_forbidden() -> None:
    closed = center("sunrise-la", hours="off")
    lineup, _ = lined_up(closed, partner("harbor", status="suspended"), for_promise=True)
    assert [candidate.center for candidate in lineup.candidates] == ["sunrise-la"]
    assert lineup.skipped == {"harbor-bos": SUSPENDED}


def test_a_lineup_is_read_as_it_was_stored() -> None:
    lineup, _ = lined_up(
        Seat("cedar-den", weight=3, tier=2), center("sunrise-la", languages=("es",), hours="off")
    )
    read = Lineup.from_document(lineup.document)
    assert (read, read.digest) == (lineup, lineup.digest)


def test_a_lineup_with_other_seats_weights_or_reasons_has_another_digest() -> None:
    lineups = [
        lined_up(),
        lined_up(Seat("sunrise-la", weight=2)),
        lined_up(center("sunrise-la", hours="off")),
        lined_up(partner("sunrise", status="suspended")),
    ]
    assert len({lineup.digest for lineup, _ in lineups}) == len(lineups)


def pool(*seats: tuple[str, int, tuple[str, ...]], language: str = "en", passed_over: str = "") -> list[str]:
    """Among whom a decision is taken; seats are told by center, tier and languages."""
    entries = [center(f"{key}-x", languages=spoken) for key, _, spoken in seats]
    line = helpline(*(Seat(f"{key}-x", tier=tier) for key, tier, _ in seats))
    directory = a_directory(line, *entries)
    lineup, _ = line_up(directory, line, "CA", NOON)
    passed = {f"{key}-x" for key in passed_over}
    return [candidate.center.removesuffix("-x") for candidate in lineup.pool(language, passed)]


EN, ES, BOTH = ("en",), ("es",), ("en", "es")


def test_a_higher_tier_has_the_call_only_when_nobody_of_a_lower_one_is_left() -> None:
    seats = ("a", 1, EN), ("b", 2, EN), ("c", 2, EN), ("d", 1, EN)
    assert pool(*seats) == ["a", "d"]
    assert pool(*seats, passed_over="a") == ["d"]
    assert pool(*seats, passed_over="ad") == ["b", "c"]
    assert pool(*seats, passed_over="abcd") == []


def test_whoever_speaks_the_callers_language_goes_first_and_then_anybody() -> None:
    seats = ("a", 1, EN), ("b", 2, BOTH), ("c", 1, BOTH)
    assert pool(*seats, language="es") == ["c"]
    assert pool(*seats, language="es", passed_over="c") == ["b"]
    assert pool(*seats, language="es", passed_over="bc") == ["a"]
    assert pool(("a", 1, ES), ("b", 1, ES)) == ["a", "b"]


def test_those_set_aside_for_their_language_are_named_only_where_others_speak_it() -> None:
    lineup, _ = lined_up(center("sunrise-la", languages=EN), center("harbor-bos", languages=BOTH))
    assert lineup.not_speaking("es", ()) == ("sunrise-la",)
    assert lineup.not_speaking("es", {"harbor-bos"}) == ()
    assert lineup.not_speaking("en", ()) == ()
