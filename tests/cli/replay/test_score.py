"""`edge-agent score`: a log and its truth, for a person and for a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from edge_agent.config.truth_file import write_truth
from edge_agent.core.events import Event
from edge_agent.core.geometry import Box
from edge_agent.core.score.truth import TrueIncident, Truth
from tests.cli.streets import done, refused
from tests.config.samples import SITE, write_site
from tests.site import GARBAGE, PARKING
from tests.street import KERB, START, looks, nothing, span, stands, together

FAR: Final = Box(0.7, 0.4, 0.8, 0.5)


def log_of(folder: Path, events: tuple[Event, ...], name: str = "road") -> Path:
    """A detection log of camera c1."""
    path = folder / f"{name}.detections.jsonl"
    with LogWriter(path, LogHeader(camera="c1", size=(640, 480), model="m", started=START)) as log:
        for event in events:
            log.append(event)
    return path


def truth_of(folder: Path, *incidents: TrueIncident, name: str = "road") -> Path:
    """The truth beside it."""
    path = folder / f"{name}.truth.yaml"
    write_truth(path, Truth(clip=f"{name}.mp4", incidents=incidents))
    return path


def stand(since: float, until: float, *, box: Box = KERB, kind: str = PARKING) -> TrueIncident:
    """A thing that stood at the kerb."""
    return TrueIncident(kind=kind, zone="kerb", since=span(since), until=span(until), box=box)


@pytest.fixture
def road(tmp_path: Path) -> Path:
    """A car from 0 to 300, another from 400 to 1500 that nobody wrote down, one at 600 that nobody detected."""
    write_site(tmp_path, site=SITE)
    street = together(stands("car", 0, 300), stands("car", 400, 1500, place=FAR))
    log_of(tmp_path, looks(street, until=1600))
    truth_of(tmp_path, stand(0, 300), stand(600, 900, box=Box(0.2, 0.4, 0.3, 0.5)))
    return tmp_path


def scored(folder: Path, *words: str | Path) -> dict[str, Any]:
    """The figures of a command."""
    figures: dict[str, Any] = json.loads(done("score", *words, "--site", folder / "site.yaml", "--json"))
    return figures


def test_the_figures_are_told_to_a_program(road: Path) -> None:
    """One hit, one miss, one false incident with a false order; the hit was warned on time."""
    figures = scored(road, road / "road.truth.yaml")
    whole = figures["all"]
    assert (whole["hits"], whole["misses"], whole["false"], whole["false_orders"]) == (1, 1, 1, 1)
    assert (whole["precision"]["value"], whole["recall"]["value"], whole["f1"]["value"]) == (0.5, 0.5, 0.5)
    assert whole["first_warning_error_s"] == {"median": 0.0, "p95": 0.0, "count": 1}
    assert whole["dwell_error_s"] == {"median": 0.0, "p95": 0.0, "count": 1}
    assert whole["false_orders_a_day"]["value"] == pytest.approx(86400 / 1600, abs=1e-4)
    (matter,) = figures["by_kind_and_zone"]
    assert matter == {"kind": PARKING, "zone": "kerb"} | whole
    assert [(fault["fault"], fault["clip"]) for fault in figures["faults"]] == [
        ("false", "road.mp4"),
        ("missed", "road.mp4"),
    ]
    assert len(figures["doubts"]) == 2


def test_what_replay_told_scores_as_its_log(road: Path) -> None:
    """`--results` takes what `replay --json` printed, or anybody's."""
    results = road / "road.results.jsonl"
    log = road / "road.detections.jsonl"
    results.write_text(done("replay", "--log", log, "--site", road / "site.yaml", "--json"))
    words = ("--results", results, "--start", "2026-11-01T08:00:00", "--length", "1600s")
    assert scored(road, road, *words) == scored(road, road)


def test_results_without_a_length_have_no_rate(road: Path) -> None:
    """Nobody knows how long was looked, so it is not made up; the beginning is what a replay would take."""
    site = road / "site.yaml"
    site.write_text(SITE.replace("zones/c1.yaml}", "zones/c1.yaml, started: 2026-11-01T16:00}"))
    results = road / "road.results.jsonl"
    results.write_text(done("replay", "--log", road / "road.detections.jsonl", "--site", site, "--json"))
    whole = scored(road, road, "--results", results)["all"]
    assert (whole["hits"], whole["camera_days"], whole["false_orders_a_day"]) == (1, None, None)
    assert "1 in all" in done("score", road, "--results", results, "--site", site)


def test_a_person_sees_a_table_and_what_went_wrong(road: Path) -> None:
    """A column a kind and zone, each fault with its place in the recording, each doubt in both languages."""
    shown = done("score", road, "--site", road / "site.yaml")
    assert "0.50 (0.09–0.91)" in shown
    assert "missed  road.mp4  illegal_parking kerb  stood 0:10:00 to 0:15:00, due 0:11:00" in shown
    assert "false   road.mp4  illegal_parking kerb  opened 0:07:40, work order 0:22:40" in shown
    assert "Only 2 true incidents: recall may really be anything from 0.09 to 0.91 (95 %). | 真值事件仅2起" in shown


def test_many_faults_are_counted(road: Path) -> None:
    """A terminal shows so many of them as somebody will look up."""
    truth_of(road, *(stand(n, n + 300, box=Box(0.1, 0.1, 0.2, 0.2)) for n in range(45)))
    shown = done("score", road, "--site", road / "site.yaml").splitlines()
    assert sum(line.startswith(("missed", "false   road")) for line in shown) == 40
    assert "and 7 faults more: --json tells all of them" in shown


def test_recordings_are_added_up(road: Path) -> None:
    """A second one on which nothing was wrong adds its time, and nothing else."""
    log_of(road, looks(nothing, until=1600), name="quiet")
    truth_of(road, name="quiet")
    figures = scored(road, road)
    assert figures["recordings"] == ["quiet.mp4", "road.mp4"]
    assert figures["all"]["hits"] == 1
    assert figures["all"]["camera_days"] == pytest.approx(3200 / 86400, abs=1e-4)
    assert figures == scored(road, road, "--workers", "1")


def test_a_kind_that_is_not_watched_for_counts_neither_way(road: Path) -> None:
    """And is told, so that nobody thinks that it was found."""
    truth_of(road, stand(0, 300), stand(0, 1500, kind=GARBAGE))
    assert scored(road, road)["unwatched"] == 1
    assert "1 true incidents are of kinds that their zone is not watched for" in done(
        "score", road, "--site", road / "site.yaml"
    )


def test_a_speaker_that_fails_leaves_hits_unwarned(road: Path) -> None:
    """What was found is still found."""
    whole = scored(road, road, "--speaker", "fails")["all"]
    assert (whole["hits"], whole["unwarned"], whole["first_warning_error_s"]) == (1, 1, None)


def test_what_cannot_be_scored_is_refused(road: Path) -> None:
    """Both at once; a truth of another site."""
    site = road / "site.yaml"
    assert refused("score", road, "--log", road, "--results", road, "--site", site) == (
        "score: expected --log or --results, not both"
    )
    (road / "zones" / "c1.yaml").write_text((road / "zones" / "c1.yaml").read_text().replace("id: kerb", "id: edge"))
    assert "a zone the site does not have" in refused("score", truth_of(road, stand(0, 300)), "--site", site)
