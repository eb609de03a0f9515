"""A live camera in the studio: one picture at a time, and the log that its agent wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.app.replay.studio.camera_bench import Wanted
from edge_agent.core.errors import BadInputError, OutsideError
from edge_agent.web.exchange import NotFoundError
from tests.cameras.server import CameraServer
from tests.cli.streets import street
from tests.config.samples import SITE
from tests.street import START, looks, stands
from tests.web.asking import ONCE, opened

GONE: Final = "rtsp://127.0.0.1:9/sub"


def live(folder: Path, url: str) -> Path:
    """The site of a camera at ``url``."""
    return street(folder, site=SITE.replace("source: road.mp4", f"source: '{url}'"))


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[str]:
    """The address of a camera that shows the film of a street."""
    shown = tmp_path / "shown"
    street(shown)
    with CameraServer(shown) as server:
        yield server.url("road.mp4")


def test_a_picture_is_taken_when_asked_and_kept_until_then(tmp_path: Path, camera: str) -> None:
    """Scrubbing asks the camera for nothing."""
    with opened(live(tmp_path, camera)) as studio:
        view = studio.camera("c1")
        assert view.total_s is None
        taken = studio.picture("c1", None)
        assert taken[:2] == b"\xff\xd8"
        assert studio.picture("c1", 5.0) is taken
        assert studio.picture("c1", None) is not taken


def test_a_camera_that_is_not_there_is_told_without_its_login(tmp_path: Path) -> None:
    """Its zones can be edited all the same."""
    with opened(live(tmp_path, GONE)) as studio:
        (card,) = studio.site().cameras
        assert card.source == "stream"
        with pytest.raises(OutsideError, match=r"127\.0\.0\.1:9"):
            studio.picture("c1", None)
        assert studio.camera("c1").zones.data


def test_the_log_of_a_live_camera_is_folded(tmp_path: Path) -> None:
    """Without one there is nothing to fold, and nothing can be detected."""
    site = live(tmp_path, GONE)
    log = tmp_path / "yesterday.detections.jsonl"
    with LogWriter(log, LogHeader(camera="c1", size=(64, 64), model="0" * 64, started=START)) as writer:
        for event in looks(stands("car", 0, 30), until=90):
            writer.append(event)
    with opened(site) as studio:
        zones = studio.camera("c1").zones.data
        assert studio.fold("c1", zones, ONCE).looks == 0
        with pytest.raises(NotFoundError):
            studio.detect("c1", on=True)
    with opened(site, Wanted(log=log)) as studio:
        assert studio.fold("c1", zones, ONCE).told
        assert studio.seen("c1").given


def test_a_recording_of_a_live_camera_is_looked_at_as_it_would(tmp_path: Path) -> None:
    """A file from elsewhere, with the zones of the camera; which camera must be told where there are several."""
    site = live(tmp_path, GONE)
    with opened(site, Wanted(video=tmp_path / "road.mp4")) as studio:
        assert studio.site().cameras[0].source == "recording"
        assert studio.camera("c1").total_s == 8.0
    two = site.read_text(encoding="utf-8") + f"  c2: {{source: '{GONE}', zones: zones/c2.yaml}}\n"
    site.write_text(two, encoding="utf-8")
    with pytest.raises(BadInputError, match="expected --camera"), opened(site, Wanted(video=tmp_path / "road.mp4")):
        pass
    with opened(site, Wanted(video=tmp_path / "road.mp4", camera="c2")) as studio:
        assert [card.id for card in studio.site().cameras] == ["c2", "c1"]
