"""The report of an audit as text, for people."""

from __future__ import annotations

from collections.abc import Iterator

from callrouter.blindness.audit import BlindnessReport
from callrouter.blindness.charges import AuditedCharges
from callrouter.blindness.findings import MOST_NAMED
from callrouter.blindness.picks import AuditedRotation
from callrouter.blindness.rates import Deviation


def report_lines(report: BlindnessReport) -> Iterator[str]:
    """The lines of the report."""
    head, schema = report.head, report.schema
    yield f"Audit of {head.origin or 'an unknown log'}, {head.entries} entries, root {head.root}"
    yield ", ".join(f"{source} {count}" for source, count in report.records.items())
    yield ""
    yield (
        f"Schema: {schema.tables} tables with {schema.columns} columns, stated {schema.statements} times, the last time"
        f" at {schema.stated_at or 'no time'}, SHA-256 {schema.digest or 'none'};"
        f" {'it is' if schema.is_this_release else 'IT IS NOT'} that of this release."
    )
    yield ""
    for rotation in report.rotations:
        yield from _rotation(rotation)
    yield from _without_pick(report)
    yield from _charges(report.charges)
    yield from _deviations(report.deviations)
    yield from _discrepancies(report)


def _rotation(rotation: AuditedRotation) -> Iterator[str]:
    same = rotation.decisions - rotation.other_picks
    yield (
        f"Rotation {rotation.helpline}: {same} of {rotation.decisions} picks follow from the log;"
        f" {rotation.undone} were undone. No seat was further from its fair share than {rotation.largest_distance}"
        f" calls; with {rotation.seats} seats {rotation.bound} are possible."
    )
    for reason, count in rotation.skipped.items():
        yield f"  skipped {count} times: {reason}"
    yield f"  of these skips {rotation.only_stated} are in the log and follow from nothing else in it"
    yield ""


def _without_pick(report: BlindnessReport) -> Iterator[str]:
    yield f"Listings: {report.listing_connections} connections, each to the center of the listing or named below."
    for center, count in report.connected_without_pick.items():
        yield f"  {center} was connected {count} times without a pick: caller or staff asked for it"
    yield ""


def _charges(charges: AuditedCharges) -> Iterator[str]:
    yield (
        f"Charges: {charges.connections} connections, {charges.charged} charges, {charges.fees} monthly fees,"
        f" {charges.payments} payments; {charges.differing} differ from what follows from the log."
    )
    for amount, count in charges.charges_by_amount.items():
        yield f"  charged {count} times: {amount}"
    for rule, count in charges.free.items():
        yield f"  free {count} times: {rule}"
    for missing in charges.fees_not_entered:
        yield f"  no fee was entered: {missing}"
    if charges.callers_only_stated:
        yield f"  who called again is stated, and no longer proved, for {charges.callers_only_stated} connections"
    for each in charges.by_staff:
        yield (
            f"  {each.entry_type} of {each.amount} to {each.partner} for {each.call or 'no call'} by {each.person}:"
            f" {each.reason}"
        )
    yield ""


def _deviations(deviations: list[Deviation]) -> Iterator[str]:
    yield f"Rates: {len(deviations)} times a partner's terms began to differ from the usual ones."
    for each in deviations:
        yield (
            f"  {each.partner}, {each.kind}, since {each.since}: {each.terms}; usual: {each.usual}. Version"
            f" {each.version} of the directory, by {each.loaded_by or 'nobody'}, approved by"
            f" {each.approved_by or 'nobody'}: {each.reason or 'no reason'}"
        )
    yield ""


def _discrepancies(report: BlindnessReport) -> Iterator[str]:
    found = report.found
    for each in found.named:
        yield f"{each.part}: {each.about}: {each.why}"
    if found.total > MOST_NAMED:
        yield f"and {found.total - MOST_NAMED} more"
    counts = ", ".join(f"{part} {count}" for part, count in sorted(found.counts.items()))
    yield f"{found.total} discrepancies: {counts}." if found.total else "Everything holds."
