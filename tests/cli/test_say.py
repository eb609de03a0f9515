"""`edge-agent say`: one warning, told and heard as the agent would."""

from __future__ import annotations

import re
import wave
from typing import TYPE_CHECKING

import pytest

from tests.adapters.speakers.voice.test_recorded import record
from tests.cli.streets import done, typed
from tests.config.samples import SHOP_ZONE, SITE, ZONES, write_site

if TYPE_CHECKING:
    from pathlib import Path

SPEAKERS = """\
speakers:
  gate: {driver: files, folder: gate/}
  square: {driver: files, folder: square/}
"""


def test_a_warning_is_told_and_played(tmp_path: Path) -> None:
    """Its words in each language, how long and how loud; where it was played, and there it is."""
    output = done("say", write_site(tmp_path), "--zone", "kerb", "--warning", "2")
    first, chinese, english, played = output.splitlines()
    assert first == "warning 2 of illegal_parking in zone kerb"
    assert re.fullmatch(r"  zh-CN  \d\.\d s  -16\.\d LUFS  voice: 再次提醒，路边禁止停车，.*", chinese)
    assert re.fullmatch(r"  en  \d\.\d s  -16\.\d LUFS  voice: This is the second reminder\. .*", english)
    assert played == "files: played"
    files = sorted((tmp_path / "warnings").iterdir())
    assert [path.name.split("-warning-")[1] for path in files] == ["2-en.wav", "2-zh-CN.wav"]
    with wave.open(str(files[0])) as sound:
        assert f"  {sound.getnframes() / sound.getframerate():.1f} s" in english


def test_a_dry_run_plays_nothing(tmp_path: Path) -> None:
    """It says where it would."""
    path = write_site(tmp_path, site=SITE + SPEAKERS)
    output = done("say", path, "--zone", "kerb", "--dry-run")
    assert output.splitlines()[-1] == "would be played on: gate, then square"
    assert not (tmp_path / "gate").exists()


def test_one_speaker_can_be_heard_alone(tmp_path: Path) -> None:
    """Whatever the zone's route is."""
    path = write_site(tmp_path, site=SITE + SPEAKERS)
    assert done("say", path, "--zone", "kerb", "--speaker", "square").splitlines()[-1] == "square: played"
    assert len(list((tmp_path / "square").iterdir())) == 2
    assert not (tmp_path / "gate").exists()


def test_the_next_of_the_route_is_tried(tmp_path: Path) -> None:
    """Where the first cannot; where none can, the command fails."""
    path = write_site(tmp_path, site=SITE + SPEAKERS)
    (tmp_path / "gate").touch()
    gate, square = done("say", path, "--zone", "kerb").splitlines()[-2:]
    assert gate.startswith("gate: failed (")
    assert square == "square: played"
    result = typed("say", path, "--zone", "kerb", "--speaker", "gate")
    assert result.exit_code == 1
    assert result.output.endswith("it was played nowhere\n")


def test_a_recording_is_named(tmp_path: Path) -> None:
    """So that a person sees which of them is heard."""
    recorded = record(tmp_path / "recorded" / "illegal_parking" / "1.en.wav")
    output = done("say", write_site(tmp_path, site=f"{SITE}recorded: recorded/\n"), "--zone", "kerb", "--dry-run")
    assert f"  en  1.0 s  -16.0 LUFS  {recorded}: Hello." in output


def test_a_quiet_hour_is_told(tmp_path: Path) -> None:
    """And obeyed: in the light hours a loudspeaker is not asked."""
    zones = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {quiet: softer, quiet_hours: 00:00-24:00}}")
    output = done("say", write_site(tmp_path, zones=zones), "--zone", "kerb", "--dry-run")
    assert output.splitlines()[-2] == "it is quiet there now: softer"


def test_the_only_shop_is_greeted(tmp_path: Path) -> None:
    """By its name."""
    output = done("say", write_site(tmp_path, zones=ZONES + SHOP_ZONE), "--zone", "front", "--dry-run")
    assert "Hello Noodles. Please take your goods back" in output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--zone", "gate"], "--zone gate: found no such zone, expected one of: kerb, front"),
        (["--zone", "kerb", "--warning", "4"], "--warning 4: expected 1 to 3, as illegal_parking has in zone kerb"),
        (
            ["--zone", "kerb", "--kind", "exposed_garbage"],
            "--kind exposed_garbage: found no such kind, expected one of: illegal_parking",
        ),
        (["--zone", "front", "--shop", "s9"], "--shop s9: found no such shop, expected one of: s1"),
        (["--zone", "kerb", "--speaker", "horn"], "--speaker horn: found no such speaker, expected one of: files"),
    ],
)
def test_what_the_site_does_not_have_is_said(tmp_path: Path, words: list[str], says: str) -> None:
    """With what it has."""
    result = typed("say", write_site(tmp_path, zones=ZONES + SHOP_ZONE), *words)
    assert result.exit_code == 1
    assert result.output == f"{says}\n"


def test_a_zone_of_several_kinds_wants_one_named(tmp_path: Path) -> None:
    """Nobody guesses which."""
    zones = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {}, exposed_garbage: {}}")
    result = typed("say", write_site(tmp_path, zones=zones), "--zone", "kerb", "--dry-run")
    assert result.output == "--kind: expected one of illegal_parking, exposed_garbage, for zone kerb has several\n"
    output = done("say", write_site(tmp_path, zones=zones), "--zone", "kerb", "--kind", "exposed_garbage", "--dry-run")
    assert output.startswith("warning 1 of exposed_garbage")
