"""Which TwiML element may hold which, with which attributes, after `twiml_grammar.json`. *Pure.*"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

GRAMMAR_FILE = Path(__file__).with_name("twiml_grammar.json")
XML_NAMESPACE = "{http://www.w3.org/XML/1998/namespace}"

Allows = Callable[[str], bool]


@dataclass(frozen=True)
class ElementRule:
    """What one element may hold: elements, text, and attributes with what each allows."""

    holds: frozenset[str]
    text: bool
    attributes: dict[str, Allows]


def plain_name(name: str) -> str:
    """The name as it stands in the document: `xml:lang`, where the parser gives its namespace."""
    return name.replace(XML_NAMESPACE, "xml:")


def grammar_faults(root: Element) -> list[str]:
    """Every breach of the grammar in this document, each with its place; empty where it is valid."""
    if root.tag != ROOT:
        return [f"{root.tag}: the document's element must be {ROOT}"]
    return list(_faults(root, root.tag))


def _faults(element: Element, place: str) -> Iterator[str]:
    rule = RULES[element.tag]
    yield from _attribute_faults(element, rule, place)
    if not rule.text and _own_text(element).strip():
        yield f"{place}: may not hold text"
    for number, child in enumerate(element, 1):
        below = f"{place}/{child.tag}[{number}]"
        if child.tag in rule.holds:
            yield from _faults(child, below)
        else:
            yield f"{below}: may not stand in {element.tag}"


def _attribute_faults(element: Element, rule: ElementRule, place: str) -> Iterator[str]:
    for name, value in element.items():
        allows = rule.attributes.get(plain_name(name))
        if allows is None:
            yield f"{place}: has no attribute {plain_name(name)}"
        elif not allows(value):
            yield f"{place}: {plain_name(name)} may not be {value!r}"


def _own_text(element: Element) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _allows(written: Any) -> Allows:
    """What an attribute allows, from the grammar file's word for it."""
    if isinstance(written, list):
        return frozenset(written).__contains__
    if isinstance(written, dict):
        words = frozenset(written["words"])
        return lambda value: bool(value.split()) and words.issuperset(value.split())
    return KINDS[written]


KINDS: dict[str, Allows] = {
    "text": lambda value: True,
    "number": lambda value: re.fullmatch(r"[0-9]{1,9}", value) is not None,
    "boolean": frozenset(("true", "false")).__contains__,
}


def _rules(elements: dict[str, Any]) -> dict[str, ElementRule]:
    return {
        name: ElementRule(
            frozenset(fact["holds"]),
            fact["text"],
            {attribute: _allows(written) for attribute, written in fact["attributes"].items()},
        )
        for name, fact in elements.items()
    }


_GRAMMAR = json.loads(GRAMMAR_FILE.read_text(encoding="utf-8"))
ROOT: str = _GRAMMAR["root"]
RULES = _rules(_GRAMMAR["elements"])
