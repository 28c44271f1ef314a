"""How long words take to speak. *Pure.*

A measured time would make a repeated callback decide differently, so it is computed from the words: 150 words a
minute, less than the carrier's voices (160 to 180).
"""

from __future__ import annotations

import math

WORDS_A_SECOND = 2.5


def seconds_to_say(text: str) -> int:
    """The most whole seconds that a text takes. A digit that stands alone counts as a word."""
    return math.ceil(len(text.split()) / WORDS_A_SECOND)
