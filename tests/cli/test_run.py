"""`edge-agent run`: it goes on where it was, keeps what it may, and says what waits."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from edge_agent.adapters.broker import EmbeddedBroker
from edge_agent.adapters.detection_log import read_events
from edge_agent.core.events import FrameSeen
from tests.cli.streets import IMPATIENT, cut_short, done, refused, stored, street
from tests.config.samples import SITE, ZONES
from tests.feed.waiting import wait_for
from tests.ports import free_port


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """Two starts are one run: the same world, the same looks, nothing told twice."""
    for part, lengths in (("once", ("20s",)), ("twice", ("10s", "20s"))):
        site = street(tmp_path / part)
        for length in lengths:
            assert "The embedded broker listens on 127.0.0.1:" in done("run", site, "--loop", length)
    assert stored(tmp_path / "twice") == stored(tmp_path / "once")


def test_state_and_logs_may_lie_elsewhere(tmp_path: Path) -> None:
    """Where the options say."""
    site = street(tmp_path / "site")
    done("run", site, "--loop", "12s", "--state", tmp_path / "site" / "other" / "state", "--log", tmp_path / "logs")
    assert stored(tmp_path / "site" / "other").backlog.taken == 2
    seen = [event for event in read_events(tmp_path / "logs" / "c1.detections.jsonl") if isinstance(event, FrameSeen)]
    assert len(seen) == 12


def test_one_camera_that_fails_does_not_stop_the_other(tmp_path: Path) -> None:
    """The other runs to its end; then the sentence of the first comes out."""
    cameras = SITE + "  c2: {source: cut.mp4, zones: zones/c2.yaml}\n"
    site = street(tmp_path, site=cameras)
    (tmp_path / "zones" / "c2.yaml").write_text(IMPATIENT.replace("c1", "c2").replace("kerb", "verge"))
    cut = cut_short(tmp_path / "road.mp4")
    assert refused("run", site, "--loop", "30s").startswith(f"{cut}: can be read up to ")
    looks = stored(tmp_path).progress
    assert looks.looked is not None
    assert looks.events >= 30


def test_a_broker_that_is_away_is_no_reason_not_to_start(tmp_path: Path) -> None:
    """It is said at the start; what there is to tell waits in the outbox for the broker to come."""
    port = free_port()
    once = ZONES.replace("{illegal_parking: {}}", "{illegal_parking: {dwell: 5s, interval: 8h}}")  # warned of once
    site = street(tmp_path, site=SITE + f"broker: {{host: 127.0.0.1, port: {port}}}\n", zones=once)
    command = [sys.executable, "-m", "edge_agent", "run", str(site), "--loop", "10h"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("starting without the broker" in line for line in process.stderr)
        with EmbeddedBroker(port=port):
            wait_for(lambda: evidence(tmp_path))
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
    assert stored(tmp_path).backlog.messages == 0
    assert stored(tmp_path).backlog.taken == 2


def evidence(folder: Path) -> bool:
    """Whether a warning's pictures are there, and so the warning was told."""
    return any((folder / "state" / "evidence").glob("*/*warned-1.json"))
