"""Checks free text that is stored and read by others: a reason, a note, a reference. *Pure.*"""

from __future__ import annotations

from callrouter.cli.parameter_types import ParsedParameter
from config.masking import masked

LONGEST, LONGEST_EVIDENCE = 500, 2_000
"""characters; a workbook would silently cut much longer text"""


def reason(written: str) -> str:
    """Check a reason or a note. It may not contain a caller's number. Raises ValueError."""
    return _short(str(masked(_in_one_line(written))), LONGEST)


def evidence(written: str) -> str:
    """Check what a partner says, which may be longer."""
    return _short(str(masked(_in_one_line(written))), LONGEST_EVIDENCE)


def reference(written: str) -> str:
    """Check a payment reference. Bank numbers may look like telephone numbers, so they stay."""
    return _short(_in_one_line(written), LONGEST)


def _in_one_line(written: str) -> str:
    """The words with single spaces, without invisible characters and terminal escapes."""
    words = " ".join(written.split())
    if not words:
        raise ValueError("it is empty: say why, in words")
    for sign in words:
        # Direction marks hide text, and split numbers that must be masked.
        if not sign.isprintable():
            raise ValueError(f"it has a sign in it that nobody sees (U+{ord(sign):04X}): leave it out")
    return words


def _short(words: str, longest: int) -> str:
    if len(words) > longest:
        raise ValueError(f"it has {len(words)} characters, and {longest} are kept: say it shorter")
    return words


REASON = ParsedParameter("reason", reason)
NOTE = ParsedParameter("note", reason)
EVIDENCE = ParsedParameter("evidence", evidence)
REFERENCE = ParsedParameter("reference", reference)
