"""Whether anybody speaks in a recording: lines make noise, and people whisper."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrouter.messages.silence import DamagedSound, loudness
from tests.messages.sounds import NOBODY_SPEAKS, RATE, SOMEBODY_SPEAKS, noise, speech, tone, wav

LONG = 5


def is_silent(samples: Sequence[int], **how: int) -> bool:
    return loudness(wav(samples, **how)).silent


@pytest.mark.parametrize("decibels", [-20, -26, -32, -38, -41])
def test_whoever_speaks_is_heard_loud_or_low(decibels: float) -> None:
    assert not is_silent(speech(LONG, decibels))


def test_one_word_in_a_long_silence_is_heard() -> None:
    assert not is_silent(noise(30, -60) + speech(1) + noise(30, -60))


@pytest.mark.parametrize("decibels", [-90, -65, -55, -50])
def test_the_noise_of_a_line_is_silence(decibels: float) -> None:
    assert is_silent(noise(LONG, decibels))


def test_digital_silence_is_silence() -> None:
    assert is_silent([0] * RATE)


def test_the_steps_of_a_companded_line_are_silence() -> None:
    chance = random.Random(3)
    assert is_silent([chance.choice((-24, -8, 0, 8, 24)) for _ in range(LONG * RATE)])


def test_the_hum_of_the_mains_is_silence() -> None:
    assert is_silent(tone(LONG, -50, hertz=60))


def test_a_constant_part_is_no_sound() -> None:
    assert is_silent([6_000 + sample for sample in noise(LONG, -60)])
    assert not is_silent([6_000 + sample for sample in speech(LONG)])


def test_a_click_and_a_key_are_no_voice() -> None:
    click = noise(2, -60) + [30_000] * 40 + noise(2, -60)
    assert is_silent(click + tone(0.1, -10, hertz=941))


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100])
def test_any_rate_is_measured(rate: int) -> None:
    assert not is_silent(tone(1, -30, rate=rate), rate=rate)
    assert is_silent(noise(1, -55, rate=rate), rate=rate)


def test_with_8_bits_a_voice_is_heard_and_a_wavering_step_is_not() -> None:
    assert not is_silent(speech(LONG), width=1)
    assert is_silent(noise(LONG, -55), width=1)
    assert is_silent([random.Random(place).choice((-256, 0)) for place in range(RATE)], width=1)


def test_what_was_measured_is_told() -> None:
    told = str(loudness(SOMEBODY_SPEAKS))
    assert told.startswith("2.0 s, 1.2")
    assert told.endswith("full scale: -26 dB")
    assert str(loudness(wav([0] * RATE))).endswith("nothing at all")


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=2_000), st.sampled_from([1, 2]))
def test_whatever_is_a_sound_is_measured(samples: list[int], width: int) -> None:
    measured = loudness(wav(samples, width=width))
    assert 0 <= measured.loudest <= 1
    assert measured.silent is (measured.loud_windows < 15)


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        (b"", "cut short"),
        (b"<html>Service unavailable</html>", "RIFF"),
        (SOMEBODY_SPEAKS[:30], "no WAV file"),
        (SOMEBODY_SPEAKS[:-5], "cut short: 31995 bytes of 32000"),
        (wav([]), "holds no sound"),
        (wav([1, 2, 3, 4], channels=2), "2 channels of 16 bits at 8000 Hz"),
        (SOMEBODY_SPEAKS[:20] + b"\x07" + SOMEBODY_SPEAKS[21:], "unknown format: 7"),
    ],
)
def test_what_cannot_be_heard_is_told_plainly(sound: bytes, why: str) -> None:
    with pytest.raises(DamagedSound, match=why):
        loudness(sound)


@given(st.integers(0, 43), st.integers(0, 255))
def test_any_damage_to_the_head_is_told_or_does_no_harm(place: int, byte: int) -> None:
    damaged = bytearray(NOBODY_SPEAKS)
    damaged[place] = byte
    try:
        assert loudness(bytes(damaged)).loudest <= 1
    except DamagedSound as error:
        assert str(error)
