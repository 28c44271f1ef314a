"""How long words take to say. *Pure.*

Nobody measures what the carrier's voice takes, and a clock would decide a repeated callback differently. So it is
counted from the words, at a rate below that of the carrier's voices (150 words a minute; they speak 160 to 180).
"""

from __future__ import annotations

import math

WORDS_A_SECOND = 2.5


def seconds_to_say(text: str) -> int:
    """Whole seconds that a text takes at the most; a digit that stands alone is a word."""
    return math.ceil(len(text.split()) / WORDS_A_SECOND)
