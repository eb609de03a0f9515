"""Knobs as people write them: ``dwell=30s,60s,90s`` on the command line, and the chosen value in a site's files.

A value goes where it holds: one of a rule into the zone file, one of seeing into the site's policy file, a grown
polygon into the zone file in the place of the one that was drawn. Nothing is written here: texts are made, with every
comment kept, to be judged by the parser of ``check`` as if they stood in the files already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge_agent.config.fields.spans_and_sizes import duration_text, parse_duration
from edge_agent.config.yaml.rewriting import rewritten
from edge_agent.config.yaml.source import parse_source, read_source
from edge_agent.core.errors import BadInputError
from edge_agent.core.site.variation import FIXED, GROW, KNOBS, RULE_KNOBS, SEEING_KNOBS, Setting, Turned, Value

if TYPE_CHECKING:
    from edge_agent.core.geometry import Polygon

Knob = tuple[str, tuple[Value, ...]]
Data = dict[str, Any]


def parse_knob(text: str) -> Knob:
    """A knob and the values to be tried, of ``dwell=30s,60s``; raises BadInputError where it is none."""
    name, mark, written = text.partition("=")
    if name not in KNOBS:
        near = get_close_matches(name, KNOBS, 1)
        known = f"'{near[0]}'?" if near else f"one of: {', '.join(KNOBS)}"
        why = ", which needs the pictures" if name in FIXED else ""
        raise BadInputError(f"--vary {text}: found '{name}', no knob that can be turned{why}, expected {known}")
    if not mark or not written:
        raise BadInputError(f"--vary {text}: found no values, expected some such as {name}={_sample(name)}")
    values = tuple(_value(text, name, each.strip()) for each in written.split(","))
    if len(set(values)) < len(values):
        raise BadInputError(f"--vary {text}: found a value twice, expected each once")
    return name, values


def value_text(value: Value) -> str:
    """A value as it is written."""
    return duration_text(value) if isinstance(value, timedelta) else f"{value:g}"


def drafts(site: Path, turned: Turned, setting: Setting, polygon: Polygon) -> dict[Path, str]:
    """The new texts of those files of ``site`` that say otherwise than ``setting``, by path; all comments are kept.

    ``polygon`` is the zone's, grown. Raises BadInputError where there is no file to say it in.
    """
    data = _mapping(read_source(site).data)
    texts: dict[Path, str] = {}
    if any(name in RULE_KNOBS or name == GROW for name, _ in setting):
        path, text, zones = _zone_file(site, data, turned)
        texts[path] = rewritten(text, _drawn(zones, turned, setting, polygon), path)
    if any(name in SEEING_KNOBS for name, _ in setting):
        path, text = _policy_file(site, data)
        policy = _mapping(parse_source(text, path).data)
        seeing = _mapping(policy.get("seeing", {})) | dict(_written(setting, SEEING_KNOBS))
        texts[path] = rewritten(text, policy | {"seeing": seeing}, path)
    return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}


def _zone_file(site: Path, data: Data, turned: Turned) -> tuple[Path, str, Data]:
    """The file in which the zone is drawn: its path, its text and what it says."""
    for camera in _mapping(data.get("cameras")).values():
        path = site.parent / str(_mapping(camera).get("zones"))
        text = path.read_text(encoding="utf-8")
        zones = _mapping(parse_source(text, path).data)
        if any(zone.get("id") == turned.zone for zone in zones.get("zones", ())):
            return path, text, zones
    raise BadInputError(f"{site}: zone '{turned.zone}' is drawn in no file, expected one that names it")


def _policy_file(site: Path, data: Data) -> tuple[Path, str]:
    named = data.get("policy")
    if not isinstance(named, str):
        raise BadInputError(
            f"{site}: names no policy file, in which settings of seeing are said; "
            "expected policy: policy.yaml, and there version: 1"
        )
    path = site.parent / named
    return path, path.read_text(encoding="utf-8")


def _drawn(zones: Data, turned: Turned, setting: Setting, polygon: Polygon) -> Data:
    """What a zone file says, with the setting in it."""
    entries = [
        _changed(zone, turned, setting, polygon) if zone["id"] == turned.zone else zone for zone in zones["zones"]
    ]
    return zones | {"zones": entries}


def _changed(zone: Data, turned: Turned, setting: Setting, polygon: Polygon) -> Data:
    kinds = _mapping(zone["kinds"])
    rule = _mapping(kinds[turned.kind]) | dict(_written(setting, RULE_KNOBS))
    grown = any(name == GROW and value for name, value in setting)
    corners = {"polygon": [[corner.x, corner.y] for corner in polygon]} if grown else {}
    return zone | corners | {"kinds": kinds | {turned.kind: rule}}


def _written(setting: Setting, knobs: Mapping[str, type]) -> dict[str, str | float]:
    """The values of some knobs as YAML has them."""
    return {name: value_text(v) if isinstance(v, timedelta) else v for name, v in setting if name in knobs}


def _value(text: str, name: str, written: str) -> Value:
    kind = KNOBS[name]
    try:
        if kind is timedelta:
            return parse_duration(written)
        return int(written) if kind is int else _finite(float(written))
    except ValueError as error:
        expected = {timedelta: "a duration", int: "a whole number", float: "a number"}[kind]
        raise BadInputError(f"--vary {text}: found {written!r}, expected {expected} such as {_sample(name)}") from error


def _finite(number: float) -> float:
    if not -LARGEST <= number <= LARGEST:
        raise ValueError(number)
    return number


LARGEST: Final = 1e6  # more is nan, infinite, or a slip


def _sample(name: str) -> str:
    return {timedelta: "30s,60s", int: "1,2", float: "0.25,0.35"}[KNOBS[name]]


def _mapping(value: object) -> Data:
    return dict(value) if isinstance(value, dict) else {}
