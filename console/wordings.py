"""The page Wordings: what callers hear, where they hear it, and every text of before."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, render_template, request

from callrouter.directory.directory import LANGUAGES
from callrouter.errors import NotKnown
from callrouter.reports.wording_scenes import ROUTES
from callrouter.reports.wordings import listed_wordings, rules_of, wording_in_language
from callrouter.staff.roles import Right
from callrouter.wordings.audio_files import audio_content
from callrouter.wordings.history import known_wordings, wordings_versions
from callrouter.wordings.proposals import wording_proposals
from callrouter.wordings.wordings import KEYS
from console.access import needs
from console.dependencies import ConsoleDependencies

LANGUAGE_NAMES = {"en": "English", "es": "Spanish"}


def wordings_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of these pages."""
    pages = Blueprint("wordings", __name__)

    @pages.get("/wordings")
    @needs(Right.SEE_DIRECTORY)
    def listed() -> str:
        language, route = _chosen("language", LANGUAGES), _chosen("route", ROUTES)
        with dependencies.reading() as connection:
            in_force = dependencies.wordings.in_force(connection)
            rows = listed_wordings(connection, in_force, language, route)
            waiting = wording_proposals(connection, decided_too=False)
        return render_template(
            "wordings.html",
            total=len(rows),
            scenes=[(heard, list(texts)) for heard, texts in groupby(rows, key=lambda row: row["heard"])],
            waiting=waiting,
            version=in_force.version,
            language=language,
            route=route,
            languages=LANGUAGE_NAMES,
            routes=ROUTES,
        )

    @pages.get("/wordings/<key>")
    @needs(Right.SEE_DIRECTORY)
    def wording(key: str) -> str:
        _find(key)
        with dependencies.reading() as connection:
            in_force = dependencies.wordings.in_force(connection)
            found = {each: wording_in_language(connection, in_force, key, each) for each in LANGUAGES}
        return render_template(
            "wording.html", key=key, found=found, rules=rules_of(key), languages=LANGUAGE_NAMES
        )

    @pages.get("/wordings/audio/<digest>.wav")
    @needs(Right.SEE_DIRECTORY)
    def audio(digest: str) -> Response:
        with dependencies.reading() as connection:
            content = audio_content(connection, digest)
        return Response(content, mimetype="audio/wav")

    @pages.get("/wordings/versions")
    @needs(Right.SEE_DIRECTORY)
    def versions() -> str:
        with dependencies.reading() as connection:
            found = wordings_versions(connection)
        return render_template("wordings_versions.html", versions=found)

    @pages.get("/wordings/versions/<int:number>")
    @needs(Right.SEE_DIRECTORY)
    def version(number: int) -> str:
        with dependencies.reading() as connection:
            texts = known_wordings(connection, number)
            [found] = [each for each in wordings_versions(connection) if each["version"] == number]
            rows = listed_wordings(connection, texts)
        return render_template("wordings_version.html", version=found, rows=rows, languages=LANGUAGE_NAMES)

    return pages


def _chosen(name: str, allowed: tuple[str, ...]) -> str | None:
    """A filter of the address; None if it is none that we know."""
    asked = request.args.get(name)
    return asked if asked in allowed else None


def _find(key: str) -> None:
    if key not in KEYS:
        raise NotKnown(f"there is no wording {key!r}; the page Wordings lists them all")
