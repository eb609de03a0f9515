"""Recordings that would never be heard are found before a start: by their names, and by their sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_agent.app.speak.coverage import check_recorded
from tests.adapters.speakers.voice.test_recorded import compress, record
from tests.config.samples import SITE, load, write_site

if TYPE_CHECKING:
    from pathlib import Path

WITH_RECORDED = f"{SITE}recorded: recorded/\n"


def problems_of(folder: Path) -> list[str]:
    """What ``check`` says of the recordings in ``folder``."""
    loaded = load(write_site(folder, site=WITH_RECORDED))
    return [str(each).replace(f"{folder}/", "") for each in check_recorded(loaded)]


def test_good_recordings_are_no_problem(tmp_path: Path) -> None:
    """For every zone or for one, as WAV or MP3; a note of who spoke may lie beside."""
    kind = tmp_path / "recorded" / "illegal_parking"
    record(kind / "1.zh-CN.wav")
    compress(kind / "kerb" / "3.en.mp3")
    (kind / "SPEAKER.md").write_text("Spoken by the district.")
    (kind / ".hidden.wav").touch()
    assert problems_of(tmp_path) == []


def test_a_site_without_recordings_has_no_problem(tmp_path: Path) -> None:
    """It need not have any."""
    assert check_recorded(load(write_site(tmp_path))) == ()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Where the site names it."""
    assert problems_of(tmp_path) == ["site.yaml:8:11 recorded: found no folder recorded, expected a folder that exists"]


RULE = "KIND/N.LANGUAGE.wav or KIND/ZONE/N.LANGUAGE.wav (or .mp3)"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("illegal_parking/first.zh-CN.wav", f"whose name says of no warning, expected {RULE}"),
        ("illegal_parking/0.zh-CN.wav", f"whose name says of no warning, expected {RULE}"),
        ("illegal_parking/1.zh-CN.m4a", f"whose name says of no warning, expected {RULE}"),
        ("1.zh-CN.wav", f"whose name says of no warning, expected {RULE}"),
        ("illegal_parking/kerb/left/1.zh-CN.wav", f"whose name says of no warning, expected {RULE}"),
        ("parking/1.zh-CN.wav", "of a kind 'parking' that no zone is watched for, expected one of: illegal_parking"),
        (
            "illegal_parking/gate/1.zh-CN.wav",
            "of 'gate', no zone that is watched for illegal_parking, expected the id of one that is",
        ),
        ("illegal_parking/4.zh-CN.wav", "of a warning 4 that is never given, expected 1 to 3"),
        ("illegal_parking/1.fr.wav", "in 'fr', in which nothing is said, expected one of: en, zh-CN"),
    ],
)
def test_a_name_that_says_nothing_is_said(tmp_path: Path, name: str, says: str) -> None:
    """One recording, one sentence, with what it should have been called."""
    record(tmp_path / "recorded" / name)
    assert problems_of(tmp_path) == [f"site.yaml:8:11 recorded: found the recording {name}, {says}"]


def test_a_recording_that_cannot_be_heard_is_said(tmp_path: Path) -> None:
    """Each of them, in the order of their names."""
    kind = tmp_path / "recorded" / "illegal_parking"
    record(kind / "1.en.wav", seconds=61, rate=8_000)
    record(kind / "2.en.wav", hertz=0)
    (kind / "3.en.wav").write_bytes(b"no sound")
    where, damaged = (
        "site.yaml:8:11 recorded: found the recording illegal_parking",
        "Invalid data found when processing input",
    )
    assert problems_of(tmp_path) == [
        f"{where}/1.en.wav, more than 60 s of sound, expected at most 60 s",
        f"{where}/2.en.wav, nothing but silence, expected a recording that can be heard",
        f"{where}/3.en.wav, a file that cannot be played ({damaged}), expected WAV or MP3",
    ]
