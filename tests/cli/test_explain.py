"""``edge-agent explain``: the timeline in words for a person, as data for a program."""

from __future__ import annotations

from pathlib import Path

from edge_agent.adapters.detection_log import LogHeader, LogWriter
from tests.cli.streets import done, events_in_output, refused, street
from tests.street import at, looks, stands

EVENTS = looks(stands("car", 0, 25), until=80) + looks(stands("car", 120, 132), until=200, first=81)


def logged(folder: Path) -> tuple[str, Path, str, Path]:
    """The options that name a log of an incident and a near miss, and its site."""
    log = folder / "c1.detections.jsonl"
    header = LogHeader(camera="c1", size=(64, 64), model="abc", started=at(0))
    with LogWriter(log, header) as file:
        for event in EVENTS:
            file.append(event)
    return "--log", log, "--site", street(folder, zones=SQUARE)


SQUARE = """\
version: 1
camera: c1
zones:
  - id: kerb
    name: {zh-CN: 路边, en: the kerb}
    polygon: [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]]
    kinds: {illegal_parking: {dwell: 20s}}
"""


def test_a_person_reads_a_heading_and_a_line_a_moment(tmp_path: Path) -> None:
    """In local time; how many near misses there are besides is said."""
    first, *moments, near, source = done("explain", *logged(tmp_path)).splitlines()
    assert first.startswith("inc-")
    assert first.endswith("  illegal_parking, c1/kerb")
    assert moments == [
        "  2026-11-01 16:00:20  opened: stood for 20 s",
        "  2026-11-01 16:00:20  warning 1 played at 20 s",
        "  2026-11-01 16:01:10  over: seen to have left after 1 warning, at 25 s",
    ]
    assert near == "Near misses besides: 1, which --near-misses shows."
    assert source == "As the site's rules are now, from c1.detections.jsonl."


def test_a_near_miss_says_why_in_the_language_asked_for(tmp_path: Path) -> None:
    """Behind the incidents, by its first moment."""
    shown = done("explain", *logged(tmp_path), "--near-misses", "--language", "zh-CN").splitlines()
    assert shown[4].endswith("illegal_parking, c1/kerb（未成事件）")
    assert shown[5].endswith("未劝导：驻留时长未到即离开，驻留12秒，应满20秒")
    assert shown[6] == "依据c1.detections.jsonl，按点位现行规则重新推演。"
    assert len(shown) == 7


def test_a_program_reads_one_line_a_story(tmp_path: Path) -> None:
    """Both languages in each, and the figures that the words are made of."""
    incident, near = events_in_output(done("explain", *logged(tmp_path), "--near-misses", "--json"))
    assert [moment["what"] for moment in incident["moments"]] == ["opened", "warned", "resolved"]
    (moment,) = near["moments"]
    assert (moment["what"], moment["dwell_s"], moment["needed_s"]) == ("left_early", 12.0, 20.0)
    assert set(moment["text"]) == {"zh-CN", "en"}
    assert (incident["near_miss"], near["near_miss"]) == (False, True)


def test_one_incident_is_asked_for_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    """Nothing else is said; an unknown one is refused with those that there are."""
    words = logged(tmp_path)
    (first, *_) = done("explain", *words).splitlines()
    name = first.split()[0]
    assert done("explain", name[:8], *words).splitlines()[0] == first
    assert refused("explain", "inc-zz", *words) == f"explain: no incident begins with 'inc-zz', expected one of: {name}"


def test_an_empty_log_has_no_incidents(tmp_path: Path) -> None:
    """Which is said."""
    _, log, _, site = logged(tmp_path)
    log.write_text(log.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert done("explain", "--log", log, "--site", site).startswith("No incidents.\n")


def test_without_a_log_the_store_is_asked(tmp_path: Path) -> None:
    """As the agent decided then; where none has run yet, that is said."""
    site = street(tmp_path)
    assert refused("explain", "--site", site).endswith("expected that edge-agent run has been started once, or --log")
    done("run", site, "--loop", "20s")
    shown = done("explain", "--site", site).splitlines()
    assert [line.split("  ")[-1] for line in shown[1:]] == [
        "opened: stood for 5 s",
        "warning 1 played at 5 s, by files",
        "As the agent decided then, from its store.",
    ]
    assert done("explain", "--site", site, "--state", tmp_path / "state", "--camera", "c9").startswith("No incidents.")
