"""Extracts the spoken words from a TwiML document. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict
from xml.etree.ElementTree import Element, fromstring

from callrouter.privacy.proof_codes import in_words


class Spoken(TypedDict):
    """A sentence and its language."""

    language: str
    words: str


NOTHING_RECORDED: Mapping[str, Spoken] = MappingProxyType({})


def spoken(document: str | None, recorded: Mapping[str, Spoken] = NOTHING_RECORDED) -> list[Spoken]:
    """The sentences that a document speaks or plays. `recorded` has the texts of audio files, by checksum."""
    if not document:
        return []
    response = fromstring(document)  # noqa: S314 - our own documents, as we stored them
    return [_sentence(prompt, recorded) for prompt in response.iter() if prompt.tag in ("Say", "Play")]


def _sentence(prompt: Element, recorded: Mapping[str, Spoken]) -> Spoken:
    if prompt.tag == "Say":
        return Spoken(language=prompt.get("language", ""), words=in_words(prompt.text or ""))
    played = prompt.text or ""
    digest = played.rsplit("/", 1)[-1].removesuffix(".wav")
    return recorded.get(digest) or Spoken(language="", words=played)
