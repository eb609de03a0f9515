"""The voice and the speakers, tried out as the agent uses them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge_agent.adapters.clock import SystemClock
from edge_agent.app.doctor.findings import Condition
from edge_agent.app.doctor.speakers import speakers, voice
from edge_agent.config.site.loading import LoadedSite
from edge_agent.config.speaker.speakers import AlsaSpeaker, FileRelay, RelaySpeaker
from edge_agent.core.errors import OutsideError
from tests.config.samples import load, write_site


@pytest.fixture
def site(tmp_path: Path) -> LoadedSite:
    """The sample site; its warnings go into files."""
    return load(write_site(tmp_path))


def test_every_language_of_the_policy_is_spoken(site: LoadedSite) -> None:
    """Before the first warning is."""
    (finding,) = voice(site, SystemClock())
    assert finding.verdict is Condition.OK, finding.said
    assert finding.said.startswith("en, zh-CN spoken in ")


def test_a_language_without_a_voice_comes_out(site: LoadedSite) -> None:
    """Before the first warning would have been lost."""
    kinds = {
        name: replace(kind, words=replace(kind.words, warnings={"tlh": ("nuqneH",)}))
        for name, kind in site.site.policy.kinds.items()
    }
    klingon = replace(site, site=replace(site.site, policy=replace(site.site.policy, kinds=kinds)))
    with pytest.raises(OutsideError, match="no voice for language 'tlh'"):
        list(voice(klingon, SystemClock()))


def test_a_tone_is_played_and_leaves_nothing_behind(site: LoadedSite, tmp_path: Path) -> None:
    """Neither a sound nor a folder."""
    (finding,) = speakers(site, SystemClock())
    assert (finding.check, finding.verdict) == ("speaker files", Condition.OK), finding.said
    assert finding.said.startswith("files: played a tone, ")
    assert not (tmp_path / "warnings").exists()
    assert not list(tmp_path.glob(".doctor*"))


def test_a_folder_that_cannot_be_written_is_ill(site: LoadedSite, tmp_path: Path) -> None:
    """A file is in the way."""
    (tmp_path / "warnings").touch()
    (finding,) = speakers(site, SystemClock())
    assert (finding.verdict, finding.todo) == (Condition.FAIL, "give it a folder that can be written")
    assert "warnings cannot be written" in finding.said


def test_each_speaker_is_a_finding_of_its_own(site: LoadedSite, tmp_path: Path) -> None:
    """One that is not there keeps nobody from the others; a silent round switches nothing."""
    (tmp_path / "gpio").write_text("0")
    lamp = RelaySpeaker(driver="relay", file=FileRelay(path=tmp_path / "gpio"))
    gone = replace(lamp, file=FileRelay(path=tmp_path / "nowhere"))
    here = replace(site, speakers={"gone": gone, "lamp": lamp, **site.speakers})
    findings = list(speakers(here, SystemClock(), silent=True))
    assert [(each.check, each.verdict) for each in findings] == [
        ("speaker gone", Condition.FAIL),
        ("speaker lamp", Condition.OK),
        ("speaker files", Condition.OK),
    ]
    assert findings[1].said.endswith("; no tone was played")
    assert (tmp_path / "gpio").read_text() == "0"


def test_a_speaker_that_fails_says_why(site: LoadedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the program that would play is not installed."""
    monkeypatch.setenv("PATH", "")
    (finding,) = speakers(replace(site, speakers={"gate": AlsaSpeaker(driver="alsa")}), SystemClock())
    assert (finding.check, finding.verdict) == ("speaker gate", Condition.FAIL)
    assert "aplay" in finding.said
