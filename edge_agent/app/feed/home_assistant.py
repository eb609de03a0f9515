"""Home Assistant's MQTT discovery: what it is told, retained, so that a box's cameras and kinds stand there.

A sensor for each kind that a camera is watched for counts its open incidents; one for each camera says how it is doing;
one for the box whether it is there. They read the retained topics that the box has anyway::

    {discovery_prefix}/sensor/{adcode}_{agent}/{camera}_{kind}/config      ◀ …/open
    {discovery_prefix}/sensor/{adcode}_{agent}/{camera}_health/config      ◀ …/cam/{camera}/health
    {discovery_prefix}/binary_sensor/{adcode}_{agent}/connection/config    ◀ …/status

What becomes of each message: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from edge_agent.app.feed.messages import status_topic

if TYPE_CHECKING:
    from edge_agent.config.broker.home_assistant import HomeAssistantSettings
    from edge_agent.core.site.site import Site

THERE: Final = "{{ 'online' if value_json.state == 'online' else 'offline' }}"
COUNT: Final = (
    "{{{{ value_json.incidents | selectattr('camera', 'eq', '{camera}')"
    " | selectattr('kind', 'eq', '{kind}') | list | count }}}}"
)
WORDS: Final = {
    "en": {"health": "health", "connection": "connection"},
    "zh-CN": {"health": "状态", "connection": "连接"},
}


def discovery(
    site: Site, settings: HomeAssistantSettings, *, topic_prefix: str | None, software: str
) -> dict[str, bytes]:
    """The payload of each topic that Home Assistant finds a box by; ``topic_prefix`` stands before the box's own."""
    base = "/".join(filter(None, (topic_prefix, status_topic(site).removesuffix("/status"))))
    node, origin = f"{site.adcode}_{site.agent}", {"name": "edge-agent", "sw_version": software}
    box = {"identifiers": [f"edge-agent_{node}"], "name": site.agent, "manufacturer": "edge-agent"}
    connection = {
        "name": WORDS[settings.language]["connection"],
        "device_class": "connectivity",
        "state_topic": f"{base}/status",
        "value_template": "{{ 'ON' if value_json.state == 'online' else 'OFF' }}",
        "device": {**box, "sw_version": software},
    }
    topics: dict[str, dict[str, Any]] = {f"binary_sensor/{node}/connection": connection}
    there = {"availability": [{"topic": f"{base}/status", "value_template": THERE}]}
    for camera in site.cameras:
        sensors = _sensors(site, camera, base, settings.language)
        device = {
            "identifiers": [f"edge-agent_{node}_{camera}"],
            "name": site.cameras[camera].name.get(settings.language) or camera,
            "via_device": f"edge-agent_{node}",
        }
        for name, sensor in sensors.items():
            topics[f"sensor/{node}/{camera}_{name}"] = {**sensor, "device": device, **there}
    return {
        f"{settings.discovery_prefix}/{name}/config": _json({"unique_id": _unique(name), **sensor, "origin": origin})
        for name, sensor in topics.items()
    }


def _sensors(site: Site, camera: str, base: str, language: str) -> dict[str, dict[str, Any]]:
    """Those of one camera: how it is doing, and for each kind that is asked for there how many incidents are open."""
    health = {
        "name": WORDS[language]["health"],
        "entity_category": "diagnostic",
        "state_topic": f"{base}/cam/{camera}/health",
        "value_template": "{{ value_json.data.state }}",
    }
    kinds = dict.fromkeys(name for zone in site.zones if zone.camera == camera for name in zone.rules)
    counts = {
        kind: {
            "name": site.policy.kinds[kind].title.get(language) or kind,
            "state_class": "measurement",
            "state_topic": f"{base}/open",
            "value_template": COUNT.format(camera=camera, kind=kind),
        }
        for kind in kinds
    }
    return {"health": health, **counts}


def _unique(name: str) -> str:
    return "edge-agent_" + "_".join(name.split("/")[1:])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
