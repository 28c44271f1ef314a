"""What Twilio's own description says an answer of its REST API has to be, as far as it is asked here."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FACTS: Mapping[str, Any] = json.loads((Path(__file__).parent / "rest_fields.json").read_text("utf-8"))
ANSWERS: Mapping[str, Mapping[str, Any]] = FACTS["answers"]


def route(method: str, path: str) -> str:
    """`GET /Calls/CA` for a request of one call; what is not there in Twilio stays as it is."""
    bare = re.sub(r"^/2010-04-01/Accounts/AC[0-9a-f]{32}", "", path).removesuffix(".json")
    one = re.sub(r"/(CA|RE|PN)[0-9a-f]{32}$", r"/\1", bare)
    return f"{method} {one}"


def faults(asked: str, status: int, body: bytes) -> list[str]:
    """What is otherwise than described, of the answer to a request on this route."""
    if status >= 400:
        error = json.loads(body)
        return [*_faults("error", error), *([] if error["status"] == status else [f"not {status}: {error}"])]
    described = ANSWERS[asked]
    if status != described["status"]:
        return [f"{asked}: {status}"]
    return list(_of_document(described, body))


def _of_document(described: Mapping[str, Any], body: bytes) -> Iterator[str]:
    if "is a" in described:
        yield from _faults(described["is a"], json.loads(body))
    elif "page of" in described:
        page = json.loads(body)
        resources = page.pop(described["called"])
        yield from _faults("page", page)
        for resource in resources:
            yield from _faults(described["page of"], resource)
    elif body:
        yield f"something is told: {body!r}"


def _faults(what: str, document: Mapping[str, Any]) -> Iterator[str]:
    described = FACTS[what]
    if document.keys() != described.keys():
        yield f"{what} has other fields: {sorted(document.keys() ^ described.keys())}"
    for name in document.keys() & described.keys():
        if not is_written_as(described[name], document[name]):
            yield f"{what}.{name} is not {described[name]}: {document[name]!r}"


def is_written_as(kind: str, value: Any) -> bool:
    """Whether a value is of the kind that the description says."""
    if value is None:
        return kind.endswith("?")
    kind = kind.removesuffix("?")
    if kind in FACTS:
        return value in FACTS[kind]
    if kind in _WRITTEN:
        return _WRITTEN[kind](value)
    return isinstance(value, str) and bool(re.fullmatch(f"{kind}[0-9a-fA-F]{{32}}", value))


def _is_time(value: Any) -> bool:
    return parsedate_to_datetime(value).utcoffset() == timedelta(0) and value.endswith("+0000")


def _is_text(form: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(re.fullmatch(form, value, re.DOTALL))


def _is_address(value: Any) -> bool:
    """Relative to the API."""
    return isinstance(value, str) and value.startswith("/2010-04-01/") and not urlsplit(value).netloc


_WRITTEN: Mapping[str, Callable[[Any], bool]] = {
    "anything": lambda _: True,
    "time": _is_time,
    "text": _is_text(r".*"),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "price": _is_text(r"-?\d+\.\d+"),
    "currency": _is_text(r"[A-Z]{3}"),
    "url": _is_text(r"https://\S+"),
    "address": _is_address,
    "yes or no": lambda value: isinstance(value, bool),
    "AP or empty": _is_text(r"(AP[0-9a-f]{32})?"),
    "capabilities": lambda value: all(isinstance(each, bool) for each in value.values()),
    "addresses": lambda value: all(_is_address(address) for address in value.values()),
}
