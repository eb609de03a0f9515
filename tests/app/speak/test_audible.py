"""A warning that nobody would hear is found before a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.app.speak.coverage import check_audible, languages_of
from tests.adapters.speakers.voice.test_recorded import record
from tests.config.samples import SITE, ZONES, load, write_site

if TYPE_CHECKING:
    from pathlib import Path

WITH_RECORDED = f"{SITE}recorded: recorded/\n"
UYGHUR = f"{ZONES}    words: {{illegal_parking: {{warnings: {{ug: [توختاتماڭ]}}}}}}\n"


def problems_of(folder: Path, zones: str) -> list[str]:
    """What ``check`` says of the voices."""
    loaded = load(write_site(folder, site=WITH_RECORDED, zones=zones))
    return [str(each).replace(f"{folder}/", "") for each in check_audible(loaded)]


def test_what_the_voice_speaks_is_no_problem(tmp_path: Path) -> None:
    """The shipped languages need no recording."""
    assert problems_of(tmp_path, ZONES) == []
    assert languages_of(load(write_site(tmp_path)).site) == ("zh-CN", "en")


def test_a_language_without_voice_or_recording_is_said(tmp_path: Path) -> None:
    """Where the zone asks for the kind, with the numbers of the warnings."""
    (problem,) = problems_of(tmp_path, UYGHUR)
    assert problem == (
        "zones/c1.yaml:7:13 zones[0].kinds.illegal_parking: found warnings in 'ug' that no voice speaks and nobody has "
        "recorded (1, 2, 3), expected a recording of each, or a language of: zh, en"
    )


def test_recordings_take_the_place_of_a_voice(tmp_path: Path) -> None:
    """All of them are needed; in every zone or in this one."""
    record(tmp_path / "recorded" / "illegal_parking" / "1.ug.wav")
    record(tmp_path / "recorded" / "illegal_parking" / "kerb" / "3.ug.wav")
    (problem,) = problems_of(tmp_path, UYGHUR)
    assert "recorded (2), expected" in problem
    record(tmp_path / "recorded" / "illegal_parking" / "2.ug.wav")
    assert problems_of(tmp_path, UYGHUR) == []
