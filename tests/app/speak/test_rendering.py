"""The natural voice renders what can be foreseen, once; what it has not rendered another voice says at once."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field, replace
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.speakers.voice.loudness import TARGET_LUFS, measured
from edge_agent.adapters.speakers.voice.recorded import PhraseFolder, RecordedWarnings
from edge_agent.app.speak.phrase_cache import PhraseCache, foreseen
from edge_agent.app.speak.rendering import Rendering
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.speak.sound import to_bytes, tone
from edge_agent.ports import Measure, Sound
from tests.app.speak.test_phrase_cache import Singer, no_pause, parking
from tests.site import site
from tests.street import at, span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXTS = (("zh-CN", "一"), ("zh-CN", "二"), ("en", "one"))


@dataclass(slots=True)
class Choir:
    """A slow voice of a name; it cannot read some texts, and is killed (as a box is) after some."""

    name: str = "choir"
    illegible: frozenset[str] = frozenset()
    broken: bool = False
    lasts: int = 1000
    sung: list[str] = field(default_factory=list)
    inside: Event = field(default_factory=Event)
    hold: Event | None = None

    def called(self, language: str) -> str | None:
        """None for Uyghur."""
        return None if language == "ug" else self.name

    def speak(self, text: str, language: str) -> Sound:
        """A low note."""
        self.inside.set()
        if self.hold is not None:
            assert self.hold.wait(60)
        if self.broken:
            raise OutsideError(f"natural voice: {language} is not in place")
        if text in self.illegible:
            raise BadInputError(f"no reading of {text!r}")
        if len(self.sung) >= self.lasts:
            raise KeyboardInterrupt
        self.sung.append(text)
        return Sound(rate=24000, samples=to_bytes(tone(220, span(0.5), 24000)))

    def close(self) -> None:
        """Nothing is under way."""


class Counted:
    """Metrics that remember."""

    def __init__(self) -> None:
        self.counts: dict[str, float] = {}
        self.levels: list[float] = []

    def count(self, measure: Measure, by: float = 1, **labels: str) -> None:
        """So many more."""
        key = f"{measure} {labels['language']}"
        self.counts[key] = self.counts.get(key, 0) + by

    def level(self, measure: Measure, value: float, **labels: str) -> None:
        """So high now."""
        assert (measure, labels) == (Measure.TO_RENDER, {})
        self.levels.append(value)

    def span(self, measure: Measure, seconds: float, **labels: str) -> None:
        """Not asked."""
        raise NotImplementedError

    def state(self, measure: Measure, state: str, **labels: str) -> None:
        """Not asked."""
        raise NotImplementedError


def key(*parts: str) -> str:
    """A key that can be read."""
    return "".join(each.encode().hex() for each in parts)


def rendering(folder: Path, choir: Choir, **more: object) -> Rendering:
    """What `choir` has rendered, kept in a folder."""
    return Rendering(choir, PhraseFolder(folder), key, **more)  # type: ignore[arg-type]


def book(folder: Path, choir: Choir, voice: Singer) -> PhraseCache:
    """A phrase cache whose site asks for the natural voice."""
    phrases = PhraseFolder(folder / "phrases")
    return PhraseCache(
        site(), voice=voice, engine="singer", recorded=RecordedWarnings(None), folder=phrases, natural=choir
    )


def test_each_text_is_rendered_once_and_by_each_voice_anew(tmp_path: Path) -> None:
    """A second start finds them; another voice does not take them for its own."""
    choir = Choir()
    assert rendering(tmp_path, choir).render((*TEXTS, *TEXTS), pause=no_pause) == 3
    assert rendering(tmp_path, choir).render(TEXTS, pause=no_pause) == 0
    assert choir.sung == ["一", "二", "one"]
    assert rendering(tmp_path, Choir(name="another")).render(TEXTS, pause=no_pause) == 3
    sound = rendering(tmp_path, choir).sound("one", "en")
    assert sound is not None
    assert measured(sound).lufs == pytest.approx(TARGET_LUFS, abs=0.5)


def test_a_kill_costs_the_text_it_was_at_and_no_other(tmp_path: Path) -> None:
    """The next start goes on from there, and damaged files are made anew."""
    killed = Choir(lasts=2)
    with pytest.raises(KeyboardInterrupt):
        rendering(tmp_path, killed).render(TEXTS, pause=no_pause)
    (tmp_path / f"{key('choir', 'zh-CN', '一')}.wav").write_bytes(b"RIFF cut off")
    (tmp_path / f".{key('choir', 'en', 'one')}.wav.part").write_bytes(b"RIFF")
    again, told = Choir(), list[tuple[int, int]]()
    assert rendering(tmp_path, again).render(TEXTS, pause=no_pause, told=lambda *done: told.append(done)) == 2
    assert again.sung == ["一", "one"]
    assert told == [(1, 2), (2, 2)]


def test_the_pause_between_two_texts_says_when_to_end(tmp_path: Path) -> None:
    """An agent that is told to end renders no more."""
    choir, metrics = Choir(), Counted()
    assert rendering(tmp_path, choir, metrics=metrics).render(TEXTS, pause=lambda: True) == 1
    assert metrics.levels == [3, 2]


def test_a_text_without_a_reading_does_not_silence_its_language(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once with its reason; a voice that is not there at all is told once a language."""
    parts = rendering(tmp_path, choir := Choir(illegible=frozenset({"一"})))
    with caplog.at_level(logging.WARNING):
        parts.render(TEXTS, pause=no_pause)
        parts.render(TEXTS, pause=no_pause)
        rendering(tmp_path / "other", Choir(broken=True)).render(TEXTS, pause=no_pause)
    assert choir.sung == ["二", "one"]
    assert caplog.text.count("no reading of '一'") == 1
    assert caplog.text.count("texts in zh-CN are not rendered") == 1


def test_what_is_kept_is_bounded_and_what_is_needed_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log says that it is full; sounds of texts that the site has no longer make room, the oldest first."""
    small = rendering(tmp_path, Choir(), most_kept=30_000)
    with caplog.at_level(logging.WARNING):
        assert small.render([("en", f"text {n}") for n in range(9)], pause=no_pause) == 2
    assert "no more texts are rendered" in caplog.text
    old = tmp_path / f"{key('choir', 'en', 'text 0')}.wav"
    os.utime(old, (1, 1))
    assert rendering(tmp_path, Choir(), most_kept=30_000).render(TEXTS, pause=no_pause) == 2
    assert not old.exists()
    assert all(rendering(tmp_path, Choir()).has(text, language) for language, text in TEXTS[:2])


def test_a_rendered_text_is_heard_and_any_other_said_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By the offline voice, counted, told of each text once; nothing is rendered at the moment of speaking."""
    choir, voice = Choir(illegible=frozenset({"Please move on"})), Singer()
    phrases = book(tmp_path, choir, voice)
    phrases.prepare(site(), at(0), pause=no_pause)
    texts = dict(foreseen(site(), at(0)))
    assert {each.origin for each in phrases.phrases(replace(parking(), text=texts)).values()} == {"natural"}
    assert voice.sung == []
    before = len(choir.sung)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert phrases.phrases(parking(en="it is 14:05"))["en"].origin == "voice"
    assert len(choir.sung) == before
    assert caplog.text.count("not rendered by the natural voice (yet), the offline voice says it in en") == 1


def test_a_text_that_is_being_rendered_holds_up_no_warning(tmp_path: Path) -> None:
    """Rendering takes seconds; the street is not made to wait for it."""
    choir = Choir(hold=Event())
    phrases = book(tmp_path, choir, Singer())
    thread = Thread(target=lambda: phrases.prepare(site(), at(0), pause=lambda: True))
    thread.start()
    assert choir.inside.wait(60)
    assert phrases.phrases(parking())["en"].origin == "voice"
    assert choir.hold is not None
    choir.hold.set()
    thread.join(60)
    assert len(choir.sung) == 1


def test_without_the_offline_voice_what_is_rendered_is_said_and_the_rest_has_failed(tmp_path: Path) -> None:
    """A site without eSpeak starts and speaks; what nobody can say is an answer, not silence."""
    phrases = book(tmp_path, Choir(), mute := Singer(mute=frozenset({"zh-CN", "en"})))
    phrases.prepare(site(), at(0), pause=no_pause)
    texts = dict(foreseen(site(), at(0)))
    assert list(phrases.sounds(replace(parking(), text=texts))) == list(texts)
    assert mute.sung == []
    with pytest.raises(OutsideError, match="no voice for language"):
        phrases.sounds(replace(parking(), text={"en": "Please move on"}))


def test_metrics_tell_what_was_not_rendered(tmp_path: Path) -> None:
    """By language; one that the natural voice does not speak counts too."""
    metrics = Counted()
    parts = rendering(tmp_path, Choir(), metrics=metrics)
    ask: Callable[[str, str], object] = parts.sound
    assert [ask("x", "en"), ask("x", "en"), ask("x", "ug")] == [None, None, None]
    assert metrics.counts == {"unrendered en": 2, "unrendered ug": 1}
