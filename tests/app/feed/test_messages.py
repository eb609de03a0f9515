"""The feed speaks CloudEvents: complete envelopes, derived ids, topics that say what happened where."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from edge_agent.app.feed.messages import EVERY_INCIDENT, ClockMark, agent_health, messages, status_topic
from edge_agent.core.effects import Effect, Note, PublishIncident, Remark, ReportHealth
from edge_agent.core.feed.incidents import Happening, IncidentEvent
from edge_agent.core.geometry import Box
from edge_agent.core.site.policy import Policy
from edge_agent.core.site.site import Site

AT = datetime(2026, 11, 1, 8, 1, 0, 200_000, tzinfo=UTC)
SITE = Site(agent="box-01", adcode="320402", zones=(), policy=Policy(kinds={}, families={}))


def happened(type_: Happening, seq: int) -> IncidentEvent:
    """One event of incident i-1."""
    return IncidentEvent(
        type=type_,
        id=f"e-{seq}",
        incident="i-1",
        seq=seq,
        camera="c1",
        zone="kerb",
        kind="illegal_parking",
        at=AT,
        opened=AT,
        dwell_s=60.0,
        unobservable_s=0.0,
        delivered=0,
        box=Box(0.1, 0.2, 0.3, 0.4),
        codes={"GB/T 30428": "0305"},
        text={"zh-CN": "机动车违停", "en": "illegal parking"},
    )


def test_an_incident_is_a_whole_cloudevent() -> None:
    """Every attribute that CloudEvents 1.0 requires, the payload as data, Chinese readable as it stands."""
    (message,) = messages([PublishIncident(happened(Happening.OPENED, 1))], SITE)
    assert message.topic == "cityops/v1/320402/box-01/incident/illegal_parking/opened"
    assert (message.id, message.key) == ("e-1", "i-1")
    envelope = json.loads(message.payload)
    data = envelope.pop("data")
    assert envelope == {
        "specversion": "1.0",
        "id": "e-1",
        "source": "cityops/v1/320402/box-01",
        "type": "incident.opened",
        "subject": "i-1",
        "time": "2026-11-01T08:01:00.200Z",
        "datacontenttype": "application/json",
    }
    assert (data["incident"], data["seq"], data["kind"]) == ("i-1", 1, "illegal_parking")
    assert "机动车违停" in message.payload.decode()


def test_every_happening_has_a_topic_below_the_one_that_is_listened_to() -> None:
    """Without wildcards in it, and with the happening as its last word."""
    outgoing = messages([PublishIncident(happened(type_, n)) for n, type_ in enumerate(Happening, start=1)], SITE)
    prefix = EVERY_INCIDENT.replace("+/+", "320402/box-01").removesuffix("#")
    for message, type_ in zip(outgoing, Happening, strict=True):
        assert message.topic.startswith(prefix)
        assert not set("+#") & set(message.topic)
        assert type_.endswith("." + message.topic.rsplit("/", 1)[1])


def test_health_has_an_id_of_its_own() -> None:
    """The same report is the same message; another moment is another."""
    dark = ReportHealth(at=AT, camera="c1", state="dark")
    later = ReportHealth(at=AT + timedelta(seconds=1), camera="c1", state="dark")
    first, again, other = messages([dark, dark, later], SITE)
    assert first == again
    assert first.id != other.id
    assert first.topic == "cityops/v1/320402/box-01/cam/c1/health"
    assert json.loads(first.payload)["data"] == {"camera": "c1", "at": "2026-11-01T08:01:00.200Z", "state": "dark"}


def test_only_what_is_meant_for_the_centre_is_told() -> None:
    """A note never leaves the box by itself; the order of the rest is kept."""
    note = Note(
        at=AT, camera="c1", case="k", zone="kerb", kind="x", what=Remark.LEFT_EARLY, dwell_s=1, unobservable_s=0
    )
    effects: list[Effect] = [
        PublishIncident(happened(Happening.OPENED, 1)),
        note,
        PublishIncident(happened(Happening.RESOLVED, 2)),
    ]
    assert [message.id for message in messages(effects, SITE)] == ["e-1", "e-2"]


def test_the_status_has_a_place() -> None:
    """Where the last will goes."""
    assert status_topic(SITE) == "cityops/v1/320402/box-01/status"


def marked(clock: ClockMark | None) -> dict[str, object]:
    """What the envelope of an incident says of the clock."""
    (message,) = messages([PublishIncident(happened(Happening.OPENED, 1))], SITE, clock)
    envelope = json.loads(message.payload)
    return {name: value for name, value in envelope.items() if name.startswith("clock")}


def test_a_clock_that_is_right_is_not_spoken_of() -> None:
    """Nor that of a recording; a second is what evidence may be off by."""
    assert marked(None) == {}
    assert marked(ClockMark(offset=timedelta(milliseconds=999), synchronised=True)) == {}
    assert marked(ClockMark(offset=timedelta(0), synchronised=None)) == {}


def test_a_record_says_how_wrong_its_time_may_be() -> None:
    """A box that started without a network, and one whose clock was set an hour back under it."""
    assert marked(ClockMark(offset=timedelta(0), synchronised=False)) == {"clocksynchronised": False}
    assert marked(ClockMark(offset=timedelta(hours=-1), synchronised=True)) == {"clockoffsetms": -3_600_000}


def test_the_agent_tells_of_itself() -> None:
    """What a person should look at, and why; another reason is another message."""
    message = agent_health(SITE, AT, "config_refused", "zones/c1.yaml:7:5 ...")
    data = json.loads(message.payload)
    assert message.topic == "cityops/v1/320402/box-01/health"
    assert (data["type"], data["data"]["state"]) == ("agent.health", "config_refused")
    assert agent_health(SITE, AT, "config_refused", "another").id != message.id
