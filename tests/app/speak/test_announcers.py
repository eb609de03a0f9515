"""The speakers of recordings: files alone, in the time of the pictures, by the same limits and routes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_agent.app.speak.announcers import RecordedAnnouncer, into_files, only_files, sounds_folder
from edge_agent.config.speaker.files_speaker import FilesSpeaker
from edge_agent.config.speaker.speakers import AlsaSpeaker, FileRelay, RelaySpeaker, SpeakerSettings
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import Result
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.ports import Sound, SpeakerAnswer
from tests.adapters.steps import spoken_request
from tests.config.samples import ZONES, load, write_site
from tests.site import Between
from tests.street import at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.config.site.loading import LoadedSite
    from edge_agent.core.effects import Speak

PLAYED = SpeakerAnswer(result=Result.PLAYED, speaker="files")


def hum(request: Speak) -> Mapping[str, Sound]:
    """A note in each language."""
    return {language: Sound(rate=8000, samples=b"\0\x10" * 8) for language in request.text}


@pytest.fixture
def site(tmp_path: Path) -> LoadedSite:
    """The sample site; its warnings go into files."""
    return load(write_site(tmp_path))


def warning(second: float, n: int = 1) -> Speak:
    """Warning ``n``, asked for at a second, in the sample's zone."""
    request = replace(spoken_request(0, n=n), zone="kerb", kind="illegal_parking")
    return replace(request, id=f"say-{n}", at=at(second), expires_at=at(second + 30))


def written(folder: Path) -> list[str]:
    """The files that were written."""
    return sorted(path.name for path in folder.glob("*.wav"))


def test_a_warning_is_written_at_once_and_remembered(site: LoadedSite, tmp_path: Path) -> None:
    """Another start finds it by its files."""
    assert RecordedAnnouncer(site, hum).say(warning(0)) == PLAYED
    assert written(tmp_path / "warnings") == ["i-1-warning-1-en.wav", "i-1-warning-1-zh-CN.wav"]
    again = RecordedAnnouncer(site, hum)
    assert again.recall(warning(0)) == PLAYED
    assert again.recall(warning(0, n=2)) == SpeakerAnswer(result=Result.FAILED, reason="not played")


def test_manners_run_on_the_time_of_the_pictures(site: LoadedSite, tmp_path: Path) -> None:
    """With a gap of 20 s the second waits for it, in no time; with one of a minute it comes too late."""
    patient = FilesSpeaker(driver="files", folder=tmp_path / "said", gap=timedelta(seconds=20))
    announcer = RecordedAnnouncer(replace(site, speakers={"files": patient}), hum)
    assert [announcer.say(warning(0)), announcer.say(warning(5, n=2))] == [PLAYED, PLAYED]
    slow = replace(patient, gap=timedelta(minutes=1))
    announcer = RecordedAnnouncer(replace(site, speakers={"files": slow}), hum)
    assert announcer.say(warning(100, n=3)).result is Result.PLAYED
    late = announcer.say(warning(105, n=4))
    assert late == SpeakerAnswer(result=Result.FAILED, reason="files: it has just spoken, and keeps its gap")
    assert announcer.say(warning(165, n=5)).result is Result.PLAYED


def test_a_route_goes_backwards_too(site: LoadedSite, tmp_path: Path) -> None:
    """A zone may name a later speaker first; the one before it is tried when that fails."""
    (tmp_path / "file").touch()
    broken = FilesSpeaker(driver="files", folder=tmp_path / "file")
    good = FilesSpeaker(driver="files", folder=tmp_path / "good")
    zones = tuple(replace(zone, speakers=("second", "first")) for zone in site.site.zones)
    here = replace(site, speakers={"first": good, "second": broken}, site=replace(site.site, zones=zones))
    assert RecordedAnnouncer(here, hum).say(warning(0)) == replace(PLAYED, speaker="first")


def test_a_voice_that_fails_is_an_answer(site: LoadedSite) -> None:
    """The ladder decides what a failed warning means."""

    def hoarse(request: Speak) -> Mapping[str, Sound]:
        raise OutsideError(f"voice: cannot say {request.id}")

    answer = RecordedAnnouncer(site, hoarse).say(warning(0))
    assert answer == SpeakerAnswer(result=Result.FAILED, reason="files: voice: cannot say say-1")


def test_quiet_hours_hold_for_files_too(site: LoadedSite, tmp_path: Path) -> None:
    """Where only lamps may speak, a file that stands for a lamp does; where there is none, nothing is written."""
    rules = {
        kind: replace(rule, quiet=Quiet.LIGHT, quiet_hours=Between(0, 100))
        for kind, rule in site.site.zones[0].rules.items()
    }
    dark = replace(site, site=replace(site.site, zones=(replace(site.site.zones[0], rules=rules),)))
    answer = RecordedAnnouncer(dark, hum).say(warning(0))
    assert answer == SpeakerAnswer(result=Result.FAILED, reason="no speaker for this zone")
    lamp = FilesSpeaker(driver="files", folder=tmp_path / "lamp", lamp=True)
    lit = replace(dark, speakers={**site.speakers, "lamp": lamp})
    assert RecordedAnnouncer(lit, hum).say(warning(1)) == replace(PLAYED, speaker="lamp")


def test_a_lamp_is_lit_beside_a_speaker(site: LoadedSite, tmp_path: Path) -> None:
    """Sound and light at once; that the lamp fails takes nothing from what was heard."""
    gate = FilesSpeaker(driver="files", folder=tmp_path / "gate", beside="lamp")
    lamp = FilesSpeaker(driver="files", folder=tmp_path / "lamp", lamp=True)
    both = replace(site, speakers={"gate": gate, "lamp": lamp})
    lit = RecordedAnnouncer(both, hum)
    assert lit.say(warning(0)) == replace(PLAYED, speaker="gate")
    (tmp_path / "file").touch()
    dark = replace(both, speakers={"gate": gate, "lamp": replace(lamp, folder=tmp_path / "file")})
    assert RecordedAnnouncer(dark, hum).say(warning(60, n=2)) == replace(PLAYED, speaker="gate")


def test_nobody_hears_a_recording(site: LoadedSite, tmp_path: Path) -> None:
    """A speaker that would be heard is refused by name; the same site with files in their place is not."""
    real: dict[str, SpeakerSettings] = {
        "gate": AlsaSpeaker(driver="alsa"),
        "lamp": RelaySpeaker(driver="relay", file=FileRelay(path=tmp_path / "g")),
    }
    heard = replace(site, speakers={**site.speakers, **real})
    with pytest.raises(BadInputError, match=r"speakers\.gate: found driver alsa for cameras that are recordings"):
        only_files(heard)
    silent = into_files(heard, tmp_path / "out")
    only_files(silent)
    assert [(name, each.lamp) for name, each in silent.speakers.items()] == [
        ("files", False),
        ("gate", False),
        ("lamp", True),
    ]
    assert sounds_folder(silent) == tmp_path / "out"
    assert sounds_folder(replace(site, speakers=real)) == site.state / "warnings"


def test_the_sample_zone_is_the_one_that_is_warned(site: LoadedSite) -> None:
    """So that the requests above mean something."""
    assert "id: kerb" in ZONES
    assert [zone.id for zone in site.site.zones] == ["kerb"]
