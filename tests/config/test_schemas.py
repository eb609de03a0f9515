"""JSON Schemas: fresh, valid, and of one mind with the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from edge_agent.config.policy.policy_file import CODES, SHIPPED
from edge_agent.config.schemas import schema_texts
from edge_agent.config.yaml.source import parse_source
from tests.config.samples import CALIBRATION, SHOP_ZONE, SITE, ZONES

ROOT = Path(__file__).parents[2]
NAMES = sorted(schema_texts())
TRUTHS = sorted((ROOT / "sample_videos").glob("*.truth.yaml"))


def valid(name: str, text: str) -> bool:
    """Whether the schema of that name accepts a YAML text, dates as text as an editor reads them."""
    data: Any = parse_source(text, Path("x.yaml")).data
    return bool(Draft202012Validator(json.loads(schema_texts()[name])).is_valid(data))


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_in_the_docs_are_fresh(name: str) -> None:
    """`edge-agent schema` writes them; forgetting to is a failing test."""
    assert (ROOT / "docs" / "schemas" / name).read_text(encoding="utf-8") == schema_texts()[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    """Each is valid by its own dialect."""
    Draft202012Validator.check_schema(json.loads(schema_texts()[name]))


def test_what_the_reader_accepts_the_schema_accepts() -> None:
    """An editor does not underline what works."""
    assert valid("site.schema.json", SITE + "broker: embedded\nrules: {illegal_parking: {dwell: 3m}}\n")
    assert valid("site.schema.json", SITE + "broker: {host: h, password: {env: NAME}}\n")
    assert valid("zones.schema.json", ZONES + SHOP_ZONE)
    assert valid("calibration.schema.json", CALIBRATION)
    assert valid(
        "calibration.schema.json", CALIBRATION.replace("pairs:", "lens: {k1: -0.1}\nfoot: {ground: [0, 0]}\npairs:")
    )
    assert TRUTHS
    assert all(valid("truth.schema.json", each.read_text(encoding="utf-8")) for each in TRUTHS)
    assert valid("policy.schema.json", SHIPPED.read_text(encoding="utf-8"))
    assert valid("policy.schema.json", CODES.read_text(encoding="utf-8"))


def test_a_slip_is_underlined() -> None:
    """Unknown keys, literal secrets and pixels are seen while typing."""
    assert not valid("site.schema.json", SITE + "modle: x\n")
    assert not valid("site.schema.json", SITE + "broker: {host: h, password: hunter2}\n")
    assert not valid("zones.schema.json", ZONES.replace("0.9", "640"))
    assert not valid("zones.schema.json", ZONES.replace("{}", "{dwell: 60}"))
    assert not valid("calibration.schema.json", CALIBRATION.replace("0.4]", "432]"))
    assert not valid("calibration.schema.json", CALIBRATION.replace("[0.0, 8.22]", "[0.0]"))
    assert not valid("truth.schema.json", TRUTHS[0].read_text(encoding="utf-8").replace("79.5s", "79.5"))
    assert not valid("policy.schema.json", "version: 1\nkind: {}\n")


def test_the_sample_files_name_their_schema() -> None:
    """The first line of a sample tells an editor where its schema lies, and it lies there."""
    sites = (ROOT / "site.yaml", ROOT / "demo.yaml", ROOT / "sample_videos" / "demo.policy.yaml")
    for sample in (*sites, *sorted((ROOT / "zones").glob("*.yaml")), *TRUTHS):
        first = sample.read_text(encoding="utf-8").splitlines()[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        assert (sample.parent / named).is_file()
        assert YAML(typ="safe").load(sample)["version"] == 1
