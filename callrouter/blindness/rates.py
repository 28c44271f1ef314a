"""Equal partners, equal price: rates that differ from the usual ones, and who put them in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise, zip_longest
from typing import NamedTuple

from callrouter.blindness.findings import RATE
from callrouter.blindness.log_facts import LogFacts, LoggedVersion
from callrouter.directory.proposals.approval import changes_to_approve
from callrouter.directory.proposals.equal_price import Standing, Terms, standings
from callrouter.directory.proposals.rate_changes import EarlierVersions
from callrouter.money import Money


class Deviation(NamedTuple):
    """A partner whose terms differ from the usual ones, from a day on."""

    partner: str
    kind: str
    terms: str
    usual: str
    since: date
    version: int
    """of the directory, which put it in force"""
    loaded_by: str | None
    approved_by: str | None
    reason: str | None


def audit_rates(facts: LogFacts) -> list[Deviation]:
    """List the deviations of every version, and check that two persons made each change of what partners pay."""
    versions = [facts.versions[number] for number in sorted(facts.versions)]
    logged = facts.records["directory_version"]
    numbers = sorted(facts.versions)
    facts.found.expect(
        numbers == list(range(1, logged + 1)), RATE, "the directory", "versions are missing from the log"
    )
    for before, after in pairwise(versions):
        _check_approval(facts, before, after)
    return list(_deviations(versions))


def _check_approval(facts: LogFacts, before: LoggedVersion, after: LoggedVersion) -> None:
    past = EarlierVersions(day=after.loaded_at.date())
    changes = changes_to_approve(before.directory, after.directory, past)
    by_two = after.approved_by and after.approved_by != after.loaded_by
    if not by_two:
        name = f"directory version {after.directory.version}"
        for change in changes:
            facts.found.add(RATE, name, f"one person alone put this in force: {change}")


def _deviations(versions: list[LoggedVersion]) -> Iterator[Deviation]:
    """Each deviation once, where it begins."""
    known: set[tuple[str, str, str, Terms, Terms]] = set()
    for version, until in zip_longest(versions, versions[1:]):
        for day in _days(version, until):
            now = {
                (each.partner, each.kind, each.currency, each.terms, each.usual): each
                for each in standings(version.directory, day)
                if each.deviates_since
            }
            for key in sorted(now.keys() - known):
                yield _deviation(version, now[key], day)
            known = set(now)


def _days(version: LoggedVersion, until: LoggedVersion | None) -> list[date]:
    """The days of a version on which what partners pay may change: its first, and those on which a rate begins."""
    first = version.loaded_at.date()
    last = until.loaded_at.date() if until else None
    begins = {rate.begins for partner in version.directory.partners.values() for rate in partner.rates}
    return sorted({first} | {day for day in begins if first < day and (last is None or day < last)})


def _deviation(version: LoggedVersion, standing: Standing, day: date) -> Deviation:
    return Deviation(
        standing.partner,
        standing.kind,
        _in_words(standing.terms, standing.currency),
        _in_words(standing.usual, standing.currency),
        day,
        version.directory.version,
        version.loaded_by,
        version.approved_by,
        version.reason,
    )


def _in_words(terms: Terms, currency: str) -> str:
    price = Money(terms.price_minor, currency)
    return (
        f"{price}, from {terms.minimum_seconds} s on, repeats within {terms.repeat_days} days free,"
        f" {terms.free_calls} free calls a month"
    )
