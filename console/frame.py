"""What is around every page: navigation, the reader's time zone, formats, errors, static files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.exceptions import HTTPException

from callrouter.errors import CallRouterError, NotKnown
from callrouter.evidence.prove import NotLoggedYet
from callrouter.masking import masked
from callrouter.staff.refusals import RefusalKind
from callrouter.staff.roles import Right
from console import zones
from console.access import RightMissing, needs, public, requirement, viewer
from console.definitions import DEFINITIONS
from console.dependencies import ConsoleDependencies
from console.destinations import NumberOfACaller, destination
from console.numbered import numbered

_YEAR = 31_536_000
_HEADINGS: Mapping[int, str] = {
    HTTPStatus.BAD_REQUEST: "That cannot be read",
    HTTPStatus.FORBIDDEN: "You may not open this page",
    HTTPStatus.NOT_FOUND: "There is no such page",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too large",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not yet",
}
_SHORTER = "The form has more than can be read. Nothing was changed. Go back, and write less."


@dataclass(frozen=True, slots=True)
class NavigationPage:
    """An entry of the navigation. `g` and then `key` go there."""

    name: str
    endpoint: str
    key: str


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    name: str
    endpoint: str
    key: str
    current: bool


def frame(app: Flask, dependencies: ConsoleDependencies, pages: tuple[NavigationPage, ...]) -> Blueprint:
    """The blueprint of the frame; it also gives the templates what they need."""
    _prepare_templates(app, dependencies, pages)
    _show_errors(app)
    blueprint = Blueprint("frame", __name__)
    static = Path(app.root_path, "static")

    @blueprint.get("/static/<path:filename>", endpoint="static")
    @public
    def static_file(filename: str) -> Response:
        response = send_from_directory(static, filename, max_age=_YEAR if "-" in filename else 3600)
        response.cache_control.no_cache = None
        return response

    @blueprint.get("/")
    @needs(Right.SIGNED_IN)
    def home() -> Any:
        visible = _visible(app, pages)
        if not visible:
            abort(
                HTTPStatus.FORBIDDEN,
                "Your partner is not in the directory any more, so there is nothing for you to see here.",
            )
        return redirect(address(visible[0].endpoint))

    @blueprint.route("/find", methods=["GET", "POST"])
    @needs(Right.SEE_CALLS)
    def find() -> Any:
        # The field on every page posts: somebody may paste a caller's number, and addresses are kept in many places.
        pasted = request.values.get("q", "")
        try:
            with dependencies.reading() as connection:
                choices = numbered(connection, pasted, viewer().may) or [destination(connection, pasted)]
        except NumberOfACaller:
            return render_template("find_a_caller.html"), HTTPStatus.NOT_FOUND
        if len(choices) == 1:
            return redirect(address(choices[0].endpoint, **choices[0].values))
        return render_template("find.html", pasted=pasted, choices=choices)

    return blueprint


def address(endpoint: str, **values: Any) -> str:
    """The address of a page, in the zone that the reader has chosen."""
    zone = request.args.get("zone")
    return url_for(endpoint, **(({"zone": zone} if zone else {}) | values))


def address_with(written: Mapping[str, str], endpoint: str, without: str = "", **more: str) -> str:
    """The address of a page with the filter in it, as it was written, less one part."""
    kept = {name: text for name, text in written.items() if name != without}
    return address(endpoint, **(kept | more))


def _visible(app: Flask, pages: tuple[NavigationPage, ...]) -> list[NavigationPage]:
    return [page for page in pages if requirement(app, page.endpoint).is_met(viewer().may)]


def _prepare_templates(
    app: Flask, dependencies: ConsoleDependencies, pages: tuple[NavigationPage, ...]
) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["local"] = lambda moment: zones.local(moment, zones.reader_zone())
    app.jinja_env.filters["utc"] = zones.utc
    app.jinja_env.filters["ago"] = lambda moment: zones.ago(moment, dependencies.clock())
    app.jinja_env.filters["countdown"] = lambda moment: zones.countdown(moment, asked_at())
    app.jinja_env.filters["since"] = lambda moment: zones.stopwatch(asked_at() - moment)
    app.jinja_env.filters["time_of_day"] = lambda moment: zones.time_of_day(moment, zones.reader_zone())
    app.jinja_env.filters["length"] = zones.length
    app.jinja_env.filters["as_length"] = lambda seconds: zones.stopwatch(timedelta(seconds=seconds))
    app.jinja_env.filters["length_of"] = len
    app.jinja_env.globals["address"] = address
    app.jinja_env.globals["rights"] = Right
    app.jinja_env.globals["definitions"] = DEFINITIONS

    @app.context_processor
    def for_every_page() -> dict[str, Any]:
        # An error page is shown without a viewer, and whatever zone was asked for.
        if not getattr(g, "viewer", None) or not zones.is_zone(request.args.get("zone") or viewer().zone):
            return {}
        here = (request.endpoint or "").split(".")[0]
        entries = [
            NavigationEntry(page.name, page.endpoint, page.key, here.startswith(page.endpoint.split(".")[0]))
            for page in _visible(app, pages)
        ]
        return {
            "viewer": viewer(),
            "navigation": entries,
            "zone": zones.reader_zone(),
            "common_zones": zones.COMMON,
            "simulated": dependencies.simulated,
            "first_use_unfinished": lambda: _first_use_unfinished(dependencies),
            "try_a_call": dependencies.trial_calls is not None,
        }

    @app.before_request
    def keep_the_moment() -> None:
        g.asked_at = dependencies.clock()


def _first_use_unfinished(dependencies: ConsoleDependencies) -> bool:
    with dependencies.reading() as connection:
        return dependencies.first_use.unfinished(connection) is not None


def asked_at() -> datetime:
    """The moment of this request: one for the whole page."""
    moment: datetime = g.asked_at
    return moment


def _status(error: CallRouterError) -> int:
    if isinstance(error, RightMissing):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, NotLoggedYet):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.NOT_FOUND if isinstance(error, NotKnown) else HTTPStatus.BAD_REQUEST


def _show_errors(app: Flask) -> None:
    @app.errorhandler(CallRouterError)
    def fault(error: CallRouterError) -> Any:
        status = _status(error)
        if status == HTTPStatus.FORBIDDEN and g.get("viewer"):
            g.refusal = RefusalKind.RIGHT
        return render_template("error.html", heading=_HEADINGS[status], text=masked(str(error))), status

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        if error.response or not error.code:
            return error
        if error.code == HTTPStatus.FORBIDDEN and g.get("viewer"):
            g.refusal = RefusalKind.RIGHT
        heading = _HEADINGS.get(error.code, error.name)
        text = _SHORTER if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else error.description or ""
        return render_template("error.html", heading=heading, text=text), error.code
