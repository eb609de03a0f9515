"""Are the four tones of a voice the four tones of Mandarin? By numbers: how its pitch moves in fixed sentences.

``python -m lab.bench.voice_tones FOLDER VOICE [SPEED]`` measures the natural voice, ``… espeak`` eSpeak's.
In 他说X十次 every syllable begins voiceless, so that the third stretch of voice is X alone::

    t a │ sh uo │ X │ sh i │ c i          X: 汤 糖 躺 烫, 方 房 访 放, …

Pitch is the lag at which 40 ms of sound are most like themselves (Boersma 1993: the autocorrelation over that of the
window), every 5 ms. Of X are told: how fast its pitch moves (semitones a second, a straight line through it), and how
high it lies (semitones above the median of the sentence). Expected: 1 high and level, 2 rising, 3 low, 4 falling.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
CARRIER: Final = "他说{}十次。"
SETS: Final = ("汤糖躺烫", "方房访放", "通同统痛", "书熟鼠树", "猪竹煮住", "吃池尺翅")
TARGET: Final = 2  # which stretch of voice is X
WINDOW_S: Final = 0.04
HOP_S: Final = 0.005
LOWEST_HZ, HIGHEST_HZ = 70.0, 450.0
VOICED: Final = 0.6  # of a perfect likeness
QUIET: Final = 0.08  # of the sentence's loudest frame
SHORTEST: Final = 10  # frames of a stretch
GAP: Final = 4  # frames without voice that part two stretches
OCTAVE: Final = 12  # semitones


@dataclass(frozen=True, slots=True)
class Movement:
    """Of one syllable: semitones a second, semitones above the sentence's median, and seconds."""

    slope: float
    height: float
    seconds: float


def pitch(wave: Numbers, rate: int) -> Numbers:
    """The pitch in hertz of each frame; not a number where there is no voice."""
    size, hop = round(WINDOW_S * rate), round(HOP_S * rate)
    window = np.hanning(size)
    own = _likeness(window)
    frames = np.lib.stride_tricks.sliding_window_view(wave, size)[::hop]
    loud = np.sqrt((frames**2).mean(1))
    lags = slice(int(rate / HIGHEST_HZ), int(rate / LOWEST_HZ) + 1)
    found = np.full(len(frames), np.nan)
    for number, frame in enumerate(frames):
        if loud[number] <= QUIET * loud.max():
            continue
        like = (_likeness((frame - frame.mean()) * window) / own)[lags]
        # of lags that are nearly as good the shortest, or a voice would be heard an octave too low
        peaks = np.flatnonzero((like[1:-1] >= like[:-2]) & (like[1:-1] > like[2:])) + 1
        good = peaks[like[peaks] > max(VOICED, 0.85 * like.max())]
        if len(good):
            found[number] = rate / (good[0] + lags.start)
    return found


def _likeness(frame: Numbers) -> Numbers:
    """How like a frame is to itself at each lag, 1 at none."""
    power = np.abs(np.fft.rfft(frame, 2 * len(frame))) ** 2
    like = np.fft.irfft(power)[: len(frame)]
    result: Numbers = np.maximum(like / like[0], 1e-6)
    return result


def stretches(hertz: Numbers) -> list[slice]:
    """Where there is voice, for `SHORTEST` frames or more."""
    voiced = np.flatnonzero(~np.isnan(hertz))
    parts = np.split(voiced, np.flatnonzero(np.diff(voiced) > GAP) + 1)
    return [slice(part[0], part[-1] + 1) for part in parts if len(part) >= SHORTEST]


def movement(wave: Numbers, rate: int) -> Movement | None:
    """What the pitch does in X; None where the sentence does not fall into its five stretches."""
    hertz = pitch(wave, rate)
    parts = stretches(hertz)
    if len(parts) <= TARGET + 1:
        return None
    height = OCTAVE * np.log2(hertz / np.nanmedian(hertz))
    part = parts[TARGET]
    trim = max(1, (part.stop - part.start) // 8)  # the edges are half consonant
    inner = height[part.start + trim : part.stop - trim]
    times = np.arange(len(inner)) * HOP_S
    known = ~np.isnan(inner)
    slope = np.polyfit(times[known], inner[known], 1)[0]
    return Movement(float(slope), float(np.nanmean(inner)), (part.stop - part.start) * HOP_S)


def spoken_by(arguments: list[str]) -> tuple[str, list[tuple[Numbers, int] | None]]:
    """Who spoke, and every sentence, set by set."""
    texts = [CARRIER.format(syllable) for each in SETS for syllable in each]
    if arguments[0] == "espeak":
        from edge_agent.adapters.speakers.voice.espeak_voice import EspeakVoice  # noqa: PLC0415

        voice = EspeakVoice()
        sounds = [voice.speak(text, "zh-CN") for text in texts]
        return "eSpeak", [(np.frombuffer(each.samples, "<i2").astype(float), each.rate) for each in sounds]
    from edge_agent.adapters.speakers.voice import kokoro  # noqa: PLC0415

    folder, name = Path(arguments[0]), arguments[1]
    speed = float(arguments[2]) if len(arguments) > 2 else 1.0
    engine = kokoro.Kokoro()
    made = [
        engine.wave(kokoro.signs_of(text, "zh", folder), folder / f"{name}.bin", speed).astype(float) for text in texts
    ]
    return name, [(wave, kokoro.RATE) for wave in made]


def main(arguments: list[str]) -> None:
    """Print a row a tone: the middle of all sets, and the least and most."""
    who, sounds = spoken_by(arguments)
    moved = [None if sound is None else movement(*sound) for sound in sounds]
    print(f"{who}: {sum(each is not None for each in moved)} of {len(moved)} syllables found")
    print("tone  semitones/s (least, middle, most)   height in semitones (least, middle, most)   seconds")
    for tone in range(4):
        of_tone = [each for each in moved[tone::4] if each is not None]
        slopes, heights = sorted(each.slope for each in of_tone), sorted(each.height for each in of_tone)
        seconds = np.median([each.seconds for each in of_tone])
        print(
            f"{tone + 1}     {slopes[0]:6.1f} {np.median(slopes):6.1f} {slopes[-1]:6.1f}"
            f"               {heights[0]:6.1f} {np.median(heights):6.1f} {heights[-1]:6.1f}"
            f"                      {seconds:.2f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
