"""The page Rights: what each role may do, and which route is open to whom."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from callrouter.staff.roles import RIGHTS, Right, Role
from console.access import needs
from console.route_rights import route_rights


def rights_pages(app: Flask) -> Blueprint:
    """The blueprint of this page."""
    pages = Blueprint("rights", __name__)

    @pages.get("/rights")
    @needs(Right.READ_AUDIT)
    def shown() -> str:
        return render_template(
            "rights.html",
            roles=list(Role),
            rights_of=RIGHTS,
            every_right=list(Right),
            routes=route_rights(app),
        )

    return pages
