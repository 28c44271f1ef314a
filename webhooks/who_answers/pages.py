"""`/who-answers` and `/who-answers.json`: who answers the calls and that they pay, for everybody.

The page is made to be put into a frame on the helpline's website. It has no script, no cookie and nothing to act on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Request, Response, render_template, request
from werkzeug.datastructures import MultiDict

from callrouter.database import Database
from callrouter.errors import NotKnown
from callrouter.evidence.offline_verifier import canonical
from callrouter.evidence.signed_documents import signature_line
from callrouter.reports.period import moment
from callrouter.reports.who_answers.document import WhoAnswers
from callrouter.reports.who_answers.spanish import in_spanish
from webhooks.who_answers.answers import AnswerUnavailable, PublicAnswer, PublicAnswers, RenderedAnswer
from webhooks.who_answers.page_texts import ENGLISH, LANGUAGES, PAGE_TEXTS, SPANISH

HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"
A_MINUTE = "public, max-age=60"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LONGEST_KEY = 64
_MAY_BE_EMBEDDED = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_SECONDS_TO_WAIT = "2"
MOST_RENDERED = 96
"""of one answer, in memory: for each helpline, as page in each language and as JSON"""


class BadParameter(ValueError):
    """A parameter that the page does not have, or that cannot be read."""


class Wanted(NamedTuple):
    """What is asked for. `at` None: now. `helpline` None: all of them, and the listings. `lang`: of the page."""

    at: datetime | None
    helpline: str | None
    lang: str = ENGLISH


class AnswerPart(NamedTuple):
    """What is rendered: a form of an answer, for one helpline or all, in a language, so many minutes old."""

    content_type: str
    helpline: str | None
    language: str
    age: int | None


Render = Callable[[WhoAnswers, PublicAnswer, AnswerPart], bytes]


def who_answers_pages(
    database: Database, clock: Callable[[], datetime], seed: Callable[[], bytes | None], *, simulated: bool
) -> Blueprint:
    """The blueprint. `seed` returns the private key of the evidence log, if it is here."""
    pages = Blueprint(
        "who_answers",
        __name__,
        static_folder="static",
        static_url_path="/who-answers/static",
        template_folder="templates",
    )
    answers = PublicAnswers(database, seed, simulated=simulated)

    @pages.get("/who-answers")
    def page() -> Response:
        return _respond(answers, clock(), HTML)

    @pages.get("/who-answers.json")
    def document() -> Response:
        response = _respond(answers, clock(), JSON)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return pages


def _respond(answers: PublicAnswers, now: datetime, content_type: str) -> Response:
    try:
        wanted = _wanted(request.args, now, _language_of(content_type, request))
        answer = answers.past(wanted.at, now) if wanted.at else answers.now(now)
        body = _rendered(
            answer, AnswerPart(content_type, wanted.helpline, wanted.lang, answer.age_in_minutes(now))
        )
    except BadParameter as error:
        return _refusal(error, HTTPStatus.BAD_REQUEST)
    except NotKnown as error:
        return _refusal(error, HTTPStatus.NOT_FOUND)
    except AnswerUnavailable as error:
        return _refusal(error, HTTPStatus.SERVICE_UNAVAILABLE)
    return _whole(body, content_type, request)


def _language_of(content_type: str, asked: Request) -> str:
    """What the reader's browser prefers. The JSON is in English alone: it is signed."""
    if content_type != HTML:
        return ENGLISH
    return asked.accept_languages.best_match(LANGUAGES, ENGLISH)


def _rendered(answer: PublicAnswer, part: AnswerPart) -> RenderedAnswer:
    """A part of an answer, rendered once. Raises NotKnown for an unknown helpline."""
    if known := answer.rendered.get(part):
        return known
    content = _RENDER[part.content_type](_part(answer.document, part.helpline), answer, part)
    if len(answer.rendered) >= MOST_RENDERED:
        answer.rendered.clear()
    made = answer.rendered[part] = RenderedAnswer(content, hashlib.sha256(content).hexdigest()[:32])
    return made


def _whole(body: RenderedAnswer, content_type: str, asked: Request) -> Response:
    response = Response(body.content, content_type=content_type)
    response.headers["Cache-Control"] = A_MINUTE
    if content_type == HTML:
        response.vary.add("Accept-Language")
    response.headers["Content-Security-Policy"] = _MAY_BE_EMBEDDED
    response.set_etag(body.etag)
    response.make_conditional(asked)
    return response


def _refusal(error: Exception, status: int) -> Response:
    response = Response(f"{error}\n", status, content_type=TEXT)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _SECONDS_TO_WAIT
    return response


def _wanted(parameters: MultiDict[str, str], now: datetime, language: str) -> Wanted:
    """Raises BadParameter."""
    for name in parameters:
        if name not in Wanted._fields:
            raise BadParameter(
                "there are three parameters: at, a moment in the past, helpline, a key, and lang, the page's language"
            )
        if len(parameters.getlist(name)) > 1:
            raise BadParameter(f"{name} stands more than once")
    at, helpline = parameters.get("at"), parameters.get("helpline")
    lang = parameters.get("lang", language)
    if lang not in LANGUAGES:
        raise BadParameter(f"lang: the page is in {' and '.join(LANGUAGES)}")
    return Wanted(
        None if at is None else _past_moment(at, now), None if helpline is None else _key(helpline), lang
    )


def _past_moment(text: str, now: datetime) -> datetime:
    try:
        found = moment(text)
    except ValueError as error:
        raise BadParameter(f"at: {error}") from None
    if found > now:
        raise BadParameter("at: this moment is not in the past")
    return found


def _key(text: str) -> str:
    if len(text) > _LONGEST_KEY or not _KEY.fullmatch(text):
        raise BadParameter("helpline: this is not a key of a helpline")
    return text


def _part(document: WhoAnswers, helpline: str | None) -> WhoAnswers:
    """The document, or what of it is about one helpline: then it has no listings."""
    if helpline is None:
        return document
    found = [each for each in document["helplines"] if each["key"] == helpline]
    if not found:
        raise NotKnown("the directory has no such helpline at this moment")
    others = {name: value for name, value in document.items() if name != "listings"}
    return {**others, "helplines": found}  # type: ignore[typeddict-item]


def _as_page(document: WhoAnswers, answer: PublicAnswer, part: AnswerPart) -> bytes:
    [other] = [each for each in LANGUAGES if each != part.language]
    at = {"at": document["at"]} if document["is_past"] else {}
    helpline = {"helpline": part.helpline} if part.helpline else {}
    return render_template(
        "who_answers.html",
        it=in_spanish(document) if part.language == SPANISH else document,
        age=part.age,
        t=PAGE_TEXTS[part.language],
        language=part.language,
        other=other,
        other_address=f"?{urlencode({'lang': other, **at, **helpline})}",
    ).encode()


def _as_json(document: WhoAnswers, answer: PublicAnswer, part: AnswerPart) -> bytes:
    """The document in its canonical form, with its signature and its age, which are not part of it."""
    signature = signature_line(document, answer.signer) if answer.signer else None
    others = json.dumps({"signature": signature, "age_in_minutes": part.age}, ensure_ascii=False)
    return b'{"document":' + canonical(document) + b"," + others.encode()[1:] + b"\n"


_RENDER: dict[str, Render] = {HTML: _as_page, JSON: _as_json}
