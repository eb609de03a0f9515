"""Loudness: how loud a sound is to an ear, and the same sound as loud as any other.

Measured as EBU R 128 has it (ITU-R BS.1770: weighted as an ear weighs, pauses left out), by FFmpeg's own meter. To be
brought to a loudness a sound is measured first, then made louder or quieter as a whole, and its peaks are held down by
a limiter that works between the samples too. The limiter costs some loudness, so the gain is corrected until it fits::

    measure ─▶ gain ─▶ limit at 4 times the rate ─▶ measure ─▶ gain corrected ─▶ …

Every step is a fixed computation of the samples, so the same sound gives the same bytes.

One sound of all that an announcement says, as one loudspeaker wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final

import av
import numpy as np
from av.error import FFmpegError
from av.filter import Graph

from edge_agent.core.errors import OutsideError
from edge_agent.core.speak import sound
from edge_agent.core.speak.sound import from_bytes, to_bytes
from edge_agent.ports import Sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.speak.sound import Samples
    from edge_agent.ports.outlets import Announcement

TARGET_LUFS: Final = (
    -16.0
)  # as loud as speech is broadcast to small loudspeakers; R 128 itself asks for -23 of programmes
CEILING_DBTP: Final = -1.0
SILENT_LUFS: Final = -70.0  # what the meter calls silence
CLOSE_LU: Final = 0.1  # nobody hears less
ROUNDS: Final = 6
MOST_GAIN_DB: Final = 40.0  # what is fainter is noise
SHORTEST_S: Final = 0.9  # the meter weighs blocks of 0.4 s; what is shorter is measured with silence behind it
TAIL_S: Final = 0.1  # how often the meter speaks: the last part of a sound must come before that
OVERSAMPLED: Final = 4
MARGIN_DB: Final = 0.3  # by which going back to the sound's own rate may lift a peak

_Step = tuple[str, str]
_Steps = tuple[_Step, ...]
MONO: Final[_Step] = ("aformat", "sample_fmts=s16:channel_layouts=mono")
# Flat to 0.42 of the lower rate, 80 dB down from half of it on; without these figures 43 dB.
TAPS: Final = 128
SHARP: Final = f"filter_size={TAPS}:cutoff=0.92:kaiser_beta=8"
METER: Final[_Steps] = (("ebur128", "peak=true:metadata=1:framelog=quiet"),)


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS (-70 is silence), and the highest peak, also between samples, in dBTP."""

    lufs: float
    peak_dbtp: float


def measured(sound: Sound) -> Loudness:
    """How loud a sound is as a whole; raises OutsideError where this build of FFmpeg cannot tell."""
    samples = from_bytes(sound.samples)
    silence = np.zeros(round(max(TAIL_S, SHORTEST_S - len(samples) / sound.rate) * sound.rate), np.int16)
    lufs, peak = SILENT_LUFS, 0.0
    for frame in _through(np.concatenate((samples, silence)), sound.rate, METER):
        lufs = float(frame.metadata.get("lavfi.r128.I", lufs))
        peak = float(frame.metadata.get("lavfi.r128.true_peak", peak))
    return Loudness(lufs=max(lufs, SILENT_LUFS), peak_dbtp=_db(peak))


def levelled(sound: Sound, lufs: float = TARGET_LUFS) -> Sound:
    """The sound brought to ``lufs`` with no peak above -1 dBTP; one that is silent, or all but, stays as it is.

    Raises:
        OutsideError: This build of FFmpeg lacks a filter.
    """
    loudness = measured(sound)
    if lufs - loudness.lufs > MOST_GAIN_DB or loudness.lufs <= SILENT_LUFS:
        return sound
    gain_db, made = lufs - loudness.lufs, sound
    for _ in range(ROUNDS):
        made = _amplified(sound, gain_db)
        missing = lufs - measured(made).lufs
        if abs(missing) <= CLOSE_LU:
            break
        gain_db += missing
    return made


def _amplified(sound: Sound, gain_db: float) -> Sound:
    """Louder by a gain, its peaks held below the ceiling."""
    ceiling = 10 ** ((CEILING_DBTP - MARGIN_DB) / 20)
    steps: _Steps = (
        ("volume", f"{gain_db:.3f}dB:precision=float"),
        ("aresample", str(OVERSAMPLED * sound.rate)),
        ("alimiter", f"limit={ceiling:.4f}:attack=5:release=50:level=0:latency=1"),
        ("aresample", str(sound.rate)),
        MONO,
    )
    samples = from_bytes(sound.samples)
    return Sound(rate=sound.rate, samples=to_bytes(_heard(samples, sound.rate, steps)[: len(samples)]))


def resampled(samples: Samples, from_rate: int, to_rate: int) -> Samples:
    """The same sound at another rate, of the same length in time to within a sample.

    Raises:
        ValueError: A rate is not positive.
        OutsideError: This build of FFmpeg lacks a filter.
    """
    if min(from_rate, to_rate) <= 0:
        raise ValueError(f"sample rates: expected two above 0, got {from_rate} and {to_rate}")
    if from_rate == to_rate or not len(samples):
        return samples
    silence = np.zeros(TAPS * ceil(from_rate / to_rate) + 1, np.int16)  # so that the filter gives all of the sound
    made = _heard(np.concatenate((samples, silence)), from_rate, (("aresample", f"{to_rate}:{SHARP}"), MONO))
    return made[: ceil(len(samples) * to_rate / from_rate)]


def _heard(samples: Samples, rate: int, steps: _Steps) -> Samples:
    """The samples that come out of a chain of FFmpeg's filters, which ends in 16 bits, mono."""
    parts = [frame.to_ndarray().reshape(-1) for frame in _through(samples, rate, steps)]
    return np.concatenate(parts or [samples[:0]]).astype(np.int16, copy=False)


def _through(samples: Samples, rate: int, steps: _Steps) -> Iterator[av.AudioFrame]:
    """What comes out of a chain of FFmpeg's filters."""
    try:
        graph = Graph()
        chain = [graph.add_abuffer(format="s16", sample_rate=rate, layout="mono", time_base=Fraction(1, rate))]
        chain += [graph.add(name, settings) for name, settings in steps]
        chain.append(graph.add("abuffersink"))
        for one, next_ in pairwise(chain):
            one.link_to(next_)
        graph.configure()
        chain[0].push(_frame(samples, rate))
        chain[0].push(None)
        yield from _pulled(chain[-1])
    except (FFmpegError, ValueError) as error:
        raise OutsideError(f"loudness: this build of FFmpeg cannot measure or change it: {error}") from error


def _frame(samples: Samples, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts = rate, 0
    return frame


def _pulled(sink: av.filter.context.FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.EOFError, av.error.BlockingIOError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def _db(amplitude: float) -> float:
    return 20 * float(np.log10(max(amplitude, 1e-6)))


PAUSE: Final = timedelta(milliseconds=500)  # between two languages


def as_heard(announcement: Announcement, rate: int, *, volume: float | None = None) -> sound.Samples:
    """Every language in order with a pause between, at ``rate`` and at the announcement's volume, or another.

    Raises:
        OutsideError: There is nothing to play.
    """
    if not announcement.sounds:
        raise OutsideError("there is no sound of this announcement; is a voice installed, or a clip recorded?")
    parts = [resampled(sound.from_bytes(each.samples), each.rate, rate) for each in announcement.sounds.values()]
    whole = sound.joined(parts, pause=PAUSE, rate=rate)
    if not len(whole):
        raise OutsideError("the sound of this announcement is empty, expected something to be heard")
    return sound.louder(whole, announcement.volume if volume is None else volume)


def as_one(announcement: Announcement, *, volume: float | None = None) -> Sound:
    """The same at the best rate among its sounds."""
    rate = max((each.rate for each in announcement.sounds.values()), default=1)
    return Sound(rate=rate, samples=sound.to_bytes(as_heard(announcement, rate, volume=volume)))
