"""The page Directory: who answers the telephone, who pays, when somebody is open, and every version."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, Response, render_template

from callrouter.directory.differences import differences_between
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.history import known_version, latest_versions
from callrouter.directory.load import version_in_force
from callrouter.directory.opening_hours.opening import opening
from callrouter.directory.proposals.proposal import (
    proposals,
)
from callrouter.directory.single_entries.entry import CENTERS, HELPLINES, LISTINGS, NUMBERS, PARTNERS
from callrouter.directory.versions import DirectoryCache
from callrouter.reports.rotation.coverage import Coverages
from callrouter.staff.roles import Right
from console.access import needs
from console.dependencies import ConsoleDependencies
from console.directory.entries.editing import links
from console.directory.entries.forms import FORMS, EntryForm
from console.directory.entries.lists import COLUMNS, EntryListPage, Place, entry_page
from console.directory.entries.pictures import HelplinePicture
from console.frame import asked_at

FILE = "directory.yaml"
VERSIONS_SHOWN = 20
HELPLINES_SHOWN = 6
ENTRIES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ShownEntries:
    """The first entries of a kind, and how many there are."""

    form: EntryForm
    heads: tuple[str, ...]
    page: EntryListPage


def _beginning(directory: Directory, kind: str) -> ShownEntries:
    return ShownEntries(
        FORMS[kind], COLUMNS[kind].heads, entry_page(directory, kind, "", Place(ENTRIES_SHOWN))
    )


def directory_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("directory", __name__)
    shelf, coverages = DirectoryCache(), Coverages()

    @pages.get("/directory")
    @needs(Right.SEE_DIRECTORY)
    def overview() -> str:
        now = asked_at()
        with dependencies.reading() as connection:
            found = shelf.in_force(connection)
            waiting = proposals(connection, decided_too=False)
        helplines = list(found.helplines.values())[:HELPLINES_SHOWN]
        return render_template(
            "directory.html",
            directory=found,
            waiting=waiting,
            pictures=[
                HelplinePicture(helpline, coverages.of(found, helpline, now)) for helpline in helplines
            ],
            lists=[_beginning(found, kind) for kind in (HELPLINES, CENTERS, PARTNERS, LISTINGS, NUMBERS)],
            opening={
                center.key: opening(center, now) for center in islice(found.centers.values(), ENTRIES_SHOWN)
            },
            **links(),
        )

    @pages.get("/directory/file")
    @needs(Right.SEE_DIRECTORY)
    def file() -> Response:
        with dependencies.reading() as connection:
            text = dump_directory(shelf.in_force(connection))
        response = Response(text, content_type="application/yaml; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
        return response

    @pages.get("/directory/versions")
    @needs(Right.SEE_DIRECTORY)
    def versions() -> str:
        with dependencies.reading() as connection:
            latest = latest_versions(connection, VERSIONS_SHOWN)
            total = version_in_force(connection)
        return render_template("directory_versions.html", versions=latest, total=total)

    @pages.get("/directory/versions/<int:number>")
    @needs(Right.SEE_DIRECTORY)
    def version(number: int) -> str:
        with dependencies.reading() as connection:
            after = known_version(connection, number)
            before = known_version(connection, max(number - 1, 0))
        differences = differences_between(before, after)
        return render_template("directory_version.html", number=number, differences=differences)

    return pages
