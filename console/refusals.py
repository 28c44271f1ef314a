"""Notices what the console refuses: it is logged and counted, and the audit log has what another partner's data is."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request

from callrouter.database import Session
from callrouter.privacy.audit import Access
from callrouter.reports.known_ids import known_ids
from callrouter.staff.refusals import RefusalKind, audit_foreign_request, count_refusal
from callrouter.staff.roles import Role
from console.access import Viewer
from console.dependencies import ConsoleDependencies
from console.unreadable import NUL

LONGEST_ID, MOST_IDS = 100, 20
"""of an address that is looked at"""
_log = structlog.get_logger()


def watch_refusals(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Look at each answer."""

    @app.after_request
    def note(response: Response) -> Response:
        viewer: Viewer | None = g.get("viewer")
        foreign = _foreign_ids(dependencies, viewer, response)
        kind: RefusalKind | None = RefusalKind.FOREIGN if foreign else g.get("refusal")
        if kind:
            _note(dependencies, viewer, kind, foreign)
        return response


def _foreign_ids(
    dependencies: ConsoleDependencies, viewer: Viewer | None, response: Response
) -> frozenset[str]:
    """The ids of the address that others have, where somebody of a partner was refused."""
    if (
        response.status_code not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        or not viewer
        or viewer.role is not Role.PARTNER
    ):
        return frozenset()
    asked = set(_ids())
    with dependencies.reading() as connection:
        there_are = known_ids(connection, asked)
    if not there_are:
        return frozenset()
    with dependencies.reading_own(viewer.partner or "") as connection:
        return frozenset(there_are - known_ids(connection, asked))


def _ids() -> Iterator[str]:
    """What may be an id in the address: a number only where the address has a place for one."""
    values = [str(value) for value in (request.view_args or {}).values()]
    values += [value for value in request.args.values() if not value.isdecimal()]
    yield from (value for value in values[:MOST_IDS] if len(value) <= LONGEST_ID and NUL not in value)


def _note(
    dependencies: ConsoleDependencies, viewer: Viewer | None, kind: RefusalKind, foreign: frozenset[str]
) -> None:
    person, endpoint = viewer.name if viewer else None, request.endpoint
    _log.warning("refused", kind=kind.value, person=person, endpoint=endpoint, asked_for=sorted(foreign))
    now = dependencies.clock()

    def work(session: Session) -> None:
        count_refusal(session, kind)
        for subject in sorted(foreign):
            reason = f"by a person of {viewer.partner if viewer else None}, at the page {endpoint}: refused"
            audit_foreign_request(session, Access(person or "", reason, now), subject)

    dependencies.database.transact(work)
