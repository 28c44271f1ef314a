"""The words of a document that the carrier was given. *Pure.*"""

from __future__ import annotations

from typing import TypedDict
from xml.etree.ElementTree import fromstring


class Spoken(TypedDict):
    """One sentence, and the language it was spoken in."""

    language: str
    words: str


def spoken(document: str | None) -> list[Spoken]:
    """What is said in a document, sentence by sentence."""
    if not document:
        return []
    response = fromstring(document)  # noqa: S314 - our own documents, as we stored them
    return [Spoken(language=say.get("language", ""), words=say.text or "") for say in response.iter("Say")]
