"""The page First steps: what is to be set up before the first caller, ticked off as it is done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template

from callrouter.directory.load import lock_head
from callrouter.directory.proposals.proposal import load_or_propose
from callrouter.directory.sample import FILE, sample_directory, sample_text
from callrouter.errors import Fault
from callrouter.reports.first_use import first_use
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.frame import address, asked_at


def start_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("start", __name__)

    @pages.get("/start")
    @needs(Right.CHANGE_DIRECTORY)
    def steps() -> str:
        with dependencies.reading() as connection:
            found = first_use(connection, dependencies.directories.in_force(connection))
        return render_template("start.html", first_use=found)

    @pages.get("/start/sample")
    @needs(Right.CHANGE_DIRECTORY)
    def sample() -> Response:
        response = Response(sample_text(), content_type="application/yaml; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
        return response

    @pages.post("/start/sample")
    @needs(Right.CHANGE_DIRECTORY, recent=True)
    def load_sample() -> Any:
        read = sample_directory()
        with dependencies.database.engine.begin() as connection:
            if lock_head(connection):
                raise Fault("the directory is not empty any more: the sample would replace what is in it")
            load_or_propose(connection, read.directory, asked_at(), read.source, viewer().name)
        flash("The sample is in force. All of its names and numbers are made up.", "good")
        return redirect(address("start.steps"))

    return pages
