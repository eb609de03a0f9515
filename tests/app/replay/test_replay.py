"""Law 9: live equals replay. What the camera logged, folded anew, is what it told when it was live."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge_agent.adapters.detection_log import read_events
from edge_agent.app.feed.reports import CameraModel, incident_report
from edge_agent.app.replay.replay import Assumed, Speaking, assumed_of, model_of, replay
from edge_agent.config.wire.plain import plain
from edge_agent.core.effects import PublishIncident, SaveSnapshot, Speak
from edge_agent.core.events import LookedAgain
from tests.app.one_camera import Bench, Mains, PowerCutError
from tests.feed.stripped import without_pictures
from tests.site import SHORT, site, zone
from tests.street import KERB, Things, drives, looks, missed, nothing, second_of, span, stands, together

LEFT = KERB.moved(-0.3, 0)
STREETS: dict[str, Things] = {
    "an empty street": nothing,
    "a car that stays": stands("car", 0, 200),
    "a car that leaves when asked": stands("car", 0, 60),
    "two cars": together(stands("car", 0, 120), stands("car", 40, 200, place=LEFT)),
    "a car missed now and then": missed(stands("car", 0, 200), lambda second: second % 35 == 5),
    "a car that comes after one that went": together(
        stands("car", 0, 80), drives("car", 120, 122, start=LEFT, speed=0.1)
    ),
}


def live(bench: Bench) -> list[dict[str, Any]]:
    """What the live run told of incidents, in order; without the pictures, which a log does not have."""
    events = [json.loads(message.payload)["data"] for message in bench.messages()]
    return [without_pictures(event) for event in events if event["type"].startswith("incident.")]


def replayed(bench: Bench, speaking: Speaking | None = None) -> list[dict[str, Any]]:
    """What folding its log tells."""
    effects = replay(read_events(bench.log), "c1", bench.site, assumed_of(bench.log, speaking))
    sight = CameraModel(model_sha256=model_of(bench.log))
    events = [effect.event for effect in effects if isinstance(effect, PublishIncident)]
    return [json.loads(json.dumps(plain(incident_report(event, bench.site, sight)))) for event in events]


@pytest.mark.parametrize("things", STREETS.values(), ids=STREETS.keys())
@pytest.mark.parametrize("works", [True, False], ids=["heard", "unheard"])
def test_live_equals_replay(tmp_path: Path, things: Things, *, works: bool) -> None:
    """The same events, to the last field but their pictures, whatever the speaker did."""
    bench = Bench(tmp_path, things, 260)
    bench.speaker.works = works
    bench.starts()
    assert replayed(bench) == live(bench)


@pytest.mark.parametrize("doubtful", [0, 10, 15, 20])
def test_what_the_second_look_said_is_replayed(tmp_path: Path, doubtful: float) -> None:
    """A replay does not look again: it takes the log's word, be it yes or no."""
    bench = Bench(tmp_path, stands("car", 0, 120), 160, closer=lambda second: second > 60 or second == doubtful)
    bench.starts()
    assert any(isinstance(event, LookedAgain) and not event.confirmed for event in bench.logged())
    assert replayed(bench) == live(bench)


@pytest.mark.parametrize("cut", range(10, 110, 9))
def test_live_equals_replay_through_a_power_cut(tmp_path: Path, cut: int) -> None:
    """The log is cut back to what the store counted, so that the two never part."""
    bench = Bench(tmp_path, stands("car", 0, 120), 150, mains=Mains(cut))
    with pytest.raises(PowerCutError):
        bench.starts()
    bench.mains.cut = -1
    bench.starts()
    assert replayed(bench) == live(bench)


def test_other_answers_may_be_assumed(tmp_path: Path) -> None:
    """The same looks with a speaker that fails: nobody was warned, so what the log says of warnings is left out."""
    bench = Bench(tmp_path, stands("car", 0, 120), 150)
    bench.starts()
    events = replayed(bench, Speaking.FAILS)
    assert [event["type"] for event in events][:2] == ["incident.opened", "incident.escalated"]
    assert [event["delivered"] for event in events][:2] == [0, 0]


def test_a_log_of_looks_alone_assumes_that_all_works() -> None:
    """Warnings are played, second looks agree."""
    effects = tuple(replay(looks(stands("car", 0, 60), until=60), "c1", site(zone(rule=SHORT)), Assumed()))
    assert [effect.n for effect in effects if isinstance(effect, Speak)] == [1, 2]
    types = [effect.event.type for effect in effects if isinstance(effect, PublishIncident)]
    assert types == ["incident.opened", "incident.warned", "incident.warned"]
    assert any(isinstance(effect, SaveSnapshot) for effect in effects)


def test_other_timers_ask_other_questions(tmp_path: Path) -> None:
    """By another dwell the log's second looks and warnings answer nothing; the incident opens all the same."""
    bench = Bench(tmp_path, stands("car", 0, 120), 150)
    bench.starts()
    tuned = site(zone(rule=replace(SHORT, dwell=span(35))))
    effects = replay(read_events(bench.log), "c1", tuned, assumed_of(bench.log, None))
    happened = [(e.event.type, second_of(e.event.at)) for e in effects if isinstance(e, PublishIncident)]
    assert happened[:3] == [("incident.opened", 35), ("incident.warned", 35), ("incident.warned", 65)]
    strictly = replay(read_events(bench.log), "c1", tuned, assumed_of(bench.log, Speaking.FROM_LOG))
    assert not any(isinstance(effect, PublishIncident) for effect in strictly), "nobody looked again at that second"
