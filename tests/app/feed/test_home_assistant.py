"""Home Assistant finds a box's cameras and kinds by what is retained, and reads them from topics that are there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import Environment

from edge_agent.app.feed.home_assistant import discovery
from edge_agent.app.feed.standing import StandingMessages
from edge_agent.config.broker.home_assistant import HomeAssistantSettings
from edge_agent.core.site.camera_card import CameraCard
from tests.feed.story import street

if TYPE_CHECKING:
    from edge_agent.core.site.site import Site

SITE = street()
CAMERA = next(iter(SITE.cameras))
KIND = next(iter(SITE.zones[0].rules))


def told(site: Site = SITE, prefix: str | None = None, **settings: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - settings
    """The configurations, by topic."""
    topics = discovery(site, HomeAssistantSettings(**settings), topic_prefix=prefix, software="1.2.3")
    return {topic: json.loads(payload) for topic, payload in topics.items()}


def shown(template: str, value: object) -> str:
    """What Home Assistant makes of a payload; its templates are Jinja's."""
    return Environment(autoescape=False).from_string(template).render(value_json=value)  # noqa: S701 - no page


def test_each_kind_of_a_camera_counts_its_open_incidents() -> None:
    """Of the retained list of all that is open, only those."""
    node = f"{SITE.adcode}_{SITE.agent}"
    sensor = told()[f"homeassistant/sensor/{node}/{CAMERA}_{KIND}/config"]
    assert sensor["state_topic"] == f"cityops/v1/{SITE.adcode}/{SITE.agent}/open"
    opened = [
        {"camera": CAMERA, "kind": KIND},
        {"camera": CAMERA, "kind": KIND},
        {"camera": "x", "kind": KIND},
        {"camera": CAMERA, "kind": "y"},
    ]
    assert shown(sensor["value_template"], {"incidents": opened}) == "2"
    assert shown(sensor["value_template"], {"incidents": []}) == "0"


@pytest.mark.parametrize(("state", "there"), [("online", "online"), ("offline", "offline"), ("gone", "offline")])
def test_a_box_that_is_gone_is_not_available(state: str, there: str) -> None:
    """Whether it left, or the broker lost it."""
    for sensor in told().values():
        for each in sensor.get("availability", ()):
            assert each["topic"].endswith("/status")
            assert shown(each["value_template"], {"state": state}) == there


def test_names_are_unique_and_in_the_language_that_was_asked_for() -> None:
    """An id for each, its topic's; titles of the policy, names of the site."""
    named = replace(SITE, cameras={CAMERA: CameraCard(name={"en": "pole 12", "zh-CN": "12号杆"})})
    english, chinese = told(named), told(named, language="zh-CN")
    assert len({each["unique_id"] for each in english.values()}) == len(english)
    title = SITE.policy.kinds[KIND].title
    (sensor,) = (each for topic, each in chinese.items() if topic.endswith(f"_{KIND}/config"))
    assert (sensor["name"], sensor["device"]["name"]) == (title["zh-CN"], "12号杆")
    (sensor,) = (each for topic, each in english.items() if topic.endswith(f"_{KIND}/config"))
    assert (sensor["name"], sensor["device"]["name"]) == (title["en"], "pole 12")


def test_topics_are_those_of_the_broker() -> None:
    """The box's own below its prefix, the discovery's below the other."""
    for topic, each in told(prefix="city/7", discovery_prefix="ha/x").items():
        assert topic.startswith("ha/x/")
        assert each["state_topic"].startswith("city/7/cityops/v1/")


def test_what_falls_away_is_taken_away() -> None:
    """An empty payload makes the broker forget, and Home Assistant too."""

    class Nothing:
        def incidents(self) -> tuple[()]:
            return ()

        def orders(self) -> tuple[()]:
            return ()

        def health(self) -> tuple[()]:
            return ()

    def also(site: Site) -> dict[str, bytes]:
        return discovery(site, HomeAssistantSettings(), topic_prefix=None, software="1")

    standing = StandingMessages(site=SITE, book=Nothing(), software="1", timezone="UTC", also=also)
    before = {topic for topic in standing() if topic.startswith("homeassistant/")}
    standing.site = replace(SITE, cameras={}, zones=())
    after = standing()
    assert before == {topic for topic in after if topic.startswith("homeassistant/")}
    assert {topic for topic in before if not after[topic]} == {topic for topic in before if CAMERA in topic}
