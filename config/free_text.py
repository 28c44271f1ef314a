"""What a person writes to be kept, and read by others: a reason, a note, a reference. *Pure.*"""

from __future__ import annotations

from callrouter.masking import masked

LONGEST, LONGEST_EVIDENCE = 500, 2_000
"""characters; a workbook's cell would cut off what is much longer, and say nothing"""


def reason(written: str) -> str:
    """A reason, or a note, as it may be stored: without any number of a caller. Raises ValueError where it is none."""
    return _short(str(masked(_in_one_line(written))), LONGEST)


def evidence(written: str) -> str:
    """The same for what a partner says, which may be longer."""
    return _short(str(masked(_in_one_line(written))), LONGEST_EVIDENCE)


def reference(written: str) -> str:
    """What tells a payment from others. A bank's number stays: it may look like a telephone's."""
    return _short(_in_one_line(written), LONGEST)


def _in_one_line(written: str) -> str:
    """The words, with one space between each, and nothing that a reader does not see or a terminal obeys."""
    words = " ".join(written.split())
    if not words:
        raise ValueError("it is empty: say why, in words")
    for sign in words:
        # Marks that turn the direction of what follows hide what it says, and part a number that is to be masked.
        if not sign.isprintable():
            raise ValueError(f"it has a sign in it that nobody sees (U+{ord(sign):04X}): leave it out")
    return words


def _short(words: str, longest: int) -> str:
    if len(words) > longest:
        raise ValueError(f"it has {len(words)} characters, and {longest} are kept: say it shorter")
    return words
