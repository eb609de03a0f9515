"""What a person does in a second terminal, beside a running agent: without its secrets, on the logs that it writes."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from edge_agent.adapters.detection_log import LogHeader
from edge_agent.app.replay.studio.camera_bench import Wanted, benches
from edge_agent.app.replay.studio.site import StudioSite
from edge_agent.app.stream.log_book import HourlyLog
from edge_agent.config.site.loading import load_site
from edge_agent.config.yaml.source import BadConfigError
from edge_agent.core.errors import BadInputError
from edge_agent.core.events import FrameSeen
from tests.cli.streets import IMPATIENT, done, refused, street
from tests.clocks import SimulatedClock
from tests.config.samples import SITE
from tests.street import START, stands

if TYPE_CHECKING:
    from edge_agent.core.events import Event

SECRETS: Final = "  c2: {source: {env: CAMERA_2}, zones: zones/c2.yaml, main: {file: camera-2}}\n"
SPEAKERS: Final = """\
speakers:
  hall: {driver: webhook, url: {env: HALL}, body: "{text}"}
  files: {driver: files, folder: warnings/}
"""
TRUTH: Final = """\
version: 1
clip: day
incidents: []
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two cameras, a stream's address and a speaker's in secrets that this terminal has not."""
    made = street(tmp_path, site=SITE.replace("speakers", "# speakers") + SECRETS + SPEAKERS)
    (tmp_path / "zones" / "c2.yaml").write_text(IMPATIENT.replace("c1", "c2").replace("kerb", "verge"))
    return made


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """What an agent has written of the second camera in two hours, started anew in the first: three files."""
    things, folder = stands("car", 100, 5000), tmp_path / "logs"
    header = LogHeader(camera="c2", size=(64, 64), model="0" * 64, started=START)
    events: list[Event] = [
        FrameSeen(at=START + timedelta(seconds=second), detections=things(second)) for second in range(0, 5400, 5)
    ]
    for first, last in ((0, 300), (300, len(events))):
        book = HourlyLog(folder, header, count=first)
        for event in events[first:last]:
            book.append(event)
        book.close()
    return folder


def test_the_secrets_are_needed_to_watch(site: Path) -> None:
    """So `check` and `run` refuse, and name each."""
    with pytest.raises(BadConfigError, match="CAMERA_2") as refusal:
        load_site(site, environ={})
    assert {problem.found for problem in refusal.value.problems} == {
        "no environment variable CAMERA_2",
        f"a secret file {site.parent / 'camera-2'} that cannot be read",
        "no environment variable HALL",
    }


def test_whoever_uses_a_secret_that_is_not_there_misses_it(site: Path) -> None:
    """By its name; what is written wrongly is a problem all the same."""
    loaded = load_site(site, environ={}, secrets_needed=False)
    with pytest.raises(BadInputError, match="found no environment variable CAMERA_2, expected it to be set"):
        loaded.cameras["c2"].source.url.reveal()  # type: ignore[union-attr]
    site.write_text(site.read_text().replace("{env: HALL}", "ftp://hall"))
    with pytest.raises(BadConfigError, match="starts with http"):
        load_site(site, environ={}, secrets_needed=False)


def test_an_agents_folder_is_replayed(site: Path, logs: Path) -> None:
    """All files of it as one log; the camera is that of the log, though the site has several."""
    assert sorted(path.name for path in logs.iterdir()) == [
        "c2.20261101T08Z.000000000000.detections.jsonl",
        "c2.20261101T08Z.000000000300.detections.jsonl",
        "c2.20261101T09Z.000000000720.detections.jsonl",
    ]
    output = done("replay", "--log", logs, "--site", site)
    assert len(re.findall(r"\d  opened  ", output)) == 1
    assert done("explain", "--log", logs, "--site", site).count("illegal_parking, c2/verge") == 1
    whole = site.parent / "whole.detections.jsonl"
    lines = [line for path in sorted(logs.iterdir()) for line in path.read_text().splitlines()]
    header, events = lines[0], [line for line in lines if '"header"' not in line]
    whole.write_text("\n".join([header, *events]) + "\n")
    assert done("replay", "--log", whole, "--site", site, "--json") == done(
        "replay", "--log", logs, "--site", site, "--json"
    )


def test_a_camera_that_is_not_in_the_log_is_named(site: Path, logs: Path) -> None:
    """And the ones that are."""
    assert "holds logs of c2" in refused("replay", "--log", logs, "--site", site, "--camera", "c1")
    assert refused("replay", site.parent / "road.mp4", "--site", site) == (
        "--camera: the site has several, expected one of: c1, c2"
    )


def test_an_agents_folder_is_scored(site: Path, logs: Path) -> None:
    """One truth for all of it."""
    truth = site.parent / "day.truth.yaml"
    truth.write_text(TRUTH)
    assert '"false": 1' in done("score", truth, "--log", logs, "--site", site, "--json").replace("'", '"')


def test_an_agents_folder_is_drawn_on(site: Path, logs: Path) -> None:
    """The studio begins with the camera of the log and has seen all files of it."""
    made = benches(StudioSite(site), Wanted(log=logs), SimulatedClock())
    first, bench = next(iter(made.items()))
    assert first == "c2"
    assert len(bench.seen.events()) == 5400 / 5
    assert bench.seen.started == START


def test_statistics_and_words_need_no_camera(site: Path) -> None:
    """A state that is empty yet, and a warning that is only shown."""
    assert "expected that edge-agent run has been started once" in refused("stats", site)
    assert "would be played on: files" in done("say", site, "--zone", "verge", "--speaker", "files", "--dry-run")
