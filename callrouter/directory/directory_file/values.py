"""Reads single values of a directory file. Each function converts the text or reports a fault. *Pure.*"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from callrouter.area_codes import STATE_OF_AREA_CODE
from callrouter.directory.directory import LANGUAGES
from callrouter.directory.directory_file.entries import FaultCollector, InvalidValue, Read
from callrouter.directory.directory_file.syntax_tree import NOTHING, NUMBER, TEXT, WHOLE_NUMBER, Node, Scalar
from callrouter.directory.faults import closest, quoted
from callrouter.directory.opening_hours.opening import fault_in_hours
from callrouter.mailbox import mailbox
from callrouter.money import MINOR_UNITS
from callrouter.phone import can_be_dialed, is_number

STATES = frozenset(STATE_OF_AREA_CODE.values())
"""states, District of Columbia and territories, by the two letters of the Postal Service"""

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = 64
_LONGEST_HOURS = 1_000
_LONGEST_NAME = 100
"""characters; it is spoken to a caller who waits"""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,8})", re.ASCII)
_PRICE = re.compile(r"\d{1,7}(\.\d{1,4})?", re.ASCII)
_AMERICAN_DIGITS = 10
_LANGUAGE = re.compile(r"[a-z]{2}")


def text(node: Node, _: FaultCollector) -> str:
    """Any text with visible characters."""
    written = _said(node)
    if not written.strip():
        raise InvalidValue("is empty")
    return written


def name(node: Node, report: FaultCollector) -> str:
    """A name that is spoken and shown: short, and without a sign that nobody sees or that turns what follows."""
    written = text(node, report)
    if len(written) > _LONGEST_NAME:
        raise InvalidValue(f"has {len(written)} characters", f"write at most {_LONGEST_NAME}")
    hidden = next((sign for sign in written if not sign.isprintable()), None)
    if hidden:
        what = f"{quoted(written)} has a sign in it that nobody sees (U+{ord(hidden):04X})"
        raise InvalidValue(what, "leave it out, and write spaces as plain ones")
    return written


def key(node: Node, _: FaultCollector) -> str:
    written = _said(node)
    if not _KEY.fullmatch(written):
        mend = _as_key(written)
        raise InvalidValue(
            f"{quoted(written)} is not lower-case words and hyphens", mend and f'write "{mend}"'
        )
    if len(written) > _LONGEST_KEY:
        raise InvalidValue(f"has {len(written)} characters", f"write at most {_LONGEST_KEY}")
    return written


def one_of(*choices: str) -> Read:
    def read(node: Node, _: FaultCollector) -> str:
        written = _said(node)
        if written not in choices:
            raise InvalidValue(f"{quoted(written)} is none of its values", f"write {' or '.join(choices)}")
        return written

    return read


def whole(lowest: int, highest: int, unit: str) -> Read:
    def read(node: Node, _: FaultCollector) -> int:
        written = node.text if isinstance(node, Scalar) and node.is_a == WHOLE_NUMBER else ""
        mend = f"write {lowest} to {highest}, without quotes"
        if not _WHOLE.fullmatch(written):
            raise InvalidValue(f"{_what(node)} is not a whole number of {unit}", mend)
        if not lowest <= int(written) <= highest:
            raise InvalidValue(f"{int(written)} is not within {lowest} and {highest} {unit}", mend)
        return int(written)

    return read


def day(node: Node, _: FaultCollector) -> str:
    """A date, with or without quotes."""
    written = node.text if isinstance(node, Scalar) else ""
    try:
        if not _DAY.fullmatch(written):
            raise ValueError
        date.fromisoformat(written)
    except ValueError:
        raise InvalidValue(f"{_what(node)} is not a day as YYYY-MM-DD") from None
    return written


def timezone(node: Node, report: FaultCollector) -> str:
    written = _said(node)
    if written not in _zones():
        names_a_place = "/" in written  # PST is not meant to be MST
        meant = closest(written, tuple(_zones())) if names_a_place and report.is_shown else None
        raise InvalidValue(
            f"{quoted(written)} is not a time zone", f'did you mean "{meant}"?' if meant else ""
        )
    return written


def hours(node: Node, _: FaultCollector) -> str:
    written = _said(node)
    if len(written) > _LONGEST_HOURS:
        raise InvalidValue(f"has {len(written)} characters", f"write at most {_LONGEST_HOURS}")
    fault = fault_in_hours(written)
    if fault:
        raise InvalidValue(f"{quoted(written)} {fault.what}", fault.mend)
    return written


def state(node: Node, _: FaultCollector) -> str:
    written = _said(node)
    if written not in STATES:
        mend = f"write {written.upper()}" if written.upper() in STATES else "write two letters, such as CA"
        raise InvalidValue(f"{quoted(written)} is not a state of the United States", mend)
    return written


def language(node: Node, _: FaultCollector) -> str:
    written = _said(node)
    if not _LANGUAGE.fullmatch(written):
        raise InvalidValue(f"{quoted(written)} is not a language code", "write two letters, such as en or es")
    return written


spoken_language = one_of(*LANGUAGES)
"""A language that callers hear."""


def own_number(node: Node, _: FaultCollector) -> str:
    """A number that reaches us."""
    return _telephone(node, is_number, "is not a whole telephone number with + and country code")


def phone(node: Node, _: FaultCollector) -> str:
    """The telephone of a center."""
    return _telephone(node, can_be_dialed, "is neither a whole telephone number with + nor a sip: address")


def price(node: Node, _: FaultCollector) -> str:
    """An amount as text, because numbers of YAML or JSON may be rounded."""
    if isinstance(node, Scalar) and node.is_a in (NUMBER, WHOLE_NUMBER):
        raise InvalidValue(f"{quoted(node.text)} is a number", f'put the amount in quotes: "{node.text}"')
    written = _said(node)
    if not _PRICE.fullmatch(written):
        raise InvalidValue(f"{quoted(written)} is not an amount of money")
    return written


currency = one_of(*MINOR_UNITS)


def mail(node: Node, _: FaultCollector) -> str:
    """An e-mail address, or empty."""
    written = _said(node)
    if not written:
        return ""
    try:
        return mailbox(written)
    except ValueError as error:
        raise InvalidValue(f"{quoted(written)} is not a mail address") from error


def _telephone(node: Node, is_right: Callable[[str], bool], otherwise: str) -> str:
    if isinstance(node, Scalar) and node.is_a in (WHOLE_NUMBER, NUMBER):
        mend = f'put it in quotes: "{_with_plus(node.text)}"'
        raise InvalidValue(f"{_what(node)} is a number without quotes", mend)
    written = _said(node)
    if not is_right(written):
        meant = _with_plus(re.sub(r"[\s().-]", "", written))
        raise InvalidValue(f"{quoted(written)} {otherwise}", f'write "{meant}"' if is_right(meant) else "")
    return written


def _with_plus(digits: str) -> str:
    if digits.startswith("+"):
        return digits
    return f"+1{digits}" if len(digits) == _AMERICAN_DIGITS else f"+{digits}"


def _said(node: Node) -> str:
    """The text of a value. Raises InvalidValue if it is not text."""
    if isinstance(node, Scalar) and node.is_a == TEXT:
        return node.text
    if isinstance(node, Scalar) and node.is_a != NOTHING:
        mend = f"put it in quotes: {quoted(node.text)}"
        raise InvalidValue(f"{_what(node)} is read as {node.is_a}, not as text", mend)
    raise InvalidValue("is empty" if isinstance(node, Scalar) else f"{_what(node)} is not text")


def _what(node: Node) -> str:
    return quoted(node.text) if isinstance(node, Scalar) else "a list or a mapping"


def _as_key(written: str) -> str:
    """A key that somebody may have meant."""
    return re.sub(r"[^a-z0-9]+", "-", written.lower()).strip("-")[:_LONGEST_KEY].strip("-")


@cache
def _zones() -> dict[str, None]:
    """Those that stand for a place, which the reader of opening hours knows as well."""
    return dict.fromkeys(sorted(available_timezones() - {"Factory", "localtime"}))
