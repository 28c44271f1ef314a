"""Detects whether anybody speaks in a recording. *Pure.*

The sound is cut into windows of 20 ms. A window is loud if its strength, without its constant part, is above that of
an idle line: idle lines and comfort noise are 50 to 65 dB below full scale, a whisper about 40. Clicks are loud too,
but short, so a voice needs several loud windows. In doubt it is a voice: a useless message costs nothing, a dropped
one is lost.
"""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul

WINDOWS_A_SECOND = 50
LOUD_WINDOWS = 15
"""0.3 seconds in total"""

_SAMPLES = {1: "B", 2: "h"}
_FULL_SCALE = {1: 128, 2: 32_768}
# In parts of full scale. With 8 bits the smallest step alone is 42 dB below it, and lines waver by a step.
_LOUD = {1: 1.5 / 128, 2: 1 / 200}


class DamagedSound(Exception):
    """A recording that cannot be read. The message says why."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """The measurement of a recording."""

    seconds: float
    loud_windows: int
    loudest: float
    """the loudest window, as a part of full scale"""

    @property
    def silent(self) -> bool:
        return self.loud_windows < LOUD_WINDOWS

    def __str__(self) -> str:
        decibels = f"{20 * math.log10(self.loudest):.0f} dB" if self.loudest else "nothing at all"
        loud = self.loud_windows / WINDOWS_A_SECOND
        return f"{self.seconds:.1f} s, {loud:.2f} s of it loud; the loudest, of full scale: {decibels}"


def loudness(sound: bytes) -> Loudness:
    """Measure a WAV file: PCM of 8 or 16 bits, one channel. Raises DamagedSound for anything else."""
    samples, width, rate = _read(sound)
    strengths = [strength / _FULL_SCALE[width] for strength in _strengths(samples, rate)]
    loud = sum(strength > _LOUD[width] for strength in strengths)
    return Loudness(len(samples) / rate, loud, max(strengths))


def _strengths(samples: array[int], rate: int) -> Iterator[float]:
    """The strength of each window: the standard deviation of its samples."""
    size = max(rate // WINDOWS_A_SECOND, 1)
    for start in range(0, len(samples), size):
        window = samples[start : start + size]
        mean = sum(window) / len(window)
        yield math.sqrt(max(sum(map(mul, window, window)) / len(window) - mean * mean, 0.0))


def _read(sound: bytes) -> tuple[array[int], int, int]:
    """The samples, the bytes of each, and the samples per second."""
    try:
        with wave.open(io.BytesIO(sound)) as file:
            wav, frames = file.getparams(), file.readframes(file.getnframes())
    except (wave.Error, EOFError, RuntimeError) as error:
        raise DamagedSound(
            f"it is no WAV file that can be read ({str(error) or 'it is cut short'})"
        ) from error
    if wav.nchannels != 1 or wav.sampwidth not in _SAMPLES or not wav.framerate:
        raise DamagedSound(
            f"{wav.nchannels} channels of {8 * wav.sampwidth} bits at {wav.framerate} Hz, not one of 8 or 16"
        )
    if not frames:
        raise DamagedSound("it holds no sound")
    if len(frames) != wav.nframes * wav.sampwidth:
        raise DamagedSound(f"it is cut short: {len(frames)} bytes of {wav.nframes * wav.sampwidth}")
    return _samples(frames, wav.sampwidth), wav.sampwidth, wav.framerate


def _samples(frames: bytes, width: int) -> array[int]:
    """WAV is little-endian. 8-bit samples are unsigned, centered at 128."""
    samples = array(_SAMPLES[width], frames)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
