"""What can happen while a camera is in trouble: its thing leaves, the box restarts, another comes, the disk fills."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge_agent.adapters.store import SqliteStore
from edge_agent.app.agent.live_camera import LiveCamera
from edge_agent.core.incident.world import World
from edge_agent.ports import DiskFullError, Message
from tests.app.live.expected import Stands, story_of
from tests.app.live.simulation import SILENCE, Simulation
from tests.app.live.stream import CameraScript, Fault, What
from tests.app.live.test_fault_matrix import FIRST, HAIR, LAST, RULE, SITE, SWEEP
from tests.app.live.waiting import Agenda
from tests.app.one_camera import PowerCutError
from tests.site import site, zone
from tests.street import Things, at, second_of, span, stands

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Event
    from tests.app.live.feed_log import FeedLog

END = 720.0


def street(folder: Path, *faults: Fault, things: Things | None = None, **more: object) -> Simulation:
    """A camera before which a car stands from second 100 to 620."""
    script = CameraScript(faults)
    return Simulation(folder, things or stands("car", FIRST, LAST), SITE, script, **more)  # type: ignore[arg-type]


def as_the_ladder_says(feed: FeedLog, *blind: tuple[float, float]) -> None:
    """One incident, and each of its events in its second."""
    expected = story_of(Stands(FIRST, LAST, blind), RULE)
    assert [what for what, _ in feed.story] == [what for what, _ in expected]
    for (happened, second), (_, due) in zip(feed.story, expected, strict=True):
        assert -(SWEEP if happened == "resolved" else HAIR) <= second - due <= SWEEP, happened
    assert len(feed.incidents) == 1


@pytest.mark.parametrize("last", [270.0, 390.0])
def test_a_thing_that_leaves_unseen_has_left(tmp_path: Path, last: float) -> None:
    """Not while nobody can see it: when it has been seen missing for long enough, dated to when it was last seen."""
    seen = street(tmp_path, Fault(What.DARK, 240, last), things=stands("car", FIRST, 250))
    seen.starts(END)
    (_, began), (_, over) = seen.feed.health
    assert seen.feed.incident_entries[-1].second == pytest.approx(over + 45, abs=SWEEP)
    resolved = seen.feed.one("resolved")
    assert (resolved["reason"], resolved["stage"]) == ("left", 2)
    assert second_of(_instant(resolved["end"])) == pytest.approx(began)
    assert seen.replayed == (seen.feed, 0)


def test_a_thing_out_of_sight_for_too_long_has_an_unknown_end(tmp_path: Path) -> None:
    """At the instant at which the window closes, without waiting for a picture."""
    rule = replace(RULE, resume_window=span(120))
    seen = Simulation(
        tmp_path, stands("car", FIRST, LAST), site(zone(rule=rule)), CameraScript((Fault(What.LOST, 240, 600),))
    )
    seen.starts(400)
    ((_, began),) = seen.feed.health
    resolved = seen.feed.one("resolved")
    assert (resolved["reason"], resolved["stage"]) == ("unknown_end", 2)
    assert seen.feed.incident_entries[-1].second == pytest.approx(began + 120, abs=HAIR)
    assert seen.replayed == (seen.feed, 0)


@pytest.mark.parametrize("last", [270.0, 390.0])
@pytest.mark.parametrize("what", [what for what in What if what is not What.FAST])  # a pace is of one connection
def test_a_restart_in_the_middle_of_a_trouble(tmp_path: Path, what: What, last: float) -> None:
    """The trouble goes on where it was, and so does the ladder."""
    seen = street(tmp_path, Fault(what, 240, last))
    seen.starts(255)
    seen.starts(END)
    began, over = seen.feed.health[0][1], seen.feed.health[-1][1]
    assert {state for state, _ in seen.feed.health[1:-1]} <= {seen.feed.health[0][0], "no_connection"}
    assert seen.feed.health[-1][0] == "ok"
    as_the_ladder_says(seen.feed, (began, over))
    assert seen.replayed == (seen.feed, 1)


def test_a_power_cut_in_the_middle_of_a_trouble(tmp_path: Path) -> None:
    """The same, though nobody could tidy up and the view is forgotten."""

    def cut(_: LiveCamera) -> None:
        raise PowerCutError

    seen = street(tmp_path, Fault(What.DARK, 240, 390))
    with pytest.raises(PowerCutError):
        seen.starts(END, orders={251.5: cut})
    seen.agenda.sleep(20)
    seen.starts(END)
    assert [state for state, _ in seen.feed.health] == ["dark", "dark", "ok"]
    as_the_ladder_says(seen.feed, (seen.feed.health[0][1], seen.feed.health[-1][1]))
    assert seen.replayed == (seen.feed, 1)


def test_a_camera_turned_while_the_power_was_off_is_found_out(tmp_path: Path) -> None:
    """The view that was remembered is not what it shows."""
    seen = street(tmp_path, Fault(What.MOVED, 240, 390))
    seen.starts(238)
    seen.agenda.sleep(10)
    seen.starts(END)
    assert [state for state, _ in seen.feed.health] == ["moved", "ok"]
    as_the_ladder_says(seen.feed, (seen.feed.health[0][1], seen.feed.health[-1][1]))


def test_a_look_that_was_under_way_when_trouble_was_named_is_dropped(tmp_path: Path) -> None:
    """It says nothing any more, and above all not that the camera is well again."""
    seen = street(tmp_path, Fault(What.DARK, 240, 390), detector_s=lambda second: 9.0 if 237 < second < 240 else 0.05)
    seen.starts(END)
    assert [state for state, _ in seen.feed.health] == ["dark", "ok"]
    assert seen.metrics.counts["drops", "c1", "untrusted"] == 1
    as_the_ladder_says(seen.feed, (seen.feed.health[0][1], seen.feed.health[-1][1]))


def test_troubles_that_overlap_are_one_gap(tmp_path: Path) -> None:
    """The worst is named, then what is left of the others; the clock stands from the first to the last."""
    seen = street(tmp_path, Fault(What.DARK, 240, 330), Fault(What.LOST, 270, 300))
    seen.starts(END)
    assert [state for state, _ in seen.feed.health] == ["dark", "no_connection", "dark", "ok"]
    as_the_ladder_says(seen.feed, (seen.feed.health[0][1], seen.feed.health[-1][1]))
    assert seen.replayed == (seen.feed, 1)


def test_a_trouble_behind_another(tmp_path: Path) -> None:
    """Dark, then unplugged, and still dark for a moment when it is plugged in."""
    seen = street(tmp_path, Fault(What.DARK, 240, 310), Fault(What.LOST, 260, 380))
    seen.starts(END)
    assert [state for state, _ in seen.feed.health] == ["dark", "no_connection", "ok"]
    as_the_ladder_says(seen.feed, (seen.feed.health[0][1], seen.feed.health[-1][1]))


def test_a_camera_moved_for_good_is_watched_again_once_a_person_says_so(tmp_path: Path) -> None:
    """Until then nothing is counted; from then on what stands there has its own dwell."""
    seen = street(tmp_path, Fault(What.MOVED, 240, 10_000))
    seen.starts(END, orders={400: lambda camera: camera.follower.confirm()})
    (moved, _), (ok, over) = seen.feed.health
    assert (moved, ok) == ("moved", "ok")
    assert 400 <= over <= 400 + SWEEP
    assert not [event for event in seen.feed.story if 240 < event[1] < over]
    opened = [second for what, second in seen.feed.story if what == "opened"]
    assert opened[1:] == [pytest.approx(over + 60, abs=SWEEP)]


class CrowdedDisk(SqliteStore):
    """The real store on a disk that others fill for a while."""

    agenda: Agenda
    full: tuple[tuple[float, float], ...] = ((0, 0),)

    def commit(
        self, world: World, events: tuple[Event, ...], effects: tuple[Effect, ...], messages: tuple[Message, ...] = ()
    ) -> None:
        """Commit, if there is room."""
        if any(first <= self.agenda.second < last for first, last in self.full):
            raise DiskFullError("no room")
        super().commit(world, events, effects, messages)


def crowded(seen: Simulation, *full: tuple[float, float]) -> Simulation:
    """The same, on a disk that is full for these spans."""

    def opened(path: Path) -> SqliteStore:
        disk = CrowdedDisk(path)
        disk.agenda, disk.full = seen.agenda, full
        return disk

    seen.store_at = opened
    return seen


def test_a_disk_that_fills_during_a_trouble(tmp_path: Path) -> None:
    """The trouble is not forgotten, and nothing is said twice."""
    seen = crowded(street(tmp_path, Fault(What.DARK, 240, 270)), (241, 250))
    seen.starts(END)
    assert [state for state, _ in seen.feed.health] == ["dark", "ok"]
    as_the_ladder_says(seen.feed, (seen.feed.health[0][1], seen.feed.health[-1][1]))
    assert seen.speaker.heard == [(next(iter(seen.feed.incidents)), n) for n in (1, 2, 3)]
    assert seen.metrics.states["camera_state", "c1"] == "ok"
    assert seen.replayed == (seen.feed, 1)


def test_who_waits_long_for_room_is_not_silent(tmp_path: Path) -> None:
    """Nobody restarts an agent for that, though it waits up to a minute between two tries."""
    seen = crowded(street(tmp_path), (130, 300))
    seen.starts(500)
    assert max(b - a for a, b in pairwise(seen.room_asked)) > SILENCE.total_seconds()
    assert seen.silent == []
    assert [what for what, _ in seen.feed.story][:1] == ["opened"]


def test_every_time_the_disk_fills_it_is_said_and_begun_anew(tmp_path: Path) -> None:
    """Waiting is short again after the disk was well, and meanwhile health says what is the matter."""
    seen = crowded(street(tmp_path), (240, 262), (400, 422))
    states = list[str]()
    watch = {
        second: lambda _: states.append(seen.metrics.states.get(("camera_state", "c1"), ""))
        for second in (255.0, 350.0, 415.0, 500.0)
    }
    seen.starts(END, orders=watch)
    assert states == ["disk_full", "ok", "disk_full", "ok"]
    first, second = ([s for s in seen.room_asked if a <= s < a + 60] for a in (240, 400))
    assert [round(s - first[0]) for s in first] == [round(s - second[0]) for s in second]
    assert len(seen.feed.incidents) == 1
    assert [what for what, _ in seen.feed.story].count("escalated") == 1


def test_a_message_being_said_while_the_disk_fills_is_said_once(tmp_path: Path) -> None:
    """The queue has it already; that the store has no answer yet is no reason to ask again."""
    seen = crowded(street(tmp_path, speech_s=10.0), (229, 237))
    seen.starts(END)
    assert [n for _, n in seen.speaker.heard] == [1, 2, 3]
    assert [what for what, _ in seen.feed.story] == [
        "opened",
        "warned 1",
        "warned 2",
        "warned 3",
        "escalated",
        "resolved",
    ]


def _instant(value: object) -> datetime:
    return at(0).fromisoformat(str(value))
