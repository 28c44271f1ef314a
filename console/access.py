"""Who may open which page. Each view names the right that it needs, and a view that names none cannot be registered."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, abort, g, request

from callrouter.errors import Fault
from callrouter.staff.roles import OF_A_PARTNER, Right, Role, may

View = TypeVar("View", bound=Callable[..., Any])
LOOKED_AT_EVERY = 256 * 1024
"""bytes of an answer that streams, after which the person's right is looked at again"""


class RightMissing(Fault):
    """What is asked for within a page needs a right that the person does not have."""


class AccessEnded(Exception):
    """The person was removed, or lost the right, while an answer streamed. It breaks off, and is not whole."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who is signed in. `name` stands in the audit log; `zone` is the time zone that they read in.

    `partner` is whose person it is, while that partner is in the directory; None: nobody's.
    """

    account: int
    name: str
    role: Role
    zone: str
    shortcuts: bool = True
    partner: str | None = None

    def may(self, right: Right) -> bool:
        return may(self.role, right) and (right not in OF_A_PARTNER or self.partner is not None)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a view needs: each of the rights. None of them: nobody has to be signed in.

    `recent`: the person signed in, or confirmed who they are, within the last 5 minutes.
    """

    rights: tuple[Right, ...]
    recent: bool = False

    @property
    def is_public(self) -> bool:
        return not self.rights

    def is_met(self, may: Callable[[Right], bool]) -> bool:
        """Whether somebody may open the view, by what they may."""
        return all(map(may, self.rights))


def needs(right: Right, *more: Right, recent: bool = False) -> Callable[[View], View]:
    """Mark a view with the rights that it needs: each of them."""
    return _mark(Requirement((right, *more), recent))


def public(view: View) -> View:
    """Mark a view that anybody may open: sign-in and static files."""
    return _mark(Requirement(()))(view)


def requirement(app: Flask, endpoint: str) -> Requirement:
    """What the view of an endpoint needs. Raises LookupError where it names nothing."""
    found = getattr(app.view_functions[endpoint], "requirement", None)
    if not isinstance(found, Requirement):
        raise LookupError(f"the view {endpoint} names no right: put @needs(…) or @public on it")
    return found


def viewer() -> Viewer:
    """The person who asked for this page. The guard has let nobody else through."""
    found: Viewer = g.viewer
    return found


def own_partner() -> str:
    """The partner of the person who asked for this page, which needs a right of a partner."""
    partner = viewer().partner
    if partner is None:
        abort(HTTPStatus.FORBIDDEN)
    return partner


def guard(
    app: Flask,
    find_viewer: Callable[[], Viewer | None],
    *,
    on_unknown: Callable[[], Any],
    on_stale: Callable[[], Any],
) -> None:
    """Hold every request to its view's requirement.

    `find_viewer` tells who asks. `on_unknown` answers a request of nobody, `on_stale` one that needs a recent
    confirmation.
    """
    for endpoint in app.view_functions:
        requirement(app, endpoint)

    @app.before_request
    def check_right() -> Any:
        g.viewer = None
        if request.endpoint is None:
            return None
        needed = requirement(app, request.endpoint)
        if needed.is_public:
            return None
        g.viewer = find_viewer()
        if g.viewer is None:
            return on_unknown()
        if not needed.is_met(g.viewer.may):
            abort(HTTPStatus.FORBIDDEN)
        return on_stale() if needed.recent else None

    @app.after_request
    def watch_stream(response: Response) -> Response:
        needed = requirement(app, request.endpoint) if request.endpoint else None
        if needed is None or needed.is_public or not response.is_streamed:
            return response

        environ = request.environ

        def is_allowed() -> bool:
            with app.request_context(environ):
                person = find_viewer()
                return person is not None and needed.is_met(person.may)

        response.response = _while_allowed(response.response, is_allowed)
        return response


def _while_allowed(pieces: Iterable[Any], is_allowed: Callable[[], bool]) -> Iterator[Any]:
    """The pieces of an answer, as long as the person may have them. Raises AccessEnded."""
    sent = 0
    try:
        for piece in pieces:
            sent += len(piece)
            if sent >= LOOKED_AT_EVERY:
                sent = 0
                if not is_allowed():
                    raise AccessEnded
            yield piece
    finally:
        if isinstance(pieces, Generator):
            pieces.close()


def _mark(needed: Requirement) -> Callable[[View], View]:
    def marked(view: View) -> View:
        view.requirement = needed  # type: ignore[attr-defined]
        return view

    return marked
