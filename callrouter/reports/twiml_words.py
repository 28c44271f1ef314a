"""Extracts the spoken words from a TwiML document. *Pure.*"""

from __future__ import annotations

from typing import TypedDict
from xml.etree.ElementTree import fromstring


class Spoken(TypedDict):
    """A sentence and its language."""

    language: str
    words: str


def spoken(document: str | None) -> list[Spoken]:
    """The sentences that a document speaks."""
    if not document:
        return []
    response = fromstring(document)  # noqa: S314 - our own documents, as we stored them
    return [Spoken(language=say.get("language", ""), words=say.text or "") for say in response.iter("Say")]
