"""Which route needs which right, and which role has it. It is read from the views themselves, as the guard does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask import Flask

from callrouter.staff.roles import RIGHTS, Right, Role
from console.access import requirement

_NOT_SHOWN = {"HEAD", "OPTIONS"}
ANYBODY = "anybody"


class RouteRights(NamedTuple):
    """A route, and each right that it needs; none: anybody may open it.

    `is_recent`: it asks for a proof that is at most 5 minutes old.
    """

    method: str
    address: str
    rights: tuple[Right, ...]
    is_recent: bool

    @property
    def in_words(self) -> str:
        return " + ".join(self.rights) or ANYBODY

    def is_open_to(self, role: Role) -> bool:
        return RIGHTS[role].issuperset(self.rights)


def route_rights(app: Flask) -> list[RouteRights]:
    """Every route of the application, by address."""
    found = []
    for rule in app.url_map.iter_rules():
        needed = requirement(app, rule.endpoint)
        methods = sorted((rule.methods or set()) - _NOT_SHOWN)
        found += [RouteRights(method, rule.rule, needed.rights, needed.recent) for method in methods]
    return sorted(found, key=lambda route: (route.address, route.method))


def rights_document(app: Flask) -> str:
    """`docs/console-routes.md`, which `make docs` writes and a test compares."""
    roles = [role.value for role in Role]
    rights = [[right.value, *(_mark(right in RIGHTS[role]) for role in Role)] for right in Right]
    return "\n".join(
        [
            "# Routes and roles of the console",
            "",
            "`make docs` writes this page from the code, and a test compares them. The page Rights shows the same",
            "to whoever may read the audit log. What the roles are for: [console.md](console.md#roles).",
            "",
            "## Rights",
            "",
            *_table(["right", *roles], rights),
            "",
            "## Routes",
            "",
            "Where a route needs two rights, it opens to whoever has both.",
            "A route with a *fresh proof* asks who you are, if you have not proved it within 5 minutes.",
            "",
            *_table(["method", "address", "right", "fresh proof", *roles], map(_cells, route_rights(app))),
            "",
        ]
    )


def _cells(route: RouteRights) -> list[str]:
    open_to = [_mark(route.is_open_to(role)) for role in Role]
    return [route.method, f"`{route.address}`", route.in_words, _mark(route.is_recent), *open_to]


def _mark(is_so: bool) -> str:
    return "yes" if is_so else ""


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [_line(head), _line(["---"] * len(head)), *map(_line, rows)]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
