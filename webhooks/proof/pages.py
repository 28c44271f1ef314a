"""`/proof`: the form for a code, and what the code shows. It works without script, but for the button that verifies.

A code is in the body of a request only. It is in no address, no log and no cookie.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from flask import Blueprint, Response, render_template, request

from callrouter.database import Database
from callrouter.evidence.prove import NotLoggedYet
from callrouter.reports.caller_proof import CallerProof
from config.proxies import Network, forwarded_chain, up_to_client
from webhooks.proof.lookup import LookupBusy, ProofLookup
from webhooks.proof.moments import Moments
from webhooks.proof.texts import LANGUAGE_NAMES, LANGUAGES, PAGE_TEXTS
from webhooks.proof.throttle import Throttle, TooManyCodes

PROOF_FILE = "proof.jsonl"
_LONGEST_CODE = 64
_SEPARATORS = str.maketrans("", "", " -.\t\N{NO-BREAK SPACE}")
_SECONDS_WHEN_BUSY = 2
_SECONDS_TO_LOG = 60
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class ProofCounter(Protocol):
    """Counts what became of codes, for /metrics."""

    def looked_up(self, result: str) -> None:
        """`shown`, `unknown`, `waits`, `throttled` or `busy`."""


@dataclass(frozen=True)
class ProofDependencies:
    """What the pages need."""

    database: Database
    throttle: Throttle
    counter: ProofCounter
    trusted_proxies: tuple[Network, ...] = ()
    payee: str | None = None
    """whom partners pay; None: it is not named"""


@dataclass(frozen=True)
class ProofAnswer:
    """What a code led to: a proof, or what is said in its place."""

    result: str
    proof: CallerProof | None = None
    status: HTTPStatus = HTTPStatus.OK
    seconds: int | None = None
    """until it makes sense to ask again"""


class CodeLookup:
    """Looks up the code of a request, within the limits."""

    def __init__(self, dependencies: ProofDependencies) -> None:
        self._dependencies = dependencies
        self._lookup = ProofLookup(dependencies.database)

    def answer(self, code: str) -> ProofAnswer:
        """What this code leads to. Every text that is no code gets the same answer."""
        answer = self._answer(code.translate(_SEPARATORS))
        self._dependencies.counter.looked_up(answer.result)
        return answer

    def _answer(self, code: str) -> ProofAnswer:
        throttle = self._dependencies.throttle
        try:
            attempt = throttle.let_through(self._client_address())
            proof = self._lookup.proof(code)
        except TooManyCodes as error:
            return ProofAnswer("throttled", status=HTTPStatus.TOO_MANY_REQUESTS, seconds=error.seconds)
        except LookupBusy:
            return ProofAnswer("busy", status=HTTPStatus.SERVICE_UNAVAILABLE, seconds=_SECONDS_WHEN_BUSY)
        except NotLoggedYet:
            throttle.give_back(attempt)
            return ProofAnswer("waits", status=HTTPStatus.ACCEPTED, seconds=_SECONDS_TO_LOG)
        if proof is None:
            return ProofAnswer("unknown", status=HTTPStatus.NOT_FOUND)
        throttle.give_back(attempt)
        return ProofAnswer("shown", proof)

    def _client_address(self) -> str:
        chain = forwarded_chain(request.headers.getlist("X-Forwarded-For"))
        return up_to_client([*chain, request.remote_addr or ""], self._dependencies.trusted_proxies)[-1]


def proof_pages(dependencies: ProofDependencies) -> Blueprint:
    """The blueprint of `/proof`. The style sheet is that of `/who-answers`, with a little more."""
    pages = Blueprint(
        "proof",
        __name__,
        static_folder="static",
        static_url_path="/proof/static",
        template_folder="templates",
    )
    lookup = CodeLookup(dependencies)

    @pages.get("/proof")
    def form() -> Response:
        return _page(_language(), dependencies.payee)

    @pages.post("/proof")
    def shown() -> Response:
        code = _code()
        return _page(_language(), dependencies.payee, lookup.answer(code), code)

    @pages.post("/proof/file")
    def file() -> Response:
        code = _code()
        answer = lookup.answer(code)
        if answer.proof is None:
            return _page(_language(), dependencies.payee, answer, code)
        return _file(answer.proof)

    @pages.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return pages


def _code() -> str:
    return request.form.get("code", "")[:_LONGEST_CODE]


def _language() -> str:
    """What the person has chosen, or the first language of the browser that we have."""
    chosen = request.values.get("lang", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def _page(language: str, payee: str | None, answer: ProofAnswer | None = None, code: str = "") -> Response:
    texts = PAGE_TEXTS[language]
    values: dict[str, Any] = {
        "t": texts,
        "language": language,
        "languages": LANGUAGE_NAMES,
        "answer": answer,
        "it": answer.proof if answer else None,
        "code": code,
        "payee": payee or texts["payee"],
    }
    if answer and answer.proof:
        values["moments"] = Moments(answer.proof.dialed.zone, language)
    response = Response(
        render_template("proof.html", **values),
        answer.status if answer else HTTPStatus.OK,
        content_type="text/html; charset=utf-8",
    )
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    if answer and answer.seconds is not None:
        response.headers["Retry-After"] = str(answer.seconds)
    return response


def _file(proof: CallerProof) -> Response:
    response = Response("".join(proof.lines), content_type="application/x-ndjson; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{PROOF_FILE}"'
    return response
