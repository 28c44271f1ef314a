"""WAV files as a carrier has them: somebody speaks, or a line is heard that nobody speaks on."""

import io
import math
import random
import wave
from array import array
from collections.abc import Sequence

RATE = 8_000
FULL_SCALE = 32_768


def wav(samples: Sequence[int], *, rate: int = RATE, width: int = 2, channels: int = 1) -> bytes:
    """Samples of 16 bits as a file; with a width of 1 they are cut to 8."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        narrow = bytes((sample >> 8) + 128 for sample in samples)
        file.writeframes(narrow if width == 1 else array("h", samples).tobytes())
    return written.getvalue()


def level(decibels: float) -> float:
    """The strength of so many decibels of full scale, in steps of 16 bits."""
    return FULL_SCALE * 10 ** (decibels / 20)


def tone(seconds: float, decibels: float, *, hertz: float = 440, rate: int = RATE) -> list[int]:
    peak = level(decibels) * math.sqrt(2)
    return [round(peak * math.sin(2 * math.pi * hertz * n / rate)) for n in range(int(seconds * rate))]


def noise(seconds: float, decibels: float, *, rate: int = RATE) -> list[int]:
    """What a line does by itself."""
    chance, strength = random.Random(7), level(decibels)
    return [round(chance.gauss(0, strength)) for _ in range(int(seconds * rate))]


def speech(seconds: float, decibels: float = -26) -> list[int]:
    """Syllables: a tone that comes and goes four times a second, over the noise of a line."""
    voice, line = tone(seconds, decibels, hertz=180), noise(seconds, -60)
    return [v + n if place % 2000 < 1200 else n for place, (v, n) in enumerate(zip(voice, line, strict=True))]


SOMEBODY_SPEAKS = wav(speech(2))
NOBODY_SPEAKS = wav(noise(2, -55))
