"""Recomputes the monthly fees from the log: the flat rate, by the directory in force when the month ended."""

from __future__ import annotations

from callrouter.billing.model import FEE
from callrouter.billing.monthly_fee import owed
from callrouter.billing.period import month_bounds
from callrouter.blindness.findings import CHARGE
from callrouter.blindness.log_facts import LogFacts, LoggedEntry, LoggedVersion
from callrouter.directory.directory import Directory, Partner, Rate
from callrouter.money import Money


def check_fees(facts: LogFacts) -> None:
    """Compare each fee that was entered with the flat rate of its month."""
    for logged in _fees(facts):
        entry = logged.entry
        rate = _owed(facts, entry.partner, logged.period)
        due = Money(rate.price_minor, rate.currency) if rate else None
        paid = Money(entry.amount, entry.currency)
        facts.found.expect(
            due == paid,
            CHARGE,
            f"{entry.partner} {logged.period}",
            f"its fee was {paid}, and the rate in force says {due or 'nothing'}",
        )


def fees_not_entered(facts: LogFacts) -> list[str]:
    """`partner month` where a fee was owed and not entered, of the months in which another partner's was."""
    entered = {(each.entry.partner, each.period, each.entry.simulated) for each in _fees(facts)}
    months = {(period, simulated) for _, period, simulated in entered}
    return sorted(
        f"{partner} {period}"
        for period, simulated in months
        for partner in _all_partners(facts)
        if (partner, period, simulated) not in entered and _owed(facts, partner, period)
    )


def _fees(facts: LogFacts) -> list[LoggedEntry]:
    return [each for each in facts.entries.values() if each.entry.entry_type == FEE]


def _all_partners(facts: LogFacts) -> set[str]:
    return {key for version in facts.versions.values() for key in version.directory.partners}


def _owed(facts: LogFacts, partner: str, period: str) -> Rate | None:
    last = _last_known(facts, partner)
    if last is None:
        return None
    _, end = month_bounds(period, last.timezone)
    in_force = max(
        (each for each in facts.versions.values() if each.loaded_at < end), key=_number, default=None
    )
    directory = in_force.directory if in_force else Directory()
    return owed(directory.partners.get(partner), period)


def _last_known(facts: LogFacts, partner: str) -> Partner | None:
    have = [each for each in facts.versions.values() if partner in each.directory.partners]
    return max(have, key=_number).directory.partners[partner] if have else None


def _number(version: LoggedVersion) -> int:
    return version.directory.version
