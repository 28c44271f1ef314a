"""A blueprint whose views are methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

Route = tuple[str, tuple[str, ...], Callable[..., Any]]
"""address, methods, view"""


def blueprint_of(name: str, *routes: Route) -> Blueprint:
    """The blueprint of these routes; an endpoint is the name of its method."""
    pages = Blueprint(name, __name__)
    for address, methods, view in routes:
        pages.add_url_rule(address, view.__name__, view, methods=methods)
    return pages
