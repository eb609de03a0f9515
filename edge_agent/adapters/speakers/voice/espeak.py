"""eSpeak NG for one phrase: a program of its own, started by ``voice.py``.

``python -m edge_agent.adapters.speakers.voice.espeak VOICE < text > samples`` writes the sample rate as four bytes and
then 16-bit mono samples, all little-endian. Being a process of its own makes a phrase the same bytes each time (the
engine carries state from one phrase into the next), keeps a crash of the engine away from the agent, and keeps the GPL
library out of it.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import Final

SYNCHRONOUS: Final = 2  # espeak_AUDIO_OUTPUT: samples are handed to the callback
CHARACTERS: Final = 1  # espeak_POSITION_TYPE
UTF8: Final = 1  # espeakCHARS_UTF8
NO_ENGINE, NO_VOICE, NO_SPEECH = 3, 4, 5

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speak(text: bytes, voice: str) -> tuple[int, bytes]:
    """The sample rate and the samples of ``text``; ends the program where the engine refuses."""
    try:
        import espeakng_loader  # noqa: PLC0415 - the extra `voice`, which may not be installed

        engine = ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is the program's way to say why
        sys.exit(NO_ENGINE)
    samples = bytearray()

    def take(wave: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if count > 0:
            samples.extend(ctypes.string_at(wave, 2 * count))
        return 0

    callback = _Callback(take)  # the name keeps it alive while the engine holds its address
    rate = engine.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    engine.espeak_SetSynthCallback(callback)
    if rate <= 0:
        sys.exit(NO_ENGINE)
    if engine.espeak_SetVoiceByName(voice.encode()):
        sys.exit(NO_VOICE)
    if engine.espeak_Synth(text, len(text) + 1, 0, CHARACTERS, 0, UTF8, None, None):
        sys.exit(NO_SPEECH)
    engine.espeak_Synchronize()
    return rate, bytes(samples)


if __name__ == "__main__":
    spoken_rate, spoken = speak(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(struct.pack("<I", spoken_rate) + spoken)
