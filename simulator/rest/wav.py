"""What a recording sounds like: a tone where somebody spoke, and silence where nobody did. *Pure.*"""

from __future__ import annotations

import math
import wave
from array import array
from io import BytesIO
from sys import byteorder

SAMPLES_A_SECOND = 8000
BYTES_A_SAMPLE = 2
SAMPLES_A_WAVE = 20
"""so the tone has 400 Hz"""
LOUDNESS = 8000


def wav(seconds: int, *, silent: bool) -> bytes:
    """A WAV file of so many seconds: 8 kHz, 16 bits, one channel."""
    once = [
        0 if silent else round(LOUDNESS * math.sin(math.tau * n / SAMPLES_A_WAVE))
        for n in range(SAMPLES_A_WAVE)
    ]
    samples = array("h", once)
    if byteorder == "big":
        samples.byteswap()
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(BYTES_A_SAMPLE)
        written.setframerate(SAMPLES_A_SECOND)
        written.writeframes(samples.tobytes() * (seconds * SAMPLES_A_SECOND // SAMPLES_A_WAVE))
    return file.getvalue()
