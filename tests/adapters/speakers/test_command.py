"""A program plays the sound of an announcement, and its end is its answer."""

from __future__ import annotations

import json
import os
import select
import shutil
import sys
import wave
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge_agent.adapters.speakers.command import CommandOutlet, alsa, pipewire
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.core.events import Result
from edge_agent.core.speak.sound import from_bytes
from tests.adapters.speakers.listening import announcement, clip, likeness, sweep

if TYPE_CHECKING:
    from edge_agent.ports.outlets import Announcement

WITNESS = """
import json, os, shutil, sys
shutil.copy(sys.argv[1], sys.argv[2] + '/heard.wav')
with open(sys.argv[2] + '/told.json', 'w') as told:
    json.dump([sys.argv[1:], dict(os.environ), os.stat(os.path.dirname(sys.argv[1])).st_mode & 0o777], told)
"""


def python(script: str, *arguments: str, seconds: float = 60) -> CommandOutlet:
    """A program that does as the script says."""
    return CommandOutlet(command=(sys.executable, "-c", script, *arguments), seconds=seconds)


def heard(folder: Path) -> tuple[int, np.ndarray]:
    """What the witness was given: the rate and the samples."""
    with wave.open(str(folder / "heard.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return file.getframerate(), from_bytes(file.readframes(file.getnframes()))


def played(outlet: CommandOutlet, played_one: Announcement | None = None) -> Result:
    """What became of it."""
    return outlet.play(played_one or announcement()).result


def test_the_program_gets_the_sound_as_a_file(tmp_path: Path) -> None:
    """Both languages, at the volume; the file is gone afterwards, and was nobody else's to read."""
    announcement_made = announcement(sounds={"zh-CN": clip(16000, 1.0), "en": clip(22050)}, volume=0.5)
    assert played(python(WITNESS, "{file}", str(tmp_path)), announcement_made) is Result.PLAYED
    rate, samples = heard(tmp_path)
    assert rate == 22050
    assert len(samples) == 22050 + 11025 + 33075
    assert likeness(samples[-33075:], sweep(22050)) > 0.9999
    assert 0.49 < samples[-33075:].std() / sweep(22050).std() < 0.51
    (file, _), _, mode = json.loads((tmp_path / "told.json").read_text())
    assert not Path(file).parent.exists()
    assert mode == 0o700


def test_a_program_that_knows_volumes_is_told_it(tmp_path: Path) -> None:
    """The sound is then as loud as it was made."""
    assert played(python(WITNESS, "{file}", str(tmp_path), "v={volume}"), announcement(volume=0.25)) is Result.PLAYED
    assert json.loads((tmp_path / "told.json").read_text())[0][2] == "v=0.25"
    assert np.array_equal(heard(tmp_path)[1], sweep(16000))


def test_no_word_becomes_a_command(tmp_path: Path) -> None:
    """There is no shell that would read it."""
    odd = "$(touch never); `touch never`; a b"
    assert played(python(WITNESS, "{file}", str(tmp_path), odd)) is Result.PLAYED
    assert json.loads((tmp_path / "told.json").read_text())[0][2] == odd


def test_the_program_does_not_learn_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords may stand in the agent's environment; where sound comes out does too, and is passed on."""
    monkeypatch.setenv("CAMERA_PASSWORD", "hidden")
    monkeypatch.setenv("ALSA_CARD", "1")
    assert played(python(WITNESS, "{file}", str(tmp_path))) is Result.PLAYED
    environment = json.loads((tmp_path / "told.json").read_text())[1]
    assert "CAMERA_PASSWORD" not in environment
    assert environment["ALSA_CARD"] == "1"


def test_the_last_line_of_its_complaint_is_the_reason() -> None:
    """With its status; an endless complaint is cut."""
    script = "import sys; print('first\\naplay: main: no such card\\n', file=sys.stderr); sys.exit(3)"
    answer = python(script, "{file}").play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason.endswith("ended with status 3, expected 0: aplay: main: no such card")
    endless = python("import sys; sys.stderr.write('a' * 99999); sys.exit(1)", "{file}").play(announcement())
    assert len(endless.reason) < 300


def test_a_program_that_was_ended_may_have_been_heard() -> None:
    """By a signal that was not ours."""
    answer = python("import os; os.kill(os.getpid(), 15)", "{file}").play(announcement())
    assert answer.result is Result.UNKNOWN
    assert answer.reason.endswith("was ended by SIGTERM")


def test_a_program_that_does_not_end_is_killed_with_all_it_started(tmp_path: Path) -> None:
    """Sound and patience over; nothing of it is left running."""
    pids = tmp_path / "pids"
    script = 'sleep 600 & echo "$$ $!" > "$1"; sleep 600'
    outlet = CommandOutlet(
        command=("sh", "-c", script, "sh", str(pids), "{file}"), seconds=4.5
    )  # in which a shell begins
    answer = outlet.play(announcement(sounds={"en": clip(8000, 0.5)}))
    assert answer.result is Result.UNKNOWN
    assert answer.reason.endswith("still ran after 5 s and was killed")
    parent, child = (int(each) for each in pids.read_text().split())
    with pytest.raises(ProcessLookupError):
        os.kill(parent, 0)
    with suppress(ProcessLookupError):  # it is gone already
        dying = os.pidfd_open(child)
        assert select.select([dying], [], [], 30)[0]
        os.close(dying)


def test_a_program_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """When it is played, and before, by the probe."""
    missing = CommandOutlet(command=(str(tmp_path / "aplya"), "{file}"), seconds=1)
    answer = missing.play(announcement())
    assert answer.result is Result.FAILED
    assert answer.reason == "command aplya: cannot be started: No such file or directory"
    with pytest.raises(OutsideError, match="command aplya: no such program, expected"):
        missing.probe()


def test_a_disk_that_takes_no_file_is_an_answer(tmp_path: Path) -> None:
    """The folder for it is gone."""
    outlet = CommandOutlet(command=("true", "{file}"), seconds=60, folder=tmp_path / "gone")
    answer = outlet.play(announcement())
    assert answer.result is Result.FAILED
    assert "its file cannot be written: No such file or directory" in answer.reason


@pytest.mark.parametrize("bare", [(), ("aplay",), ("{file}",), ("aplay", "file")])
def test_a_command_without_its_file_is_refused(bare: tuple[str, ...]) -> None:
    """It would play nothing."""
    with pytest.raises(BadInputError, match=r"no {file} in it, expected it where the sound goes"):
        CommandOutlet(command=bare, seconds=1)


def test_a_power_cut_leaves_no_record() -> None:
    """Nobody can tell."""
    assert python("pass", "{file}").recall(announcement()).result is Result.UNKNOWN


def test_a_silent_announcement_is_a_failure() -> None:
    """There is nothing to play, and the program is not started."""
    assert python("pass", "{file}").play(announcement(sounds={})).result is Result.FAILED


@pytest.mark.skipif(shutil.which("aplay") is None, reason="needs aplay (Debian's alsa-utils)")
def test_alsa_plays_into_its_null_device() -> None:
    """The real program, and a device that is always there."""
    outlet = CommandOutlet(command=alsa("null"), seconds=60)
    assert outlet.probe().startswith("the program /")
    assert played(outlet) is Result.PLAYED
    outlet.close()


@pytest.mark.skipif(shutil.which("aplay") is None, reason="needs aplay (Debian's alsa-utils)")
def test_alsa_says_that_a_device_is_not_there() -> None:
    """In its own words."""
    answer = CommandOutlet(command=alsa("nonesuch"), seconds=60).play(announcement())
    assert answer.result is Result.FAILED
    assert "ended with status 1" in answer.reason


@pytest.mark.skipif(shutil.which("aplay") is None, reason="needs aplay (Debian's alsa-utils)")
def test_alsa_is_given_what_was_said(tmp_path: Path) -> None:
    """ALSA's own file device writes what it would have played: to the sample."""
    config = tmp_path / "asound.conf"
    out = tmp_path / "out.raw"
    config.write_text(f'pcm.street {{ type file slave.pcm null file "{out}" format raw }}\npcm.null {{ type null }}\n')
    outlet = CommandOutlet(
        command=("env", f"ALSA_CONFIG_PATH={config}", *alsa("street")),
        seconds=60,
    )
    assert played(outlet) is Result.PLAYED
    assert np.array_equal(from_bytes(out.read_bytes())[: len(sweep(16000))], sweep(16000))


def test_pipewire_is_told_where_to() -> None:
    """By its own option; whether it plays could not be tried where there is no sound server."""
    assert pipewire("horn") == ("pw-play", "--target", "horn", "{file}")
