"""A request to the REST API and its answer, and the errors as Twilio writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Pairs = list[tuple[str, str]]

ERRORS = "https://www.twilio.com/docs/errors"
BY_NAME: Mapping[str, tuple[int, HTTPStatus, str]] = {
    "not signed in": (20003, HTTPStatus.UNAUTHORIZED, "Authenticate"),
    "method": (20004, HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed"),
    "not found": (20404, HTTPStatus.NOT_FOUND, "The requested resource {about} was not found"),
    "too many": (20429, HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests"),
    "broken": (20500, HTTPStatus.INTERNAL_SERVER_ERROR, "An internal server error has occurred"),
    "wrong value": (20001, HTTPStatus.BAD_REQUEST, "Invalid parameter: {about}"),
    "no To": (21201, HTTPStatus.BAD_REQUEST, "No 'To' number is specified"),
    "no Url": (21205, HTTPStatus.BAD_REQUEST, "Url parameter is required."),
    "foreign From": (
        21210,
        HTTPStatus.BAD_REQUEST,
        "The source phone number {about} is not one of the account",
    ),
    "bad To": (21211, HTTPStatus.BAD_REQUEST, "The phone number to call, {about}, is not valid"),
    "bad From": (21212, HTTPStatus.BAD_REQUEST, "The source phone number {about} is not valid"),
    "no From": (21213, HTTPStatus.BAD_REQUEST, "'From' phone number is required."),
    "bad application": (21218, HTTPStatus.BAD_REQUEST, "Invalid ApplicationSid {about}"),
    "bad Url": (21402, HTTPStatus.BAD_REQUEST, "Url is not a valid URL: {about}"),
    "over already": (21220, HTTPStatus.BAD_REQUEST, "Call is not in-progress. Cannot redirect."),
}
"""Twilio's number for each error, the status of the answer, and words like Twilio's, which may hold a number."""


@dataclass(frozen=True)
class ApiRequest:
    """A request to the API: its path, what stands in its query, and its form or other body."""

    method: str
    path: str
    query: Pairs = field(repr=False)
    form: Pairs = field(repr=False)
    body: bytes = field(repr=False)

    def value(self, name: str) -> str | None:
        """What the form says by this name; an empty value counts as none."""
        return dict(self.form).get(name) or None


@dataclass(frozen=True)
class ApiResponse:
    """What is answered."""

    status: HTTPStatus
    body: bytes = field(repr=False, default=b"")
    kind: str = "application/json"
    lost: bool = False
    """it was done, and the answer to it never arrives"""


class ApiError(Exception):
    """A request that is refused, by the name of its error; `about` is what it is about."""

    def __init__(self, name: str, about: str = "") -> None:
        super().__init__(name)
        self.given = _error(name, about)


def json_response(resource: Any, status: HTTPStatus = HTTPStatus.OK) -> ApiResponse:
    return ApiResponse(status, json.dumps(resource).encode())


def _error(name: str, about: str) -> ApiResponse:
    code, status, words = BY_NAME[name]
    told = {
        "code": code,
        "message": words.format(about=about),
        "more_info": f"{ERRORS}/{code}",
        "status": status,
    }
    return json_response(told, status)
