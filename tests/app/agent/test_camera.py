"""The order of a camera's work: pictures, log, commit, speak, and the answer told to the core."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from edge_agent.app.replay.replay import Speaking, assumed_of, replay
from edge_agent.core.effects import PublishIncident, ReadPlate
from edge_agent.core.events import FrameSeen, LookedAgain, PlateRead, Result, WarningAnswered
from edge_agent.core.site.plates import PlateMode, PlateRules
from tests.app.one_camera import Bench, Street
from tests.feed.story import calibration
from tests.site import SHORT, site, zone
from tests.street import at, nothing, stands


def bench(folder: Path, **more: object) -> Bench:
    """A camera before which a car stands for 200 s, through the whole of a short ladder."""
    return Bench(folder, stands("car", 0, 200), 260, **more)  # type: ignore[arg-type]


def runs_of(steps: list[str]) -> list[str]:
    """The steps, each run of the same one told once."""
    return [step for step, _ in groupby(steps)]


def incidents(own_bench: Bench) -> list[dict[str, Any]]:
    """What was told of incidents, in order."""
    messages = (json.loads(message.payload) for message in own_bench.messages())
    return [message["data"] for message in messages if message["type"].startswith("incident.")]


def types(own_bench: Bench) -> list[str]:
    """What happened to them."""
    return [data["type"].removeprefix("incident.") for data in incidents(own_bench)]


def test_an_incident_is_told_from_pixels_to_the_outbench(tmp_path: Path) -> None:
    """The whole ladder of a short policy, from flat pictures to messages."""
    street = bench(tmp_path)
    street.starts()
    assert types(street) == ["opened", "warned", "warned", "escalated", "resolved"]
    assert [n for _, n in street.speaker.heard] == [1, 2]


def test_what_is_told_says_which_model_saw_it_and_where_it_stands(tmp_path: Path) -> None:
    """From the camera's own detector and calibration to the outbox."""
    street = bench(tmp_path, site=replace(site(zone(rule=SHORT)), calibrations={"c1": calibration()}))
    street.starts()
    for data in incidents(street):
        assert data["model_sha256"] == Street.model_id
        assert data["position"]["crs"] == "EPSG:4490"


def test_the_order_of_the_work(tmp_path: Path) -> None:
    """Pictures before the log, the log before the commit, the commit before a word is spoken, and then its answer."""
    street = Bench(tmp_path, stands("car", 0, 25), 25)
    street.starts()
    first = street.mains.steps.index("snapshot")
    order = ["snapshot", "log", "commit", "committed", "queued", "speak", "spoken"]
    answered = ["snapshot", "log", "commit", "committed", "queued"]
    assert runs_of(street.mains.steps[first : first + 15])[: len(order + answered)] == order + answered


def test_an_empty_street_is_kept_now_and_then(tmp_path: Path) -> None:
    """Looks without consequence are committed together, five seconds of media time apart, and the rest at the end."""
    street = Bench(tmp_path, nothing, 12, per_second=1)
    street.starts()
    assert street.mains.steps.count("committed") == 4  # at 0, 5, 10 and at the end
    assert len(street.logged()) == 13
    assert street.messages() == ()


def test_the_evidence_shows_the_look_it_belongs_to(tmp_path: Path) -> None:
    """The picture kept for an event is the one of its instant."""
    street = bench(tmp_path)
    street.starts()
    opened = next(frame for (_, stage), frame in street.album.kept.items() if stage == "opened")
    assert opened.at == at(20)


def test_a_warning_that_failed_is_no_warning(tmp_path: Path) -> None:
    """The core is told why, asks again, and hands the matter to a person in the end."""
    street = bench(tmp_path)
    street.speaker.works = False
    street.starts()
    answers = [event for event in street.logged() if isinstance(event, WarningAnswered)]
    assert len(answers) > 1
    assert {(answer.result, answer.reason) for answer in answers} == {(Result.FAILED, "no current")}
    assert street.speaker.heard == []
    assert types(street)[:2] == ["opened", "escalated"]


def test_a_second_look_that_agrees_opens(tmp_path: Path) -> None:
    """Two pictures of three are enough."""
    street = Bench(tmp_path, stands("car", 0, 60), 60, closer=lambda second: second != 15)
    street.starts()
    looked = next(event for event in street.logged() if isinstance(event, LookedAgain))
    assert (looked.confirmed, looked.agreed, looked.of) == (True, 2, 3)
    assert types(street)[:2] == ["opened", "warned"]


def test_a_second_look_that_disagrees_says_nothing(tmp_path: Path) -> None:
    """What only the first look takes for a car is none: nothing opened, nobody warned."""
    street = bench(tmp_path, closer=lambda _second: False)
    street.starts()
    assert any(isinstance(event, LookedAgain) and not event.confirmed for event in street.logged())
    assert types(street) == []
    assert street.speaker.heard == []


def test_a_finished_recording_is_not_looked_at_again(tmp_path: Path) -> None:
    """Started once more over the same state, there is nothing left to do, and nothing is told twice."""
    street = bench(tmp_path, site=site(zone(rule=SHORT)))
    street.starts()
    events, heard, logged = street.messages(), list(street.speaker.heard), street.logged()
    street.starts()
    assert (street.messages(), street.speaker.heard, street.logged()) == (events, heard, logged)
    assert sum(isinstance(event, FrameSeen) for event in logged) == 53


def test_a_plate_is_told_from_the_reader_to_the_centre(tmp_path: Path) -> None:
    """What was read is logged, told in every message from then on, and a replay of the log says the very same."""
    drawn = replace(site(zone(rule=SHORT)), plates=PlateRules(mode=PlateMode.CLEAR, owner=True))

    def read(request: ReadPlate) -> PlateRead:
        known = {"text": "苏D12345", "confidence": 0.93, "looks": 4, "colour": "white", "body": "van"}
        return PlateRead(at=request.at, case=request.case, **known)  # type: ignore[arg-type]

    street = bench(tmp_path, site=drawn, read=read)
    street.starts()
    events = incidents(street)
    assert [data["plate"]["text"] for data in events] == ["苏D12345"] * 5
    assert events[0]["plate"] == {
        "text": "苏D12345",
        "hashed": False,
        "confidence": 0.93,
        "looks": 4,
        "province_sure": True,
    }
    assert events[0]["vehicle"] == {"colour": "white", "body": "van"}
    assert [type(event) for event in street.logged()].count(PlateRead) == 3
    order = next(json.loads(each.payload)["data"] for each in street.messages() if "/work_order/" in each.topic)
    assert (order["plate"]["looks"], order["vehicle"]["body"]) == (12, "van")
    owners = [json.loads(each.payload)["data"] for each in street.messages() if "/notify/" in each.topic]
    assert [(each["role"], each["contact"]) for each in owners] == [("owner", "苏D12345")]
    effects = replay(street.logged(), "c1", drawn, assumed_of(street.log, Speaking.FROM_LOG))
    again = [each.event for each in effects if isinstance(each, PublishIncident)]
    assert [(each.id, each.plate is not None and each.plate.looks) for each in again] == [
        (data["id"], data["plate"]["looks"]) for data in events
    ]


def test_a_reader_that_never_answers_holds_up_nothing(tmp_path: Path) -> None:
    """The ladder of a street whose plates nobody can read."""
    drawn = replace(site(zone(rule=SHORT)), plates=PlateRules(mode=PlateMode.HASH))
    street = bench(tmp_path, site=drawn, read=lambda _request: None)
    street.starts()
    assert types(street) == ["opened", "warned", "warned", "escalated", "resolved"]
    assert all("plate" not in data for data in incidents(street))
