"""The annotated video of a log shows its looks and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.adapters.video.video_file import VideoFile
from edge_agent.app.replay.annotated_video import annotate
from edge_agent.app.replay.report import Material
from edge_agent.config.site.loading import LoadedSite, load_site
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import Event
from tests.adapters.video.test_video_file import SIZE, film
from tests.app.live.judged_street import film_judged, judged
from tests.config.samples import write_site
from tests.site import SHORT, site, zone
from tests.street import at, looks, looks_at, lost, second_of, span, stands

HEADER = LogHeader(camera="c1", size=SIZE, model="abc", started=at(0))
CAR = stands("car", 0, 100)


def loaded(folder: Path) -> LoadedSite:
    """A site whose camera is looked at twice a second."""
    loaded_site = load_site(write_site(folder))
    camera = replace(loaded_site.cameras["c1"], looks_per_second=2)
    return replace(loaded_site, site=site(zone(rule=SHORT)), cameras={"c1": camera})


def material(folder: Path, events: tuple[Event, ...], header: LogHeader = HEADER) -> Material:
    """A recording of eight seconds, and a log of it."""
    log = folder / "c1.jsonl"
    with LogWriter(log, header) as file:
        for event in events:
            file.append(event)
    return Material(
        loaded=loaded(folder), camera="c1", logs=(log,), video=film(folder / "road.mp4", range(0, 8000, 100))
    )


def times(path: Path) -> list[float]:
    """When each picture of a video is shown, in seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        return [float((picture.pts or 0) * stream.time_base) for picture in container.decode(stream)]


def test_each_look_is_shown_once_round_and_round(tmp_path: Path) -> None:
    """A recording that was looped is shown as often as it was looked at."""
    made = material(tmp_path, ())
    looped = VideoFile(tmp_path / "road.mp4", started=at(0), looks_per_second=2, loops=span(20))
    seconds = tuple(second_of(frame.at) for frame in looped.frames())
    assert len(seconds) == 40
    out = tmp_path / "out.mp4"
    (made.logs[0]).unlink()
    assert annotate(material(tmp_path, looks_at(CAR, seconds)), out) == 40
    assert times(out) == pytest.approx(seconds, abs=0.002)


def test_what_has_no_partner_is_passed_over(tmp_path: Path) -> None:
    """Pictures of a time when nothing was looked at, and looks between two pictures."""
    events = lost(looks(CAR, until=7, per_second=2), 2, 4)
    out = tmp_path / "out.mp4"
    assert annotate(material(tmp_path, events), out) == 5 + 7
    odd = looks_at(CAR, (0, 0.5, 0.7, 1.0))
    assert annotate(material(tmp_path / "odd", odd), out) == 3


def test_another_recording_is_refused(tmp_path: Path) -> None:
    """Where no look is dated as a picture, or where there is no recording."""
    (tmp_path / "a").mkdir()
    late = material(tmp_path / "a", looks(CAR, until=7), replace(HEADER, started=at(0) - timedelta(seconds=0.3)))
    out = tmp_path / "out.mp4"
    with pytest.raises(BadInputError, match="at 2 looks a second none is dated as one of the log's"):
        annotate(late, out)
    with pytest.raises(BadInputError, match="needs its recording, expected --video"):
        annotate(replace(late, video=None), out)
    assert not out.exists()


def test_nobody_can_be_known_by_an_annotated_video(tmp_path: Path) -> None:
    """No face and no plate, unless it is asked for that people are visible."""
    log = tmp_path / "c1.jsonl"
    with LogWriter(log, replace(HEADER, size=(1280, 720))) as file:
        for event in looks(stands("car", 0, 2), until=2, per_second=2):
            file.append(event)
    video = film_judged(tmp_path / "judged.mp4", (1280, 720), seconds=2)
    made = Material(loaded=loaded(tmp_path), camera="c1", logs=(log,), video=video)
    seen = []
    for visible in (False, True):
        annotate(replace(made, people_visible=visible), tmp_path / f"{visible}.mp4")
        with av.open(str(tmp_path / f"{visible}.mp4")) as container:
            first = next(container.decode(video=0)).to_ndarray(format="bgr24").astype(np.uint8)
        seen.append(judged(first))
    assert (seen[0].faces, seen[0].plates) == (0, frozenset())
    assert seen[1].faces >= 2
    assert len(seen[1].plates) >= 2
