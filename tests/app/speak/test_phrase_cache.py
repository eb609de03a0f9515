"""The phrase cache: the city's own recording first, else the voice; nothing is made twice, and silence is told."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.speakers.voice.loudness import TARGET_LUFS, measured
from edge_agent.adapters.speakers.voice.recorded import PhraseFolder, RecordedWarnings
from edge_agent.app.speak.phrase_cache import REMEMBERED, PhraseCache
from edge_agent.core.errors import OutsideError
from edge_agent.core.speak.sound import from_bytes, to_bytes, tone
from edge_agent.ports import Sound
from tests.adapters.speakers.voice.test_recorded import record
from tests.adapters.steps import spoken_request
from tests.clocks import SimulatedClock
from tests.site import PARKING, site, zone
from tests.street import at, span

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.effects import Speak

WARNINGS = 3 * 2  # of a parking zone: three in each of two languages; the Chinese ones differ by their number


@dataclass(slots=True)
class Singer:
    """A voice that sings a note as long as the text; mute in some languages."""

    mute: frozenset[str] = frozenset()
    sung: list[tuple[str, str]] = field(default_factory=list)
    heard: SimpleQueue[tuple[str, str]] = field(default_factory=SimpleQueue)

    def speak(self, text: str, language: str) -> Sound:
        """One note."""
        if language in self.mute:
            raise OutsideError(f"voice: no voice for language '{language}'")
        self.sung.append((language, text))
        self.heard.put((language, text))
        return Sound(rate=8000, samples=to_bytes(tone(440, span(0.05 * len(text)), 8000)))


def book(folder: Path, voice: Singer, *, engine: str = "singer 1", recorded: bool = True) -> PhraseCache:
    """A phrase cache with its folders in ``folder``."""
    own = RecordedWarnings(folder / "recorded" if recorded else None)
    return PhraseCache(site(), voice=voice, engine=engine, recorded=own, folder=PhraseFolder(folder / "phrases"))


def parking(n: int = 1, **text: str) -> Speak:
    """A warning of parking in the zone z."""
    return replace(
        spoken_request(0, n=n), kind=PARKING, zone="z", text=text or {"zh-CN": "请您离开", "en": "Please move on"}
    )


def hertz(sound: Sound) -> float:
    """The strongest note of a sound."""
    spectrum = np.abs(np.fft.rfft(from_bytes(sound.samples)))
    return float(spectrum.argmax() * sound.rate / (len(sound.samples) / 2))


def no_pause() -> bool:
    """Goes on at once."""
    return False


def test_every_language_is_said_in_its_order_and_as_loud_as_the_others(tmp_path: Path) -> None:
    """By the voice where nobody has recorded anything."""
    sounds = book(tmp_path, Singer()).sounds(parking())
    assert list(sounds) == ["zh-CN", "en"]
    assert [measured(sound).lufs for sound in sounds.values()] == pytest.approx([TARGET_LUFS] * 2, abs=0.5)


def test_what_was_said_lately_is_not_made_again(tmp_path: Path) -> None:
    """It may be asked again within minutes; in the end it is forgotten, and it is never on the disk."""
    phrases = book(tmp_path, voice := Singer())
    assert phrases.sounds(parking()) == phrases.sounds(parking())
    assert len(voice.sung) == 2
    for minute in range(REMEMBERED):
        phrases.sounds(parking(en=f"it is {minute}"))
    phrases.sounds(parking())
    assert len(voice.sung) == 2 + REMEMBERED + 2
    assert not (tmp_path / "phrases").exists()


def test_what_was_made_ready_is_there_for_the_next_process(tmp_path: Path) -> None:
    """Another engine makes it anew."""
    voice = Singer()
    book(tmp_path, voice).prepare(site(), at(0), pause=no_pause)
    book(tmp_path, voice).sounds(parking(en="warning 1 at z, 2 left"))
    assert len(voice.sung) == WARNINGS
    book(tmp_path, voice, engine="singer 2").sounds(parking(en="warning 1 at z, 2 left"))
    assert len(voice.sung) == WARNINGS + 1


def test_a_recording_is_played_instead_of_the_voice(tmp_path: Path) -> None:
    """For the warning and the language that it is of; it is brought to the same loudness."""
    path = record(tmp_path / "recorded" / PARKING / "1.en.wav", hertz=1000)
    phrases = book(tmp_path, voice := Singer()).phrases(parking())
    assert [phrase.origin for phrase in phrases.values()] == ["voice", str(path)]
    assert hertz(phrases["en"].sound) == pytest.approx(1000, abs=5)
    assert measured(phrases["en"].sound).lufs == pytest.approx(TARGET_LUFS, abs=0.5)
    assert book(tmp_path, voice).phrases(parking(n=2))["en"].origin == "voice"


def test_a_new_recording_is_played_at_once(tmp_path: Path) -> None:
    """What was kept of the old one is not mistaken for it."""
    phrases = book(tmp_path, Singer())
    record(tmp_path / "recorded" / PARKING / "1.en.wav", hertz=1000)
    assert hertz(phrases.sounds(parking())["en"]) == pytest.approx(1000, abs=5)
    record(tmp_path / "recorded" / PARKING / "1.en.wav", hertz=600)
    assert hertz(phrases.sounds(parking())["en"]) == pytest.approx(600, abs=5)


def test_a_broken_recording_is_said_by_the_voice(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The street still hears the warning, and the log says why it sounds otherwise."""
    path = tmp_path / "recorded" / PARKING / "1.en.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no sound")
    with caplog.at_level(logging.WARNING):
        assert book(tmp_path, Singer()).phrases(parking())["en"].origin == "voice"
    assert "the voice says it" in caplog.text
    assert str(path) in caplog.text


def test_what_the_centre_says_is_in_no_recording(tmp_path: Path) -> None:
    """A folder that is called like its command is not looked into."""
    record(tmp_path / "recorded" / "say" / "1.en.wav")
    request = replace(parking(), kind="say")
    assert {phrase.origin for phrase in book(tmp_path, Singer()).phrases(request).values()} == {"voice"}


def test_a_language_without_a_voice_does_not_silence_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is left out and told; only where nothing at all can be said there is nothing to play."""
    mute = book(tmp_path, Singer(mute=frozenset({"en"})))
    with caplog.at_level(logging.WARNING):
        assert list(mute.sounds(parking())) == ["zh-CN"]
    assert "a warning is not said in en: voice: no voice for language 'en'" in caplog.text
    with pytest.raises(OutsideError, match="no voice for language 'en'"):
        mute.sounds(parking(en="Please move on"))
    with pytest.raises(OutsideError, match="expected a text in some language"):
        mute.sounds(replace(parking(), text={}))


def test_what_can_be_foreseen_is_ready_when_it_is_asked_for(tmp_path: Path) -> None:
    """Each text once, and not again at the next start."""
    voice = Singer()
    assert book(tmp_path, voice).prepare(site(), at(0), pause=no_pause) == WARNINGS
    assert len(voice.sung) == WARNINGS
    assert book(tmp_path, voice).prepare(site(), at(0), pause=no_pause) == 0
    book(tmp_path, voice).sounds(parking(en="warning 1 at z, 2 left"))
    assert len(voice.sung) == WARNINGS


def test_a_recording_is_made_ready_too(tmp_path: Path) -> None:
    """Read and levelled once; one that cannot be read is left for the voice."""
    kind = tmp_path / "recorded" / PARKING
    record(kind / "1.en.wav", hertz=1000)
    (kind / "2.en.wav").write_bytes(b"no sound")
    assert book(tmp_path, Singer()).prepare(site(), at(0), pause=no_pause) == WARNINGS + 1
    assert len(list((tmp_path / "phrases").iterdir())) == WARNINGS + 1


def test_making_ready_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """An agent that stops does not wait for phrases."""
    assert book(tmp_path, Singer()).prepare(site(), at(0), pause=lambda: True) == 1


def test_a_language_that_cannot_be_made_ready_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not once for each of its warnings."""
    with caplog.at_level(logging.WARNING):
        assert book(tmp_path, Singer(mute=frozenset({"zh-CN"}))).prepare(site(), at(0), pause=no_pause) == WARNINGS // 2
    assert len(caplog.records) == 1


def test_a_change_of_the_site_is_made_ready_beside(tmp_path: Path) -> None:
    """On a thread of its own, first what the site says at the start, until it is closed."""
    voice = Singer()
    phrases = book(tmp_path, voice)
    thread = Thread(target=phrases.run, args=(SimulatedClock(),), kwargs={"breath_s": 0}, name="phrases")
    thread.start()
    first, *_ = [voice.heard.get(timeout=30) for _ in range(WARNINGS)]
    assert first == ("en", "warning 1 at z, 2 left")
    phrases.adopt(site(zone(ident="gate")))
    assert voice.heard.get(timeout=30) == ("en", "warning 1 at gate, 2 left")
    phrases.close()
    thread.join(timeout=30)
    assert not thread.is_alive()
