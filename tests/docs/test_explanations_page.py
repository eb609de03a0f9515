"""``docs/explanations.md`` shows what is really said, and explains every remark."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from edge_agent.app.replay.replay import Assumed, accounted
from edge_agent.core.effects import Remark
from edge_agent.core.explain.explanations import NOTES
from edge_agent.core.explain.stories import gathered_stories
from edge_agent.core.site.site import Site
from tests.architecture import ROOT
from tests.cli.streets import done
from tests.docs.pages import fences, text
from tests.docs.sample import SAMPLE, seen

PAGE: Final = text("docs/explanations.md")


def lines(site: Site) -> list[str]:
    """What is said of the sample, without the headings."""
    (camera,) = SAMPLE.cameras
    return [
        f"  {moment.at.astimezone(SAMPLE.timezone):%Y-%m-%d %H:%M:%S}  {moment.text['en']}"
        for story in gathered_stories(accounted(seen(), camera, site, Assumed()))
        for moment in story.moments
    ]


def test_the_example_is_what_the_sample_tells() -> None:
    """Of a van that stands where the real one does."""
    assert fences(PAGE, "")[0].splitlines()[1:] == lines(SAMPLE.site)


def test_the_near_miss_is_what_the_sample_tells() -> None:
    """With a dwell of 18 minutes."""
    (zone,) = SAMPLE.site.zones
    patient = replace(zone.rules["illegal_parking"], dwell=timedelta(minutes=18))
    site = replace(SAMPLE.site, zones=(replace(zone, rules={"illegal_parking": patient}),))
    assert fences(PAGE, "")[1].splitlines()[1:] == lines(site)


SHARES: Final = {Remark.SELDOM_SEEN: 4}  # an example in per cent for each that has one


@pytest.mark.parametrize("remark", [remark for remark in Remark if remark is not Remark.NOT_PLAYED])
def test_every_near_miss_is_explained(remark: Remark) -> None:
    """In the words in which it is told."""
    note = NOTES[remark]["en"].removeprefix("did not warn: ").format(share=SHARES.get(remark, 41), shown="")
    table = "\n".join(re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE))
    assert note in table


def test_the_example_of_a_report_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page says to type makes a report, and it counts nothing as false that is none."""
    commands = [shlex.split(line) for line in fences(PAGE, "sh")[-1].replace("\\\n", " ").splitlines()]
    for name in ("sample_videos", "site.yaml", "zones", "models", "calibration"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    for program, *words in commands:
        assert program == "edge-agent"
        done(*words)
    (figures,) = [json.loads(done("score", "sample_videos/campus_road.truth.yaml", "--log", words[2], "--json"))]
    assert (figures["all"]["false"], figures["all"]["misses"]) == (0, 0)
    assert "report.html" in {path.name for path in tmp_path.iterdir()}
