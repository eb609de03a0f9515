"""The workshop behind the page: what it detects, reads and writes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.replay.studio.camera_bench import Wanted
from edge_agent.app.replay.studio.studio import Studio
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.errors import BadInputError
from edge_agent.web.exchange import ChangedError, NotFoundError
from tests.cli.streets import done, street
from tests.config.samples import CALIBRATED, SITE, write_calibration, write_site
from tests.site import PARKING
from tests.street import START
from tests.web.asking import drawing, opened


def test_an_unknown_camera_is_told_with_those_there_are(workshop: Studio) -> None:
    """In one sentence."""
    with pytest.raises(NotFoundError, match="expected one of: c1"):
        workshop.camera("c2")


def test_a_log_of_another_camera_is_refused(logged: tuple[Path, Path], tmp_path: Path) -> None:
    """Where it is named."""
    site, _ = logged
    log = tmp_path / "c9.jsonl"
    with LogWriter(log, LogHeader(camera="c9", size=(1, 1), model="", started=START)):
        pass
    with (
        pytest.raises(BadInputError, match="the log is of camera 'c9', expected one of: c1"),
        opened(site, Wanted(log=log)),
    ):
        pass
    with (
        pytest.raises(BadInputError, match="holds logs of c9, expected --camera to name one"),
        opened(site, Wanted(log=log, camera="c1")),
    ):
        pass


def test_detecting_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """What is in the log already is not looked at again, and a whole log has nothing to add."""
    site = street(tmp_path)
    with opened(site) as studio:
        assert studio.seen("c1").through_s == 0
        studio.detect("c1", on=True)
        studio.detect("c1", on=False)
    (log,) = (tmp_path / "state" / "studio").iterdir()
    begun = log.read_bytes()
    with opened(site) as studio:
        studio.detect("c1", on=True)
        bench = studio._benches["c1"]  # noqa: SLF001 - there is no other way to wait for a thread
        thread = bench.seen._thread  # noqa: SLF001
        assert thread is not None
        thread.join()
        seen = studio.seen("c1")
        assert (seen.through_s, seen.running, seen.trouble) == (7.0, False, None)
    assert log.read_bytes().startswith(begun)
    assert len(log.read_text(encoding="utf-8").splitlines()) == 9


def test_a_given_log_is_only_read(logged: tuple[Path, Path], workshop: Studio) -> None:
    """Nothing is detected into it."""
    before = logged[1].read_bytes()
    assert workshop.seen("c1").given
    with pytest.raises(NotFoundError):
        workshop.detect("c1", on=True)
    assert logged[1].read_bytes() == before


def test_a_camera_begins_without_a_zone_file(tmp_path: Path) -> None:
    """The first zones that are saved make it, and `check` is content."""
    site = street(tmp_path)
    (tmp_path / "zones" / "c1.yaml").unlink()
    zone = {"id": "kerb", "polygon": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], "kinds": {PARKING: {}}}
    with opened(site) as studio:
        view = studio.camera("c1").zones
        assert (view.base, view.data) == (None, None)
        saved = studio.save("c1", {"version": 1, "camera": "c1", "zones": [zone]}, None)
    assert saved.file.base is not None
    assert "no problems" in done("check", site)


def test_a_file_is_written_only_over_what_was_read(workshop: Studio, logged: tuple[Path, Path]) -> None:
    """Of two people who save, the second is told."""
    file = logged[0].parent / "zones" / "c1.yaml"
    read = workshop.camera("c1").zones
    drawn = drawing(workshop)
    drawn["zones"][0]["id"] = "edge"
    first = workshop.save("c1", drawn, read.base)
    drawn["zones"][0]["id"] = "rim"
    with pytest.raises(ChangedError, match="not written over"):
        workshop.save("c1", drawn, read.base)
    assert "id: edge" in file.read_text(encoding="utf-8")
    workshop.save("c1", drawn, first.file.base)
    assert "id: rim" in file.read_text(encoding="utf-8")


def test_a_file_keeps_the_line_ends_and_the_mark_of_its_editor(workshop: Studio, logged: tuple[Path, Path]) -> None:
    """What Notepad wrote can be opened there again, and one changed line is one changed line."""
    file = logged[0].parent / "zones" / "c1.yaml"
    before = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(before)
    read = workshop.camera("c1").zones
    drawn: Any = read.data
    drawn["zones"][0]["id"] = "edge"
    assert len([line for line in workshop.compare("c1", drawn).diff.splitlines() if line.startswith("+ ")]) == 1
    workshop.save("c1", drawn, read.base)
    assert file.read_bytes() == before.replace(b"id: kerb", b"id: edge")


def test_what_check_would_refuse_is_not_saved(workshop: Studio) -> None:
    """Also what only the model knows: it sees no stalls."""
    drawn = drawing(workshop)
    drawn["zones"][0]["kinds"] = {"prohibited_stall": {}}
    assert "the model knows no label" in str(workshop.compare("c1", drawn).problems[0])
    with pytest.raises(BadConfigError, match="the model knows no label"):
        workshop.save("c1", drawn, workshop.camera("c1").zones.base)


def test_pairs_are_judged_one_by_one(tmp_path: Path) -> None:
    """With the metres they give, as far as they are believed."""
    site = street(tmp_path, site=CALIBRATED)
    write_calibration(tmp_path)
    with opened(site) as studio:
        data: Any = studio.camera("c1").survey.data
        good = studio.fit("c1", data)
        data["pairs"][2]["ground"][0] = 9.68
        bad = studio.fit("c1", data)
        few = studio.fit("c1", data | {"pairs": data["pairs"][:5]})
        with pytest.raises(BadConfigError, match="pair 3"):
            studio.save_survey("c1", data, studio.camera("c1").survey.base)
        with pytest.raises(BadConfigError, match="expected 'c1'"):
            studio.save_survey("c1", data | {"camera": "c2"}, studio.camera("c1").survey.base)
    assert not good.problems
    assert all(not pair.too_large for pair in good.pairs)
    assert {line.bold for line in good.grid} == {True, False}
    assert len(good.outline) > 3
    assert [problem.field for problem in bad.problems] == ["pairs[2]"]
    assert few.problems[0].found == "5 pairs of points"


def test_the_picture_of_a_moment_is_that_of_the_look(tmp_path: Path) -> None:
    """Also in the second round of a looped recording."""
    street(tmp_path)
    video = VideoFile(tmp_path / "road.mp4", started=START, looks_per_second=1, loops=timedelta(seconds=20))
    frames = list(video.frames())
    for frame in (frames[0], frames[3], frames[9], frames[-1]):
        again = video.frame_at(frame.at)
        assert again is not None
        assert (again.at, again.image.tobytes()) == (frame.at, frame.image.tobytes())
    assert video.frame_at(START - timedelta(seconds=5)) is not None


def test_a_site_with_other_mistakes_is_refused_at_the_start(tmp_path: Path) -> None:
    """In the words of `check`."""
    site = write_site(tmp_path, site=SITE.replace("Asia/Shanghai", "Nowhere"))
    with pytest.raises(BadConfigError, match="time zone"), opened(site):
        pass
