"""The commands of the operator: every report and export in every form, and those that are told a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.number_search.installation import Installation
from tests.number_search.notations import typed_notations
from tests.number_search.places import Place
from tests.scenarios.places import NATIONAL

EXPORTS = ("calls", "legs", "charges", "disclosures", "promises")


def run_commands(
    installation: Installation, month: str, calls: Sequence[str], numbers: Sequence[str]
) -> Iterator[Place]:
    """What each prints. Exports and invoices are written into files of the installation."""
    exports = installation.home / "exports"
    exports.mkdir()
    words = [*_reports(month, calls), *_exports(exports), *_told(numbers)]
    for command in words:
        yield f"command {' '.join(command[:2])}", installation.runs(*command)


def close_month(installation: Installation, month: str) -> Iterator[Place]:
    """Invoices are issued and sent."""
    yield "command billing close", installation.runs("billing", "close", month)
    for form in ("pdf", "csv", "xlsx"):
        path = str(installation.home / f"invoice.{form}")
        yield (
            f"command billing print {form}",
            installation.runs("billing", "print", "SIM-000001", "--to", path),
        )


def _reports(month: str, calls: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from (("show", sid) for sid in calls)
    yield from (("promises", "show", sid) for sid in calls[:2])
    yield ("promises", "list", "--all")
    yield ("messages", "list")
    yield ("calls", "list", "--limit", "5000", "--format", "json")
    yield ("alerts", "list")
    yield ("alerts", "deliveries", "--format", "json")
    yield ("outbox", "list", "--format", "json")
    yield ("disclosure", "prove", calls[0])
    yield ("disclosure", "verify")
    yield ("billing", "report", "--month", month, "--format", "json")
    yield ("billing", "statement", "sunrise")
    yield ("billing", "deliveries")
    yield ("reconcile",)
    yield ("differences", "list")
    yield ("rotation", "verify")
    yield ("privacy", "status")
    yield ("privacy", "purge", "--yes")
    yield ("doctor",)
    yield ("settings",)
    yield ("--help",)


def _exports(exports: Path) -> Iterator[tuple[str, ...]]:
    for what in EXPORTS:
        for form in ("jsonl", "csv", "xlsx"):
            yield ("export", what, "--format", form, "--output", str(exports / f"{what}.{form}"))
    yield ("disclosure", "export", "--to", str(exports / "evidence.jsonl"))


def _told(numbers: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The commands that take a caller's number, in several notations."""
    for written in list(typed_notations(numbers[0]))[::4]:
        yield ("calls", "list", "--caller", written, "--reason", f"{written} asks what became of it")
    yield ("explain", NATIONAL, "--from", numbers[1])
    yield ("callers", "do-not-call", numbers[2], "--yes")
    yield ("privacy", "erase", numbers[3], "--yes", "--reason", f"{numbers[3]} asked")
    yield ("privacy", "erase", "half a number 310555")
    yield ("call", NATIONAL, "--from", numbers[4], "--press", "-,1")
