"""A report is made of a log, and of what else there is of the same recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.app.replay.report import Material, sheet_of
from edge_agent.app.replay.stories import camera_logs
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Event
from edge_agent.core.explain.timeline import Outage
from edge_agent.core.geometry import Box
from tests.adapters.video.test_video_file import SIZE, film
from tests.config.samples import write_site
from tests.site import SHORT, site, zone
from tests.street import at, looks, lost, stands, together

HEADER = LogHeader(camera="c1", size=SIZE, model="abc", started=at(0))
CAR = stands("car", 0, 100)
TRUTH = """\
version: 1
clip: road.mp4
incidents:
  - {kind: illegal_parking, zone: z, from: 0s, to: 100s}
"""


def stored(path: Path, events: tuple[Event, ...], header: LogHeader = HEADER) -> Path:
    """A log of these events."""
    with LogWriter(path, header) as log:
        for event in events:
            log.append(event)
    return path


def loaded(folder: Path) -> LoadedSite:
    """A site with one camera and one impatient zone."""
    return replace(load_site(write_site(folder)), site=site(zone(rule=SHORT)))


def material(folder: Path, events: tuple[Event, ...]) -> Material:
    """What there is of a recording of 160 seconds that grows lighter with each."""
    video = film(folder / "road.mp4", range(0, 160_000, 1000))
    return Material(loaded=loaded(folder), camera="c1", logs=(stored(folder / "c1.jsonl", events),), video=video)


def brightness(jpeg: bytes) -> float:
    """How light the middle of a picture's left part is."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return float(picture[150:280, 30:120].mean())


def test_each_moment_has_the_picture_of_its_very_look(tmp_path: Path) -> None:
    """One an instant; of what is over, the thing as it was last there."""
    made = material(tmp_path, looks(CAR, until=159))
    sheet, recording = sheet_of(made), made.recording()
    assert recording is not None
    (story,) = sheet.stories
    shown = {story.moments[n].what: jpeg for (_, n), jpeg in sheet.pictures.items()}
    assert set(shown) == {"opened", "warned", "escalated", "resolved"}
    for what, second in {"opened": 20, "warned": 50, "escalated": 80, "resolved": 100}.items():
        frame = recording.frame_at(at(second))
        assert frame is not None
        assert brightness(shown[what]) == pytest.approx(frame.image.mean(), abs=0.9), what  # the next look is 2 lighter


def test_people_are_pixelated_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    """Those that the detector found in that very look, also the doubtful ones."""
    person = stands("person", 0, 160, place=Box(0.05, 0.1, 0.45, 0.9))
    made = material(tmp_path, looks(together(CAR, person), until=159))
    hidden, visible = (
        sheet_of(replace(made, video=_striped(tmp_path / f"{seen}.mp4"), people_visible=seen)) for seen in (False, True)
    )
    (first, *_), (other, *_) = hidden.pictures.values(), visible.pictures.values()
    assert _contrast(first) < 0.5 * _contrast(other)
    assert (hidden.people_visible, visible.people_visible) == (False, True)


def _striped(path: Path) -> Path:
    """A recording of bars that are four pixels wide."""
    import av  # noqa: PLC0415

    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    picture[:, (np.arange(SIZE[0]) // 4) % 2 == 0] = 255
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1, options={"crf": "10"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for _ in range(160):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    return path


def _contrast(jpeg: bytes) -> float:
    """How unlike neighbours are where the person stands."""
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    person = picture[60:220, 50:160]
    return float(person.astype(float).std(axis=1).mean())


def test_it_says_of_what_it_is_made(tmp_path: Path) -> None:
    """Hashes of log, recording, model, policy and site; names of files, and never where they lie."""
    made = sheet_of(material(tmp_path, looks(CAR, until=30))).made_of
    values = {name["en"]: value for name, value in made}
    assert values["looks"] == "31"
    assert values["from – to"] == "2026-11-01 16:00:00 +0800 – 2026-11-01 16:00:30 +0800"
    assert values["detection log"].startswith("c1.jsonl sha256 ")
    assert values["recording"].startswith("road.mp4 sha256 ")
    assert values["model"] == "sha256 abc"
    assert not any(str(tmp_path) in value for _, value in made)
    assert all(name["zh-CN"] for name, _ in made)


def test_settings_are_written_as_the_site_file_has_them(tmp_path: Path) -> None:
    """Each kind in each zone with its own."""
    (settings,) = sheet_of(material(tmp_path, looks(CAR, until=30))).settings
    assert {"dwell": "20s", "warnings": "2", "undelivered": "order"}.items() <= dict(settings.values).items()


def test_what_nobody_could_see_is_on_the_timeline(tmp_path: Path) -> None:
    """With its cause."""
    sheet = sheet_of(material(tmp_path, lost(looks(CAR, until=60), 30, 40, reason="dark")))
    assert sheet.outages == (Outage(camera="c1", begin=at(30), end=at(40), cause="dark"),)


def test_the_truth_gives_figures(tmp_path: Path) -> None:
    """Where somebody wrote it down."""
    made = material(tmp_path, looks(CAR, until=159))
    truth = tmp_path / "road.truth.yaml"
    truth.write_text(TRUTH, encoding="utf-8")
    score = sheet_of(replace(made, truth=truth)).score
    assert score is not None
    assert (score.hits, score.misses, score.extras) == (1, 0, 0)
    assert sheet_of(made).score is None


def test_without_a_recording_there_are_no_pictures(tmp_path: Path) -> None:
    """Everything else is there."""
    sheet = sheet_of(replace(material(tmp_path, looks(CAR, until=159)), video=None))
    assert sheet.pictures == {}
    assert len(sheet.stories) == 1


def test_the_room_for_pictures_is_for_incidents_first(tmp_path: Path) -> None:
    """A page must be small enough to be sent."""
    early = stands("car", 0, 15, place=Box(0.7, 0.4, 0.8, 0.5))
    made = material(tmp_path, looks(together(early, stands("car", 60, 150)), until=159))
    sheet = sheet_of(replace(made, most_pictures=2))
    assert sheet.stories[0].near_miss
    assert {number for number, _ in sheet.pictures} == {1}
    assert len(sheet.pictures) == 2


def test_another_recording_is_refused(tmp_path: Path) -> None:
    """Its pictures cannot be those of the log."""
    made = material(tmp_path, looks(CAR, until=159))
    large = stored(tmp_path / "large.jsonl", looks(CAR, until=159), replace(HEADER, size=(1920, 1080)))
    with pytest.raises(BadInputError, match="pictures of 64x48, expected those of the log, 1920x1080"):
        sheet_of(replace(made, logs=(large,)))


def test_an_empty_log_is_a_report_too(tmp_path: Path) -> None:
    """Of nothing."""
    sheet = sheet_of(material(tmp_path, ()))
    assert (sheet.stories, sheet.begin, sheet.until) == ((), at(0), at(0))


def test_the_camera_is_the_one_of_the_log(tmp_path: Path) -> None:
    """Where there are several, one must be named; it must be one of the site's."""
    site_ = loaded(tmp_path)
    logs = tmp_path / "logs"
    first = stored(logs / "c1.detections.jsonl", looks(CAR, until=5))
    assert camera_logs(site_, logs, None) == ("c1", (first,))
    other = stored(logs / "c9.detections.jsonl", looks(CAR, until=5), replace(HEADER, camera="c9"))
    assert camera_logs(site_, logs, "c1") == ("c1", (first,))
    with pytest.raises(BadInputError, match="holds logs of c1, c9, expected --camera to name one of them"):
        camera_logs(site_, logs, None)
    with pytest.raises(BadInputError, match="holds logs of c1, c9"):
        camera_logs(site_, logs, "c5")
    with pytest.raises(BadInputError, match="is of camera 'c9', expected one of: c1"):
        camera_logs(site_, other, None)
