"""A TwiML document as the carrier reads it: verbs in their order, or the faults that forbid to perform it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, XMLParser

from simulator.grammar import grammar_faults, plain_name

LARGEST = 64 * 1024

TOO_LARGE = 11750
NOT_PARSED = 12100
NOT_A_RESPONSE = 12102
AGAINST_GRAMMAR = 12200


class BadDocument(Exception):
    """A document that the carrier refuses, with the carrier's number for the error and every fault in it."""

    def __init__(self, code: int, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.code = code
        self.faults = faults


@dataclass(frozen=True)
class Verb:
    """One element: its name, attributes, the text within it and the elements that it holds."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Verb, ...] = ()

    def number(self, attribute: str, otherwise: int) -> int:
        return int(self.attributes.get(attribute, otherwise))

    def says_yes(self, attribute: str) -> bool:
        return self.attributes.get(attribute) == "true"


@dataclass(frozen=True)
class Document:
    """The verbs of a `<Response>`."""

    verbs: tuple[Verb, ...]


def check_document(xml: bytes | str) -> list[str]:
    """The faults of a TwiML document, each in words; an empty list where the carrier would perform it."""
    try:
        read_document(xml.encode() if isinstance(xml, str) else xml)
    except BadDocument as refused:
        return refused.faults
    return []


@lru_cache(maxsize=256)
def read_document(xml: bytes) -> Document:
    """The document, or `BadDocument`. The same bytes are read only once."""
    if len(xml) > LARGEST:
        raise BadDocument(TOO_LARGE, [f"the document has {len(xml)} bytes, {LARGEST} are allowed"])
    root = _parsed(xml)
    faults = grammar_faults(root)
    if faults:
        raise BadDocument(AGAINST_GRAMMAR if root.tag == "Response" else NOT_A_RESPONSE, faults)
    return Document(tuple(_verb(element) for element in root))


def _parsed(xml: bytes) -> Element:
    parser = XMLParser()  # noqa: S314 - what is read here are documents of our own server
    try:
        parser.feed(xml)
        return parser.close()
    except (ParseError, ValueError) as broken:
        raise BadDocument(NOT_PARSED, [f"the document is not XML: {broken}"]) from broken


def _verb(element: Element) -> Verb:
    return Verb(
        element.tag,
        {plain_name(name): value for name, value in element.items()},
        " ".join("".join(element.itertext()).split()),
        tuple(_verb(child) for child in element),
    )
