"""The workshop behind the page: what it folds, detects, reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.adapters.video_file import VideoFile
from edge_agent.app.replay import Assumed
from edge_agent.app.reports import Sight
from edge_agent.app.studio import Studio
from edge_agent.app.studio_bench import Wanted
from edge_agent.app.studio_fold import Folding, Trial
from edge_agent.config.problems import BadConfigError
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Event
from edge_agent.core.geometry import Box
from edge_agent.web.exchange import ChangedError, NotFoundError, OutdatedError
from edge_agent.web.views import FoldView
from edge_agent.web.workshop import Asked
from tests.cli.streets import done, street
from tests.config.samples import CALIBRATED, SITE, ZONES, write_calibration, write_site
from tests.site import PARKING, zone
from tests.site import site as site_of
from tests.street import START, looks, stands, together
from tests.web.asking import ONCE, opened

DAY: Final = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 60s, interval: 60s}}")


@pytest.fixture
def logged(tmp_path: Path) -> tuple[Path, Path]:
    """A site, and the log of its camera: one car stands for ten minutes, another for half a minute."""
    log = tmp_path / "c1.detections.jsonl"
    things = together(stands("car", 0, 600), stands("car", 100, 130, place=Box(0.7, 0.7, 0.8, 0.8)))
    with LogWriter(log, LogHeader(camera="c1", size=(640, 360), model="0" * 64, started=START)) as writer:
        for event in looks(things, until=700):
            writer.append(event)
    site = street(tmp_path, zones=DAY)
    return site, log


@pytest.fixture
def studio(logged: tuple[Path, Path]) -> Iterator[Studio]:
    """The studio of that log."""
    site, log = logged
    with opened(site, Wanted(log=log)) as found:
        yield found


def trial_of(events: tuple[Event, ...]) -> Trial:
    """A trial of events of a camera whose whole picture is a zone."""
    site = site_of(zone())
    return Trial(events=events, camera="c1", started=START, site=site, assumed=Assumed(), sight=Sight())


def told_in_the_end(studio: Studio, zones: object) -> FoldView:
    """What a fold comes to, all of its pieces asked for."""
    view = studio.fold("c1", zones, ONCE)
    while view.looks < view.of:
        view = studio.go_on(ONCE)
    return view


def drawing(studio: Studio) -> Any:  # noqa: ANN401 - YAML
    """What the zone file says."""
    return studio.camera("c1").zones.data


def test_a_fold_tells_what_the_command_line_tells(logged: tuple[Path, Path], studio: Studio) -> None:
    """To the byte."""
    site, log = logged
    lines = [each.line for each in told_in_the_end(studio, drawing(studio)).told]
    assert len(lines) > 3
    assert lines == done("replay", "--log", log, "--site", site, "--json").splitlines()


def test_a_fold_follows_every_case_from_candidate_to_its_end(studio: Studio) -> None:
    """Also the one of which nobody would have heard, with the reason."""
    incident, near = told_in_the_end(studio, drawing(studio)).lanes
    assert [span.state for span in incident.spans] == ["candidate", "warned", "ordered"]
    assert incident.incident is not None
    assert (near.incident, near.needed_s) == (None, 60.0)
    assert 28 <= near.dwell_s <= 31
    assert near.moments[-1].what == "left_early"
    assert "30" in near.moments[-1].text["zh-CN"]
    assert near.spans[0].from_s == 100.0


def test_a_change_shows_in_the_next_fold_and_in_no_file(logged: tuple[Path, Path], studio: Studio) -> None:
    """What is tried is not saved."""
    before = logged[0].parent.joinpath("zones", "c1.yaml").read_bytes()
    drawn = drawing(studio)
    drawn["zones"][0]["kinds"][PARKING]["dwell"] = "20s"
    lanes = told_in_the_end(studio, drawn).lanes
    assert all(lane.incident for lane in lanes)
    assert logged[0].parent.joinpath("zones", "c1.yaml").read_bytes() == before


def test_only_the_last_question_of_a_page_is_answered(studio: Studio) -> None:
    """Another page is not concerned."""
    drawn = drawing(studio)
    studio.fold("c1", drawn, Asked(page="a", number=5))
    with pytest.raises(OutdatedError):
        studio.fold("c1", drawn, Asked(page="a", number=4))
    assert studio.fold("c1", drawn, Asked(page="b", number=1)).told
    assert studio.fold("c1", drawn, Asked(page="a", number=6)).told


def test_a_fold_that_nobody_waits_for_ends_early() -> None:
    """At the next time it looks up; the rest is not folded."""
    asked = iter((False, True))
    folding = Folding(trial_of(looks(stands("car", 0, 600), until=600)))
    with pytest.raises(OutdatedError):
        folding.advance(lambda: next(asked))


def test_a_fold_in_pieces_comes_to_what_it_is_in_one() -> None:
    """And tells on the way what is known already."""
    trial = trial_of(looks(stands("car", 0, 600), until=700))
    whole = Folding(trial).advance(lambda: False)
    folding = Folding(trial)
    views = [folding.advance(lambda: False, count=100) for _ in range(8)]
    assert [view.looks for view in views] == [100, 200, 300, 400, 500, 600, 700, 701]
    assert {view.of for view in views} == {701}
    assert views[0].told == whole.told[: len(views[0].told)]
    assert 0 < len(views[0].told) < len(whole.told)
    assert views[-1] == whole


def test_only_the_latest_fold_of_a_page_goes_on(studio: Studio) -> None:
    """The others are forgotten."""
    drawn = drawing(studio)
    first, second = Asked(page="a", number=1), Asked(page="a", number=2)
    studio.fold("c1", drawn, first)
    studio.fold("c1", drawn, second)
    assert studio.go_on(second).looks == 701
    assert studio.go_on(second).looks == 701
    with pytest.raises(OutdatedError):
        studio.go_on(first)


def test_every_incident_is_shown_and_the_longest_near_misses() -> None:
    """A busy crossing has thousands of them."""
    places = [Box(n / 20, 0.5, n / 20 + 0.03, 0.55) for n in range(12)]
    things = together(stands("car", 0, 90), *(stands("car", 0, 10 + n, place=p) for n, p in enumerate(places)))
    view = Folding(trial_of(looks(things, until=150))).advance(lambda: False, most=5)
    near = [lane.dwell_s for lane in view.lanes if lane.incident is None]
    assert (len(view.lanes), view.left_out) == (6, 7)
    assert sorted(near) == [17, 18, 19, 20, 21]


def test_a_look_is_the_one_nearest_to_the_moment_with_the_way_things_came(studio: Studio) -> None:
    """What stands leaves a short trail; before anything was seen there is none."""
    look = studio.look("c1", 110.4)
    assert (look.at_s, len(look.detections)) == (110.0, 2)
    assert sorted(len(trail) for trail in look.trails) == [11, 30]
    assert studio.look("c1", 650).detections == ()
    assert studio.look("c1", 99_999).at_s == 700.0


def test_an_unknown_camera_is_told_with_those_there_are(studio: Studio) -> None:
    """In one sentence."""
    with pytest.raises(NotFoundError, match="expected one of: c1"):
        studio.camera("c2")


def test_a_log_of_another_camera_is_refused(logged: tuple[Path, Path], tmp_path: Path) -> None:
    """Where it is named."""
    site, _ = logged
    log = tmp_path / "c9.jsonl"
    with LogWriter(log, LogHeader(camera="c9", size=(1, 1), model="", started=START)):
        pass
    with pytest.raises(BadInputError, match="camera 'c9': not in the site"), opened(site, Wanted(log=log)):
        pass
    with (
        pytest.raises(BadInputError, match="of camera 'c9', expected 'c1'"),
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


def test_a_given_log_is_only_read(logged: tuple[Path, Path], studio: Studio) -> None:
    """Nothing is detected into it."""
    before = logged[1].read_bytes()
    assert studio.seen("c1").given
    with pytest.raises(NotFoundError):
        studio.detect("c1", on=True)
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


def test_a_file_is_written_only_over_what_was_read(studio: Studio, logged: tuple[Path, Path]) -> None:
    """Of two people who save, the second is told."""
    file = logged[0].parent / "zones" / "c1.yaml"
    read = studio.camera("c1").zones
    drawn = drawing(studio)
    drawn["zones"][0]["id"] = "edge"
    first = studio.save("c1", drawn, read.base)
    drawn["zones"][0]["id"] = "rim"
    with pytest.raises(ChangedError, match="not written over"):
        studio.save("c1", drawn, read.base)
    assert "id: edge" in file.read_text(encoding="utf-8")
    studio.save("c1", drawn, first.file.base)
    assert "id: rim" in file.read_text(encoding="utf-8")


def test_a_file_keeps_the_line_ends_and_the_mark_of_its_editor(studio: Studio, logged: tuple[Path, Path]) -> None:
    """What Notepad wrote can be opened there again, and one changed line is one changed line."""
    file = logged[0].parent / "zones" / "c1.yaml"
    before = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(before)
    read = studio.camera("c1").zones
    drawn: Any = read.data
    drawn["zones"][0]["id"] = "edge"
    assert len([line for line in studio.compare("c1", drawn).diff.splitlines() if line.startswith("+ ")]) == 1
    studio.save("c1", drawn, read.base)
    assert file.read_bytes() == before.replace(b"id: kerb", b"id: edge")


def test_what_check_would_refuse_is_not_saved(studio: Studio) -> None:
    """Also what only the model knows: it sees no stalls."""
    drawn = drawing(studio)
    drawn["zones"][0]["kinds"] = {"prohibited_stall": {}}
    assert "the model knows no label" in str(studio.compare("c1", drawn).problems[0])
    with pytest.raises(BadConfigError, match="the model knows no label"):
        studio.save("c1", drawn, studio.camera("c1").zones.base)


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
