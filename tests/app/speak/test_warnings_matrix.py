"""The matrix of warnings: how speakers work and fail, and what exactly the ladder makes of it.

A car stands from second 100 to 620 before a live camera. The camera's own loop, the announcer, its queues and their
limits run as they do on the street; only the outlets are simulated, and time.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from edge_agent.app.speak.announcer import SpeakerAnnouncer, quietness
from edge_agent.app.speak.speaker_queue import SpeakerParts
from edge_agent.app.speak.speaker_state import SpeakerHealth, SpokenLog
from edge_agent.core.events import Result
from edge_agent.core.site.zones import Stations
from edge_agent.core.speak.limits import SpeakerLimits
from edge_agent.ports import Sound
from tests.app.live.simulation import Simulation
from tests.app.speak.outlets import SimulatedOutlet
from tests.app.speak.paced import OwnClock, PacedQueue
from tests.app.speak.warning_rows import GATE, ROWS, Row
from tests.site import site, zone
from tests.street import stands

FIRST, LAST, END = 100.0, 620.0, 720.0
LOOK: Final = 0.25  # seconds: a look is made with the first picture after its time
SOUND: Final = {"en": Sound(rate=8000, samples=b"\0\x10" * 8)}


class Street:
    """A row, lived through."""

    def __init__(self, row: Row, folder: Path) -> None:
        drawn = replace(zone(rule=row.rule), speakers=tuple(row.speakers))
        self.site = site(drawn)
        self.simulation = Simulation(folder, stands("car", FIRST, LAST), self.site)
        agenda = self.simulation.agenda
        self.health: list[tuple[str, str]] = []
        quiet = quietness(lambda: self.site)
        voice = SpeakerParts(
            clock=agenda,
            sounds=lambda _: SOUND,
            health=SpeakerHealth(self.simulation.metrics, lambda state, why: self.health.append((state, why))),
            quiet=quiet,
            spoken_log=SpokenLog(folder / "speakers"),
        )
        self.outlets: dict[str, SimulatedOutlet] = {}
        queues: dict[str, PacedQueue] = {}
        for name, each in row.speakers.items():
            clock = OwnClock(agenda)
            self.outlets[name] = SimulatedOutlet(clock, each.answers, each.seconds)
            queues[name] = PacedQueue(
                name, self.outlets[name], each.limits, replace(voice, clock=clock), lamp=each.lamp
            )
            queues[name].clock = clock
        self.simulation.announcer = SpeakerAnnouncer(
            queues=queues,
            stations=Stations(tuple(row.speakers), frozenset(n for n, each in row.speakers.items() if each.lamp)),
            site=lambda: self.site,
            quiet=quiet,
        )
        self.simulation.starts(END)

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """Every attempt at a warning, as the centre was told in the end."""
        records: list[dict[str, Any]] = self.simulation.feed.incident_entries[-1].data["warnings"]  # type: ignore[assignment]
        return records

    def counted(self, name: str, result: str) -> float:
        """How often a speaker is said to have answered so."""
        return self.simulation.metrics.counts.get(("warnings", name, result), 0)


@pytest.mark.parametrize("name", ROWS)
def test_the_ladder_makes_of_it_what_it_must(tmp_path: Path, name: str) -> None:
    """The whole story to the look, who said what, why not, and the same again from the log."""
    row, street = ROWS[name], Street(ROWS[name], tmp_path)
    feed = street.simulation.feed
    assert [what for what, _ in feed.story] == [what for what, _ in row.story]
    for (what, second), (_, due) in zip(feed.story, row.story, strict=True):
        assert 0 <= second - due <= LOOK, (what, feed.story)
    assert [(each["n"], each["result"], each.get("speaker")) for each in street.warnings] == row.attempts
    assert {name: len(outlet.begun) for name, outlet in street.outlets.items()} == row.begun
    reasons = [each["reason"] for each in street.warnings if each["result"] != Result.PLAYED]
    assert not row.why or reasons[0] == row.why
    again, orders = street.simulation.replayed
    assert again == feed
    assert again.incident_entries[-1].data["warnings"] == street.warnings
    assert orders == sum(what == "escalated" for what, _ in row.story)
    check_counts(row, street)


def check_counts(row: Row, street: Street) -> None:
    """What each speaker did is counted. Health names those that do not play until they do; limits are no fault."""
    for speaker, outlet in street.outlets.items():
        answered = sum(street.counted(speaker, result) for result in Result)
        assert answered == len(outlet.begun)
        assert street.counted(speaker, Result.PLAYED) == outlet_played(outlet)
    bad = {name for name, outlet in street.outlets.items() if outlet_played(outlet) < len(outlet.begun)}
    named = {speaker for speaker in bad if any(speaker in why for _, why in street.health)}
    assert named == bad
    well = bool(street.health) and street.health[-1][0] == "ok"
    still = {name for name in bad if row.speakers[name].answers[-1].result is not Result.PLAYED}
    assert well is (bool(bad) and not still)


def outlet_played(outlet: SimulatedOutlet) -> int:
    """How often an outlet said that it had played."""
    answers = [outlet.answers[min(n, len(outlet.answers) - 1)] for n in range(len(outlet.begun))]
    return sum(answer.result is Result.PLAYED for answer in answers)


def test_a_softer_warning_is_softer(tmp_path: Path) -> None:
    """Every one of them at the quiet volume; on any other day at the usual one."""
    soft = Street(ROWS["quiet: softer"], tmp_path / "soft").outlets[GATE]
    loud = Street(ROWS["works"], tmp_path / "loud").outlets[GATE]
    assert {announcement.volume for _, announcement in soft.heard} == {SpeakerLimits().quiet_volume}
    assert {announcement.volume for _, announcement in loud.heard} == {SpeakerLimits().volume}


def test_an_order_of_quiet_hours_says_so(tmp_path: Path) -> None:
    """The centre reads why nobody was asked."""
    escalated = Street(ROWS["quiet: order"], tmp_path).simulation.feed.one("escalated")
    assert (escalated["reason"], escalated["delivered"]) == ("quiet_hours", 0)
