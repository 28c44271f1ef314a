"""Recorded audio that stands for a text: its checksum and its length, read from the file. *Pure.*"""

from __future__ import annotations

import hashlib
import io
import math
import wave
from dataclasses import dataclass

from callrouter.errors import Fault

MOST_BYTES = 2_000_000
_RATES = range(8_000, 48_001)


@dataclass(frozen=True, slots=True)
class Audio:
    """A recorded text, by the SHA-256 of its file."""

    digest: str
    seconds: int


def read_audio(content: bytes) -> Audio:
    """The checksum and the whole seconds of a WAV file. Raises Fault if a carrier could not play it."""
    if len(content) > MOST_BYTES:
        raise Fault(f"the audio file has {len(content)} bytes; at most {MOST_BYTES} are played")
    try:
        with wave.open(io.BytesIO(content)) as sound:
            frames, rate, channels = sound.getnframes(), sound.getframerate(), sound.getnchannels()
            whole = len(sound.readframes(frames)) == frames * channels * sound.getsampwidth()
    except (wave.Error, EOFError) as error:
        raise Fault(f"the audio file is no WAV file in PCM ({error})") from error
    if channels != 1 or rate not in _RATES or not frames or not whole:
        raise Fault("the audio file has to be whole, of one channel, with 8,000 to 48,000 samples a second")
    return Audio(hashlib.sha256(content).hexdigest(), math.ceil(frames / rate))
